"""Virket det? To andeler sammenlignet, med usikkerheten rundt forskjellen."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

MINST = 50
"""Krav i hver gruppe: under dette er ingenting målt."""
_Z = 1.959963984540054
"""95 prosent, tosidig."""


@dataclass(frozen=True, slots=True)
class Gruppe:
    """Så mange, og av dem så mange som betalte. Raises ValueError when more have paid than there are."""

    antall: int
    betalt: int

    def __post_init__(self) -> None:
        if not 0 <= self.betalt <= self.antall:
            raise ValueError("more have paid than there are")

    @property
    def andel(self) -> float | None:
        return self.betalt / self.antall if self.antall else None


@dataclass(frozen=True, slots=True)
class Forskjell:
    """Andelen i den første gruppen minus andelen i den andre, med et 95 prosents intervall; fra -1 til 1."""

    punkt: float
    nedre: float
    oevre: float


def maal_forskjell(varslet: Gruppe, holdt: Gruppe) -> Forskjell | None:
    """Forskjellen mellom andelene, eller None når en av gruppene er for liten til å si noe («ikke målt»).

    Intervallet er Newcombes (1998, metode 10): Wilsons for hver andel, satt sammen. Det holder også når nesten alle
    eller nesten ingen betaler, der det vanlige intervallet går utenfor 0 og 1.
    """
    if min(varslet.antall, holdt.antall) < MINST:
        return None
    p1, lav1, hoey1 = _wilson(varslet)
    p2, lav2, hoey2 = _wilson(holdt)
    punkt = p1 - p2
    return Forskjell(
        punkt,
        punkt - sqrt((p1 - lav1) ** 2 + (hoey2 - p2) ** 2),
        punkt + sqrt((hoey1 - p1) ** 2 + (p2 - lav2) ** 2),
    )


def _wilson(gruppe: Gruppe) -> tuple[float, float, float]:
    """Andelen og Wilsons intervall rundt den."""
    n, p = gruppe.antall, gruppe.betalt / gruppe.antall
    nevner = 1 + _Z**2 / n
    midt = (p + _Z**2 / (2 * n)) / nevner
    bredde = _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2)) / nevner
    return p, midt - bredde, midt + bredde
