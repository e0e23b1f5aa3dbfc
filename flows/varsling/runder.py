"""The rounds of the day, and until when each may go on before somebody is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from flows import registry
from hub.storage.night_status import Found, NightStatus


@dataclass(frozen=True, slots=True)
class Runde:
    navn: str
    """As people read it."""
    automations: Sequence[str]
    ferdig: time
    """Oslo time by which each of them is to have found its work."""


def runder(natt_ferdig: time, morgen_ferdig: time) -> list[Runde]:
    return [
        Runde("nattens kjøring", tuple(registry.NIGHT), natt_ferdig),
        Runde("morgenrunden", tuple(registry.MORNING), morgen_ferdig),
    ]


def in_time(rounds: Iterable[Runde], night: Iterable[NightStatus], now: time) -> set[str]:
    """The automations of every round that has begun and has time left: what has not come through is on its way."""
    begun = {status.automation for status in night if status.found is not Found.NOT_BEGUN}
    return {name for each in rounds if now < each.ferdig and begun & {*each.automations} for name in each.automations}
