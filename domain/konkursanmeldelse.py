"""Det som meldes i et konkursbo for ett krav: hovedstol og rente til konkursåpningen hver for seg (BO-3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.foreldelse import is_foreldet
from domain.gebyr import Regime, regime
from domain.innbetalinger import sum_innbetalt
from domain.krav import Hendelse, Krav
from domain.rente import Avregning
from domain.rentetabell import Dagtelling
from domain.sanksjonsrente import beregn_oppgjoer
from domain.satser import Satser


@dataclass(frozen=True, slots=True)
class Anmeldelseslinje:
    """Et krav slik det meldes, i øre. `kostnader` er fagsystemets egne, slik de står."""

    kravnr: str
    hovedstol: int
    rente: int
    kostnader: int

    @property
    def sum(self) -> int:
        return self.hovedstol + self.rente + self.kostnader


def kan_meldes(
    krav: Krav,
    hendelser: Sequence[Hendelse],
    konkursaapning: date,
    as_of: date,
    bestemt_frist: date | None = None,
) -> bool:
    """Oppstod kravet senest den dagen boet ble åpnet, og er det ikke foreldet?

    Et krav fra tiden etter gjelder boet selv eller den som driver videre, og avgjøres av et menneske. Et foreldet krav
    meldes ikke (FORELD-9). `bestemt_frist`: den siste dagen for foreldelsen som et menneske har bestemt (FORELD-12).
    """
    return krav.ilagt_dato <= konkursaapning and not is_foreldet(krav, hendelser, as_of, bestemt_frist)


def beregn_linje(
    krav: Krav,
    hendelser: Sequence[Hendelse],
    konkursaapning: date,
    satser: Satser,
    *,
    day_count: Dagtelling,
    allocation: Avregning,
) -> Anmeldelseslinje:
    """Det som var igjen av kravet da boet ble åpnet, den dagen medregnet (BO-3).

    Gebyr ilagt til og med 2025 bærer ikke rente; tillegget ligger i beløpet (GEBYR-3). Ellers forsinkelsesrente fra
    dagen etter forfall flyttet til virkedag, og på en kontrollsanksjon ikke for tiden før en avgjort klage (RENTE-2,
    RENTE-3, RENTE-9).
    Innbetalinger etter åpningen teller ikke. Raises MissingRate, MissingAmount.
    """
    if regime(krav.kravtype, krav.ilagt_dato) is Regime.PRE2026:
        rest = max(0, krav.hovedstol - sum_innbetalt(hendelser, konkursaapning))
        return Anmeldelseslinje(krav.kravnr, rest, 0, krav.kostnader)
    oppgjoer = beregn_oppgjoer(krav, hendelser, konkursaapning, satser, day_count=day_count, allocation=allocation)
    return Anmeldelseslinje(krav.kravnr, oppgjoer.hovedstol, oppgjoer.rente, krav.kostnader)
