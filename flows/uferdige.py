"""What an automation waits with or has begun: who owes it may have become protected meanwhile (VERN-2).

A find looks at its candidates. A krav that is none any more, paid or moved on, may still have an item that waits for a
person or holds a doubt, and nobody else would see that it must be erased.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Iterable, Mapping, Sequence

from flows.facts import FerskKrav
from flows.systems import Systems
from hub.automation import Vernet

Les = Callable[[Sequence[str]], Awaitable[Mapping[str, FerskKrav]]]
"""Reads those of these krav there are in one system."""


async def find_vernede(systems: Systems, sett: Container[str], *les: Les) -> list[Vernet]:
    """The protected among the krav of unfinished work that the find does not look at itself. Raises SystemException.

    `sett`: those it does look at. A krav that no system knows any more tells nothing of whose it was.
    """
    resten = [kravnr for kravnr in sorted(systems.read_unfinished()) if kravnr not in sett]
    if not resten:
        return []
    krav = [fersk.krav for each in les for fersk in (await each(resten)).values()]
    skyldnere = await systems.get_skyldnere(each.skyldner for each in krav)
    return [line for each in krav if isinstance(line := skyldnere.outside(each), Vernet)]


def i_fil(ferske: Iterable[FerskKrav]) -> Les:
    """Reads from what a file has told already."""
    alle = {fersk.krav.kravnr: fersk for fersk in ferske}

    async def les(kravnumre: Sequence[str]) -> Mapping[str, FerskKrav]:
        return {kravnr: alle[kravnr] for kravnr in kravnumre if kravnr in alle}

    return les
