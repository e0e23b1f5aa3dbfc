"""Forsinkelsesrente etter forsinkelsesrenteloven 17. desember 1976 nr. 100 (RENTE-1 til RENTE-9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import attrgetter

from domain.kalender import next_bankdag
from domain.rentetabell import Dagtelling, Rentetabell
from domain.satser import Satser


class Avregning(StrEnum):
    """Hva en innbetaling dekker først (RENTE-7). Innstilling. Kostnadene er alt dekket når beløpet kommer hit."""

    INTEREST_FIRST = "interest_first"
    PRINCIPAL_FIRST = "principal_first"


@dataclass(frozen=True, slots=True)
class Innbetaling:
    """`beloep` i øre er det som var igjen til rente og hovedstol."""

    dato: date
    beloep: int


@dataclass(frozen=True, slots=True)
class Renteoppgjoer:
    """Stillingen på en dato, i øre. `rentedager`: dager det løp rente, altså med hovedstol igjen.

    `paaloept`: all rente til datoen, betalt eller ikke. `hovedstol` og `rente`: det som er igjen. `overbetalt`: det som
    ble betalt for mye.
    """

    rentedager: int
    paaloept: int
    hovedstol: int
    rente: int
    overbetalt: int

    @property
    def utestaaende(self) -> int:
        """Hovedstol og rente som er igjen, i øre."""
        return self.hovedstol + self.rente


def beregn_rente(
    hovedstol: int,
    forfall: date,
    innbetalinger: Iterable[Innbetaling],
    til: date,
    satser: Satser,
    *,
    day_count: Dagtelling,
    allocation: Avregning,
) -> Renteoppgjoer:
    """Forsinkelsesrente til og med datoen `til` (forsinkelsesrenteloven § 2).

    Første rentedag er dagen etter forfall, siste er betalingsdagen selv (RENTE-2); et forfall som ikke er en virkedag,
    flyttes til neste (gjeldsbrevlova § 5, RENTE-3). Satsen skifter med halvåret (§ 3, RENTE-4). Enkel rente, aldri
    rente av rente eller kostnader (RENTE-6). Eksakt mellom to innbetalinger, avrundet én gang ved slutten (RENTE-8).
    En innbetaling etter `til` finnes ikke ennå. Raises MissingRate for en dag som bærer rente, men ikke har sats.
    """
    loep = _Loep(hovedstol, next_bankdag(forfall).toordinal(), satser.rente(day_count))
    for innbetaling in sorted(innbetalinger, key=attrgetter("dato")):
        if innbetaling.dato > til:
            break
        loep.beregn_til(innbetaling.dato.toordinal())
        loep.betal(innbetaling.beloep, allocation)
    loep.beregn_til(til.toordinal())
    return Renteoppgjoer(loep.rentedager, loep.paaloept, loep.hovedstol, loep.rente, loep.overbetalt)


@dataclass(slots=True)
class _Loep:
    """Hovedstol og rente slik de står mens innbetalingene telles. `beregnet_til` er et ordenstall."""

    hovedstol: int
    beregnet_til: int
    tabell: Rentetabell
    rente: int = 0
    paaloept: int = 0
    rentedager: int = 0
    overbetalt: int = 0

    def beregn_til(self, dag: int) -> None:
        if dag <= self.beregnet_til:
            return
        if self.hovedstol > 0:
            rente = self.tabell.rente(self.hovedstol, self.beregnet_til, dag)
            self.rente += rente
            self.paaloept += rente
            self.rentedager += dag - self.beregnet_til
        self.beregnet_til = dag

    def betal(self, beloep: int, allocation: Avregning) -> None:
        if allocation is Avregning.INTEREST_FIRST:
            beloep = self._dekk_hovedstol(self._dekk_rente(beloep))
        else:
            beloep = self._dekk_rente(self._dekk_hovedstol(beloep))
        self.overbetalt += beloep

    def _dekk_rente(self, beloep: int) -> int:
        dekket = min(beloep, self.rente)
        self.rente -= dekket
        return beloep - dekket

    def _dekk_hovedstol(self, beloep: int) -> int:
        dekket = min(beloep, self.hovedstol)
        self.hovedstol -= dekket
        return beloep - dekket
