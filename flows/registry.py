"""The automations, in the order the night runs them (ROUTINES). A new one gets a line here."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

MODULES = {
    "minors": "flows.minors",
    "sanction-interest": "flows.sanction_interest",
    "limitation": "flows.limitation",
    "parking-merge": "flows.parking_merge",
}


class UnknownAutomation(Exception):
    """The text is one sentence with the names there are."""


def chosen(names: Iterable[str] | None) -> list[str]:
    """Those of the automations that are named, in the night's order. Raises UnknownAutomation."""
    wanted = set(MODULES if names is None else names)
    for name in wanted:
        module(name)
    return [name for name in MODULES if name in wanted]


def module(name: str) -> Any:
    """The module of an automation: METADATA, its class and its flow. Raises UnknownAutomation."""
    if name not in MODULES:
        raise UnknownAutomation(f"There is no automation «{name}»: choose one of {', '.join(MODULES)}.")
    return import_module(MODULES[name])
