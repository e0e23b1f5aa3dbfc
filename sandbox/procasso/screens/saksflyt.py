"""The case flows Procasso knows, and who set which when."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

NAMES = {"ORDINAER": "Ordinær", "MINDREAARIG": "Mindreårig", "MYNDIG_NYTT_VARSEL": "Myndig, nytt varsel"}
CODES = {"10": "ORDINAER", "20": "MINDREAARIG", "30": "MYNDIG_NYTT_VARSEL"}
"""What the list in the dialogue sends."""


@dataclass(frozen=True, slots=True)
class Endring:
    """One change of a krav's saksflyt. `gjelder_fra` as it was typed, dd.mm.yyyy."""

    saksflyt: str
    gjelder_fra: str
    aarsak: str
    bruker: str


class Historikk:
    """The changes made since the sandbox started, newest first; those before it are not told."""

    def __init__(self) -> None:
        self._changes: defaultdict[str, list[Endring]] = defaultdict(list)

    def add(self, kravnr: str, endring: Endring) -> None:
        """Write a change down."""
        self._changes[kravnr].insert(0, endring)

    def of(self, kravnr: str) -> list[Endring]:
        """The changes of one krav."""
        return list(self._changes[kravnr])
