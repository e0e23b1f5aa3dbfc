"""An outside system as a target of work: what it needs, when it is open, whether it lends out accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class TargetSpec:
    name: str
    needs: tuple[str, ...]
    """Every system an item with this target talks to, itself included."""
    accounts: tuple[str, ...] = ()
    """Robot accounts, one session each; empty when the system takes any number of callers."""
    opens: time = time.min
    closes: time = time.max
    """Driftsvindu, Oslo time; one that closes before it opens passes midnight."""

    def is_open(self, at: time) -> bool:
        if self.opens <= self.closes:
            return self.opens <= at <= self.closes
        return at >= self.opens or at <= self.closes
