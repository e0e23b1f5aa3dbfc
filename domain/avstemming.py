"""Avstemming av Pilen mot Procasso: summer på øret, per fordringshaver og kravtype."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.innfordring import Beloep, Innfordring, IPilen, Konto, utestaaende
from domain.krav import Kravtype

Gruppe = tuple[str, Kravtype]


@dataclass(frozen=True, slots=True)
class Sum:
    """Antall krav og øre."""

    antall: int = 0
    hovedstol: int = 0
    innbetalt: int = 0
    utestaaende: int = 0

    def __add__(self, andre: Sum) -> Sum:
        return Sum(
            self.antall + andre.antall,
            self.hovedstol + andre.hovedstol,
            self.innbetalt + andre.innbetalt,
            self.utestaaende + andre.utestaaende,
        )

    def __sub__(self, andre: Sum) -> Sum:
        return self + Sum(-andre.antall, -andre.hovedstol, -andre.innbetalt, -andre.utestaaende)


Summer = Mapping[Gruppe, Sum]


def sum_pilen(krav: Iterable[IPilen]) -> dict[Gruppe, Sum]:
    """Summene av de kravene Pilen vet kreves inn i Procasso."""
    return _summer(
        (
            (each.krav.fordringshaver, each.krav.kravtype),
            Sum(
                1, each.krav.hovedstol, each.konto.innbetalt, utestaaende(each.krav.hovedstol, each.beloep, each.konto)
            ),
        )
        for each in krav
        if each.innfordring is not None
    )


def sum_procasso(innfordringer: Iterable[Innfordring]) -> dict[Gruppe, Sum]:
    """Summene av innfordringene."""
    return _summer(
        (
            (each.fordringshaver, each.kravtype),
            _sum(each.hovedstol, each.beloep, each.konto),
        )
        for each in innfordringer
    )


def differanse(pilen: Summer, procasso: Summer) -> dict[Gruppe, Sum]:
    """Pilen minus Procasso; bare grupper der de ikke er like."""
    grupper = sorted(pilen.keys() | procasso.keys())
    alle = {gruppe: pilen.get(gruppe, Sum()) - procasso.get(gruppe, Sum()) for gruppe in grupper}
    return {gruppe: forskjell for gruppe, forskjell in alle.items() if forskjell != Sum()}


def _sum(hovedstol: int, beloep: Beloep, konto: Konto) -> Sum:
    return Sum(1, hovedstol, konto.innbetalt, utestaaende(hovedstol, beloep, konto))


def _summer(poster: Iterable[tuple[Gruppe, Sum]]) -> dict[Gruppe, Sum]:
    summer: defaultdict[Gruppe, Sum] = defaultdict(Sum)
    for gruppe, post in poster:
        summer[gruppe] += post
    return dict(summer)
