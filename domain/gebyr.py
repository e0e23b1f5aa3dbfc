"""Parkeringsgebyr og piggdekkgebyr: frist, tillegg og reglene når det ikke betales (GEBYR-2 til GEBYR-5).

Beløpet selv regnes aldri ut; det tas fra ileggelsen (GEBYR-1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.kalender import next_bankdag
from domain.krav import Kravtype
from domain.oere import round_half_up
from domain.rente import Avregning, Innbetaling, beregn_rente
from domain.rentetabell import Dagtelling
from domain.satser import Satser

_RENTE_PAA_GEBYR_FRA = date(2026, 1, 1)
"""Ileggelsesdato: FOR-2025-07-01-1418 § 20 (GEBYR-4)."""
_BETALINGSFRIST = timedelta(weeks=3)
_GEBYR = frozenset({Kravtype.PARKERINGSGEBYR, Kravtype.PIGGDEKKGEBYR})


class Regime(StrEnum):
    """Tilleggene kravet får når det ikke betales.

    PRE2026: 50 prosent tillegg (GEBYR-3). RENTE2026: forsinkelsesrente (GEBYR-4). INKASSO: vanlig pengekrav med
    forsinkelsesrente og inkassokostnader (KS-2).
    """

    PRE2026 = "PRE2026"
    RENTE2026 = "RENTE2026"
    INKASSO = "INKASSO"


@dataclass(frozen=True, slots=True)
class Gebyroppgjoer:
    """Stillingen på en dato, i øre. `rente` er all rente til datoen, betalt eller ikke."""

    regime: Regime
    forfall: date
    tillegg: int
    rente: int
    inkassokostnader: bool
    utestaaende: int


def regime(kravtype: Kravtype, ilagt_dato: date) -> Regime:
    """Reglene som gjelder kravet, etter ileggelsesdatoen i Oslo (vegtrafikkloven § 31 a tredje ledd, GEBYR-3, GEBYR-4).

    Piggdekkgebyr følger § 31 a tredje ledd ved henvisning, også etter 2025 så vidt vi vet (GEBYR-5, usikkert).
    """
    if kravtype not in _GEBYR:
        return Regime.INKASSO
    return Regime.RENTE2026 if ilagt_dato >= _RENTE_PAA_GEBYR_FRA else Regime.PRE2026


def betalingsfrist(ilagt_dato: date) -> date:
    """Tre uker fra ileggelsen, også når den er påklaget; flyttet til neste virkedag (§ 31 a, GEBYR-2, KS-2)."""
    return next_bankdag(ilagt_dato + _BETALINGSFRIST)


def tillegg(beloep: int, frist: date, innbetalinger: Iterable[Innbetaling], on: date) -> int:
    """Halve gebyret i øre når det ikke er betalt fullt ut innen fristen (forskrift 2016-03-18-261 §§ 5 og 6, GEBYR-3).

    Tillegget regnes av hele gebyret, ikke av resten, og kan ikke ettergis. Det er ikke kommet før dagen etter fristen.
    """
    betalt_i_tide = sum(innbetaling.beloep for innbetaling in innbetalinger if innbetaling.dato <= frist)
    return round_half_up(beloep, 2) if on > frist and betalt_i_tide < beloep else 0


def beregn_gebyr(
    kravtype: Kravtype,
    ilagt_dato: date,
    beloep: int,
    innbetalinger: Iterable[Innbetaling],
    on: date,
    satser: Satser,
    *,
    paaklaget: bool,
    day_count: Dagtelling,
    allocation: Avregning,
) -> Gebyroppgjoer:
    """Det som skyldes for et gebyr eller en kontrollsanksjon på datoen `on`, uten inkassokostnadene selv.

    En klage (`paaklaget`) stanser verken tillegg eller rente på et gebyr. På en kontrollsanksjon stanser en klage som
    ikke er avgjort, både inkasso og rente (parkeringsforskriften § 37 fjerde ledd, RENTE-9, KS-4). Raises MissingRate.
    """
    regler, forfall = regime(kravtype, ilagt_dato), betalingsfrist(ilagt_dato)
    kjente = [innbetaling for innbetaling in innbetalinger if innbetaling.dato <= on]
    if regler is Regime.PRE2026:
        oekning = tillegg(beloep, forfall, kjente, on)
        rest = max(0, beloep + oekning - sum(innbetaling.beloep for innbetaling in kjente))
        return Gebyroppgjoer(regler, forfall, oekning, rente=0, inkassokostnader=False, utestaaende=rest)
    er_stanset = paaklaget and regler is Regime.INKASSO
    oppgjoer = beregn_rente(
        beloep, on if er_stanset else forfall, kjente, on, satser, day_count=day_count, allocation=allocation
    )
    return Gebyroppgjoer(
        regler,
        forfall,
        tillegg=0,
        rente=oppgjoer.paaloept,
        inkassokostnader=regler is Regime.INKASSO and not er_stanset,
        utestaaende=oppgjoer.utestaaende,
    )
