"""Rentesats × dager, lagt sammen dag for dag én gang: renten for en periode er da én subtraksjon i hele tall.

Hver dag teller satsen med brøken `1/365` eller `1/366` av et år. Alle satser og årslengder settes på felles nevner, så
summen er eksakt og avrundes bare der `rente` gjør det (RENTE-8).
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import lcm

from domain.oere import round_half_up
from domain.sats import MissingRate, Slag

_VANLIG_AAR, _SKUDDAAR = 365, 366


class Dagtelling(StrEnum):
    """Hva en dag er av et år (RENTE-5). Innstilling.

    calendar_year: 1/365, i skuddår 1/366 (§ 3, Justisdepartementets lovavdeling 26. juni 2006). fixed_365: 1/365.
    """

    CALENDAR_YEAR = "calendar_year"
    FIXED_365 = "fixed_365"


@dataclass(frozen=True, slots=True)
class Renteperiode:
    """Sats i prosent per år, fra og med `fra` til og med `til`."""

    fra: date
    til: date
    prosent: Decimal


class Rentetabell:
    """Forsinkelsesrenten for alle dager en sats er kjent, etter én dagtelling (RENTE-4, RENTE-5)."""

    def __init__(self, perioder: Sequence[Renteperiode], dagtelling: Dagtelling) -> None:
        """`perioder` i datorekkefølge, uten overlapp; et opphold mellom dem er dager uten sats."""
        felles = lcm(*(Fraction(periode.prosent).denominator for periode in perioder))
        aarslengder = _SKUDDAAR * _VANLIG_AAR if dagtelling is Dagtelling.CALENDAR_YEAR else _VANLIG_AAR
        self._nevner = 100 * felles * aarslengder
        self._foer = perioder[0].fra.toordinal() - 1 if perioder else 0
        self._sum = [0]
        self._uten_sats: list[int] = []
        for periode in perioder:
            self._hopp_over(periode.fra.toordinal())
            self._legg_til(periode, int(periode.prosent * felles), aarslengder, dagtelling)

    def rente(self, hovedstol: int, fra: int, til: int) -> int:
        """Renten i øre av `hovedstol` for dagene etter `fra` til og med `til`, avrundet én gang, halve opp (RENTE-8).

        Datoene er ordenstall (`date.toordinal`), og `fra` < `til`. Raises MissingRate på første dag uten sats.
        """
        if fra < self._foer or til >= self._foer + len(self._sum) or self._uten_sats:
            self._krev_sats(fra, til)
        vekt = self._sum[til - self._foer] - self._sum[fra - self._foer]
        return round_half_up(hovedstol * vekt, self._nevner)

    def _legg_til(self, periode: Renteperiode, teller: int, aarslengder: int, dagtelling: Dagtelling) -> None:
        for ordenstall in range(periode.fra.toordinal(), periode.til.toordinal() + 1):
            dager = _dager_i_aaret(ordenstall) if dagtelling is Dagtelling.CALENDAR_YEAR else _VANLIG_AAR
            self._sum.append(self._sum[-1] + teller * aarslengder // dager)

    def _hopp_over(self, neste: int) -> None:
        for ordenstall in range(self._foer + len(self._sum), neste):
            self._uten_sats.append(ordenstall)
            self._sum.append(self._sum[-1])

    def _krev_sats(self, fra: int, til: int) -> None:
        """Raises MissingRate når en av dagene etter `fra` til og med `til` ikke har sats."""
        etter = self._foer + len(self._sum)
        foerste = fra + 1
        hull = bisect_right(self._uten_sats, fra)
        if foerste <= self._foer or foerste >= etter:
            raise MissingRate(Slag.FORSINKELSESRENTE, date.fromordinal(foerste))
        if hull < len(self._uten_sats) and self._uten_sats[hull] <= til:
            raise MissingRate(Slag.FORSINKELSESRENTE, date.fromordinal(self._uten_sats[hull]))
        if til >= etter:
            raise MissingRate(Slag.FORSINKELSESRENTE, date.fromordinal(etter))


def _dager_i_aaret(ordenstall: int) -> int:
    aar = date.fromordinal(ordenstall).year
    return _SKUDDAAR if isleap(aar) else _VANLIG_AAR
