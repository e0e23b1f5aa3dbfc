"""What every change of Pilen's krav is checked for before anything is saved. Each check raises `Problem`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sandbox.pilen.problems import Problem
from sandbox.pilen.wire import SYSTEM
from sandbox.population import Row
from sandbox.world import World


def known(world: World, kravnr: str) -> Row:
    """The krav of Pilen with this number."""
    row = world.krav.get(kravnr)
    if row is None or row["fagsystem"] != SYSTEM:
        raise Problem("KRAV_UKJENT", kravnr)
    return row


def check_unlocked(world: World, saksnumre: Iterable[str]) -> None:
    """Nobody else has one of the cases open."""
    for locked in world.locked_cases.intersection(saksnumre):
        raise Problem("SAK_LAAST", locked)


def check_versions(world: World, versjoner: Mapping[str, int]) -> None:
    """No krav has been written since the caller read it."""
    stale = [kravnr for kravnr, versjon in versjoner.items() if versjon != world.versjon(kravnr)]
    if stale:
        raise Problem("VERSJON", ", ".join(stale))


def check_one(world: World, kravnr: str, versjon: int) -> Row:
    """All of the above for a change of one krav, which is answered."""
    row = known(world, kravnr)
    check_unlocked(world, [row["saksnr"]])
    check_versions(world, {kravnr: versjon})
    return row
