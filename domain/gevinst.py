"""What automating a piece of work is thought to give, and in which order proposals are taken: gain for each hour of
effort."""

from __future__ import annotations

from dataclasses import dataclass

MINUTES = 60


@dataclass(frozen=True, slots=True)
class Gevinstanslag:
    """Times a year, minutes and hours of work. Shares are of 1."""

    saker: int
    """Cases a year."""
    minutter: float
    """A person's time for one case."""
    andel: float
    """Of the cases, those a robot can take."""
    sikkerhet: float
    """How sure the numbers are: 1 when measured."""
    innsats: float
    """Hours to make it; more than zero."""
    drift: float
    """Hours a year to keep it going."""

    @property
    def timer(self) -> float:
        """Hours a year that are freed, if the numbers hold."""
        return self._spart - self.drift

    @property
    def poeng(self) -> float:
        """Hours a year that are freed, as far as the numbers can be trusted, for each hour of effort. Below zero: it
        costs more than it gives."""
        return (self._spart * self.sikkerhet - self.drift) / self.innsats

    @property
    def _spart(self) -> float:
        return self.saker * self.minutter * self.andel / MINUTES


def maalt_gevinst(fullfoert: int, minutter: float | None) -> float | None:
    """Hours a robot has freed by completing so many cases; None while nobody has measured a person's time."""
    return None if minutter is None else fullfoert * minutter / MINUTES
