"""The volume guard: a night with far more effects than usual waits for two people."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

USUAL_FACTOR = 3
NIGHTS_TO_KNOW = 3
"""Fewer nights than this say nothing of what is usual."""
FEW = 25
"""So many are no reason to wake two people, however quiet the nights before were."""


def exceeded(effects: int, max_effects: int, earlier: Sequence[int]) -> str | None:
    """Why `effects` is too many, as those who must release the queue read it; or None.

    `earlier`: effects found on earlier nights that had any.
    """
    if effects > max_effects:
        return f"{effects} endringer funnet, grensen er {max_effects}"
    if effects > FEW and len(earlier) >= NIGHTS_TO_KNOW and effects > USUAL_FACTOR * median(earlier):
        return f"{effects} endringer funnet, mer enn {USUAL_FACTOR} ganger det vanlige ({median(earlier):g})"
    return None
