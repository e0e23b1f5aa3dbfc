"""Which nights may be run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from flows.limitation import AUTOMATION, METADATA
from flows.routine import Night, NotYet

TODAY = date(2026, 11, 23)


@dataclass
class Installation:
    today: date = TODAY


def night(as_of: date, *, dry: bool = False) -> Night:
    installation: Any = Installation()
    return Night(METADATA, AUTOMATION, installation, as_of, "siri", dry=dry)


def test_a_night_to_come_is_run_dry_or_not_at_all() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert night(tomorrow, dry=True).as_of == tomorrow
    with pytest.raises(NotYet, match="The night of 2026-11-24 has not come"):
        night(tomorrow)


@pytest.mark.parametrize("days", [0, 1])
def test_tonight_and_a_night_that_was_missed_can_be_run(days: int) -> None:
    assert night(TODAY - timedelta(days=days)).name == "limitation"
