"""The measurement: which krav were to get an SMS and which were held back, and whether they were paid in time.

A krav is counted in the group it was in on the first morning an SMS could have gone, whatever came of it: so the groups
differ in nothing but the SMS, also when one was paid before it went or did not arrive. When its days are over and it is
no candidate any more, only a number is left of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from domain.effektmaaling import Forskjell, Gruppe, maal_forskjell
from domain.smsvarsel import er_betalt_innen
from flows.facts import FerskKrav

MAALING = "maaling:"
"""Key of the memo of one krav: with the reference of its occasion."""
MAALT = "maalt:"
"""Key of the memo that counts a group: how many, and how many of them paid."""


class Gruppenavn(StrEnum):
    SMS = "sms"
    HOLDT = "holdt"


class Utfall(StrEnum):
    AAPENT = "aapent"
    BETALT = "betalt"
    UBETALT = "ubetalt"


@dataclass(frozen=True, slots=True)
class Maaling:
    """One krav of the measurement. `utfall` is open until the days in which it counts as paid are over."""

    tildelt: date
    gruppe: Gruppenavn
    utfall: Utfall = Utfall.AAPENT

    @classmethod
    def parse(cls, text: str) -> Maaling:
        """From a memo. Raises ValueError."""
        tildelt, gruppe, utfall = text.split(" ")
        return cls(date.fromisoformat(tildelt), Gruppenavn(gruppe), Utfall(utfall))

    def __str__(self) -> str:
        return f"{self.tildelt.isoformat()} {self.gruppe} {self.utfall}"

    @property
    def er_aapen(self) -> bool:
        return self.utfall is Utfall.AAPENT

    def avgjort(self, fersk: FerskKrav, as_of: date, measure_days: int) -> Maaling:
        """As it is once the days are over; before that, and once it is settled, it is left as it is."""
        innen = self.tildelt + timedelta(days=measure_days)
        if not self.er_aapen or as_of <= innen:
            return self
        betalt = er_betalt_innen(fersk.krav, fersk.hendelser, innen)
        return replace(self, utfall=Utfall.BETALT if betalt else Utfall.UBETALT)


@dataclass(frozen=True, slots=True)
class Maalt:
    """What the measurement says as far as it has come. `aapne`: krav whose days are not over."""

    varslet: Gruppe
    holdt: Gruppe
    aapne: int

    @property
    def forskjell(self) -> Forskjell | None:
        return maal_forskjell(self.varslet, self.holdt)


def read_maalinger(memos: Mapping[str, str]) -> dict[str, Maaling]:
    """By reference."""
    return {key.removeprefix(MAALING): Maaling.parse(text) for key, text in memos.items() if key.startswith(MAALING)}


def read_telling(memos: Mapping[str, str], navn: Gruppenavn) -> Gruppe:
    """Those of the group of whom only a number is left."""
    antall, betalt = memos.get(f"{MAALT}{navn}", "0 0").split(" ")
    return Gruppe(int(antall), int(betalt))


def tell(telling: Gruppe, maaling: Maaling) -> Gruppe:
    """One settled krav more."""
    return Gruppe(telling.antall + 1, telling.betalt + (maaling.utfall is Utfall.BETALT))


def maal(memos: Mapping[str, str]) -> Maalt:
    """Count what the memos tell."""
    maalinger = list(read_maalinger(memos).values())
    grupper = {navn: read_telling(memos, navn) for navn in Gruppenavn}
    for maaling in maalinger:
        if not maaling.er_aapen:
            grupper[maaling.gruppe] = tell(grupper[maaling.gruppe], maaling)
    aapne = sum(each.er_aapen for each in maalinger)
    return Maalt(grupper[Gruppenavn.SMS], grupper[Gruppenavn.HOLDT], aapne)
