"""Fullmakter: up to which amount a role may approve."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

EVERY_KRAVTYPE = "*"


@dataclass(frozen=True, slots=True)
class Fullmakt:
    """One line of the fullmaktsmatrise. It holds until a later line of the same rolle and kravtype takes over."""

    gyldig_fra: date
    rolle: str
    kravtype: str
    """A kravtype, or `EVERY_KRAVTYPE` for those without a line of their own."""
    til_og_med_oere: int


@dataclass(frozen=True, slots=True)
class Fullmakter:
    linjer: Sequence[Fullmakt]

    def limit(self, roller: Collection[str], kravtype: str, on: date) -> int | None:
        """The highest amount, in øre, that somebody with these roles may approve; None when none at all."""
        limits = [self._limit(rolle, kravtype, on) for rolle in roller]
        return max((limit for limit in limits if limit is not None), default=None)

    def _limit(self, rolle: str, kravtype: str, on: date) -> int | None:
        for wanted in (kravtype, EVERY_KRAVTYPE):
            lines = [
                line for line in self.linjer if (line.rolle, line.kravtype) == (rolle, wanted) and line.gyldig_fra <= on
            ]
            if lines:
                return max(lines, key=lambda line: line.gyldig_fra).til_og_med_oere
        return None
