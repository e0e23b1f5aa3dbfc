"""The automations, in the order they run. A new one gets a line in one of the two rounds."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

NIGHT = {
    "minors": "flows.minors",
    "sanction-interest": "flows.sanction_interest",
    "limitation": "flows.limitation",
    "parking-merge": "flows.parking_merge",
}
"""Before the office opens, in ROUTINES' order: each reads the state the ones before have left."""
MORNING: dict[str, str] = {
    "claims-sync": "flows.claims_sync",
    "payments-sync": "flows.payments_sync",
    "company-watch": "flows.company_watch",
    "estate-watch": "flows.estate_watch",
    "sms-notice": "flows.sms_notice",
    "owner-change": "flows.owner_change",
}
"""After the night: what the systems and the registers have told since yesterday, and what follows from it."""
MODULES = NIGHT | MORNING
ROUNDS = {"nightly": NIGHT, "morning": MORNING}
"""The deployments that run several automations."""


class UnknownAutomation(Exception):
    """The text is one sentence with the names there are."""


def chosen(names: Iterable[str]) -> list[str]:
    """Those of the automations that are named, in the order they run. Raises UnknownAutomation."""
    wanted = set(names)
    for name in wanted:
        module(name)
    return [name for name in MODULES if name in wanted]


def module(name: str) -> Any:
    """The module of an automation: METADATA, its class and its flow. Raises UnknownAutomation."""
    if name not in MODULES:
        raise UnknownAutomation(f"There is no automation «{name}»: choose one of {', '.join(MODULES)}.")
    return import_module(MODULES[name])


def round_of(name: str) -> str:
    """The round an automation belongs to. Raises UnknownAutomation."""
    module(name)
    return next(round_ for round_, members in ROUNDS.items() if name in members)
