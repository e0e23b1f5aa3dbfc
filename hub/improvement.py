"""A proposal of what to automate or do away with next, as one version of it says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.gevinst import Gevinstanslag


class Status(StrEnum):
    FORESLAATT = "foreslaatt"
    VURDERES = "vurderes"
    BYGGES = "bygges"
    I_DRIFT = "i_drift"
    AVVIST = "avvist"


@dataclass(frozen=True, slots=True)
class Improvement:
    tittel: str
    beskrivelse: str
    kan_fjernes: str
    """Whether the step could be done away with, and why not: tidied first, automated after."""
    saker: int
    minutter: float
    andel: int
    """Percent, as is `sikkerhet`."""
    sikkerhet: int
    innsats: float
    drift: float
    kvalitet: str
    """What it gives besides hours."""
    risiko: str
    status: Status
    automation: str | None
    """The one that carries it out, when there is one: what it has done is measured by it."""

    @property
    def anslag(self) -> Gevinstanslag:
        andel, sikkerhet = self.andel / 100, self.sikkerhet / 100
        return Gevinstanslag(self.saker, self.minutter, andel, sikkerhet, self.innsats, self.drift)
