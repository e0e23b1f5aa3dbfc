"""Satser og beløp med dato: verdien slås opp på datoen den gjelder, aldri «den siste».

En dato uten sats er en feil (`MissingRate`), aldri forrige verdi. Hvor lenge en sats gjelder, følger av slaget
(`Gyldighet`), så en glemt oppdatering stanser beregningen i stedet for å gi et galt tall.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from domain.kalender import add_maaneder
from domain.rentetabell import Dagtelling, Renteperiode, Rentetabell
from domain.sats import Gyldighet, MissingRate, Sats, Slag, gyldighet

_EN_DAG = timedelta(days=1)
_MAANEDER = {Gyldighet.HALVAAR: 6, Gyldighet.AAR: 12, Gyldighet.FEM_AAR: 60}


@dataclass(frozen=True, slots=True)
class _Periode:
    """Det som gjelder fra og med `fra` til og med `til`: én verdi, eller salærtrinnene fra lavest til høyest."""

    fra: date
    til: date
    trinn: tuple[Sats, ...]


class Satser:
    """Alle satser som er kjent. Laget én gang, så brukt for mange krav: rentetabellene regnes ut ved første bruk."""

    def __init__(self, rader: Iterable[Sats]) -> None:
        """`rader`: slik leseren av satstabellen har godtatt dem, i hvilken som helst rekkefølge."""
        etter_slag: defaultdict[Slag, list[Sats]] = defaultdict(list)
        for sats in rader:
            etter_slag[sats.slag].append(sats)
        self._perioder = {slag: _perioder(flere) for slag, flere in etter_slag.items()}

    def get(self, slag: Slag, dato: date) -> Decimal:
        """Satsen som gjelder på datoen, i slagets enhet. Raises MissingRate."""
        return self._trinn(slag, dato)[0].verdi

    def get_beloep(self, slag: Slag, dato: date) -> int:
        """Satsen i øre, for et slag som er kroner. Raises MissingRate."""
        return int(self.get(slag, dato) * 100)

    def get_trinn(self, slag: Slag, dato: date, beloep: int) -> Decimal:
        """Trinnet `beloep` (øre) faller i: til og med trinnets tak (INK-6). Raises MissingRate."""
        trinn = self._trinn(slag, dato)
        return next(sats.verdi for sats in trinn if sats.opp_til is None or beloep <= sats.opp_til)

    def rente(self, dagtelling: Dagtelling) -> Rentetabell:
        """Forsinkelsesrenten som oppsummert tabell, den samme for ett krav og for hundre tusen."""
        return self._rentetabeller[dagtelling]

    @cached_property
    def _rentetabeller(self) -> dict[Dagtelling, Rentetabell]:
        perioder = [
            Renteperiode(periode.fra, periode.til, periode.trinn[0].verdi)
            for periode in self._perioder.get(Slag.FORSINKELSESRENTE, [])
        ]
        return {dagtelling: Rentetabell(perioder, dagtelling) for dagtelling in Dagtelling}

    def _trinn(self, slag: Slag, dato: date) -> tuple[Sats, ...]:
        perioder = self._perioder.get(slag, [])
        nummer = bisect_right(perioder, dato, key=lambda periode: periode.fra)
        if nummer == 0 or dato > perioder[nummer - 1].til:
            raise MissingRate(slag, dato)
        return perioder[nummer - 1].trinn


def _perioder(rader: Iterable[Sats]) -> list[_Periode]:
    """Radene til ett slag som perioder i datorekkefølge. En ny sats avløser den gamle, også før den er ute."""
    etter_dato: defaultdict[date, list[Sats]] = defaultdict(list)
    for sats in rader:
        etter_dato[sats.gjelder_fra].append(sats)
    datoer = sorted(etter_dato)
    return [
        _Periode(fra, min(neste - _EN_DAG, _siste_dag(etter_dato[fra][0])), tuple(sorted(etter_dato[fra], key=_tak)))
        for fra, neste in pairwise([*datoer, date.max])
    ]


def _siste_dag(sats: Sats) -> date:
    """Siste dag satsen gjelder av seg selv; `date.max` når den gjelder til den endres."""
    maaneder = _MAANEDER.get(gyldighet(sats.slag))
    return date.max if maaneder is None else add_maaneder(sats.gjelder_fra, maaneder) - _EN_DAG


def _tak(sats: Sats) -> tuple[bool, int]:
    """Rekkefølgen av trinn: det uten tak kommer sist."""
    return sats.opp_til is None, sats.opp_til or 0
