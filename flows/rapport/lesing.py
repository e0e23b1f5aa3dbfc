"""The fresh read of the krav that were changed in a night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from domain.krav import Krav
from flows.rapport.virkninger import Virkning


class LesKrav(Protocol):
    """Reads krav as a system holds them now; unknown ones are left out."""

    async def __call__(self, fagsystem: str, kravnumre: Sequence[str]) -> list[Krav]: ...


async def read_krav(les: LesKrav, virkninger: Iterable[Virkning], systemer: Collection[str]) -> dict[str, list[Krav]]:
    """Every krav that was changed in one of these systems, each asked for once. Raises as `les` does."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for virkning in virkninger:
        if virkning.system in systemer:
            wanted[virkning.system].update(virkning.krav)
    return {system: await les(system, sorted(kravnumre)) for system, kravnumre in wanted.items()}
