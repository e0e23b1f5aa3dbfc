"""What of the reports is followed up by people: the automations say it, and the console is told."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from config.aarsaker import catalogue
from console.office import AutomationInfo
from flows import registry
from flows.metadata import Metadata
from hub.follow_up import Codes
from kraftverk.automation_info import info_from

KNOWN: list[Metadata] = [registry.module(name).METADATA for name in registry.MODULES]


@pytest.mark.parametrize("metadata", KNOWN, ids=lambda metadata: metadata.name)
def test_every_code_has_its_texts_and_is_of_one_sort(metadata: Metadata) -> None:
    standing, once = set(metadata.foelges_opp.standing), set(metadata.foelges_opp.once)
    assert (standing | once) <= catalogue().keys()
    assert not standing & once


def test_the_console_is_told_what_the_automation_says() -> None:
    info = AutomationInfo("a", "A", "e", "h", None, {}, True, Codes(("WARN_INTERRUPT",), ("DEVIATION",)))
    assert info_from(json.loads(json.dumps(asdict(info)))) == info
