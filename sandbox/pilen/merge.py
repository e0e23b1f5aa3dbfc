"""Sammenslåing: moving krav into a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox.pilen.checks import check_unlocked, check_versions, known
from sandbox.pilen.problems import Problem
from sandbox.pilen.wire import SYSTEM, krav_after
from sandbox.population import Row
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Merge:
    """Move krav, each from the version it was read in, into a case."""

    saksnr: str
    versjoner: Mapping[str, int]

    def check(self, world: World) -> None:
        """The case and the krav exist, are free and unchanged, and have the same skyldner and fordringshaver."""
        in_case = [row for row in world.krav.values() if row["fagsystem"] == SYSTEM and row["saksnr"] == self.saksnr]
        if not in_case:
            raise Problem("SAK_UKJENT", self.saksnr)
        rows = [known(world, kravnr) for kravnr in self.versjoner]
        check_unlocked(world, {self.saksnr, *(row["saksnr"] for row in rows)})
        check_versions(world, self.versjoner)
        parties = {_parties(row) for row in in_case}
        foreign = [row["kravnr"] for row in rows if _parties(row) not in parties]
        if foreign:
            raise Problem("FORSKJELLIG_SKYLDNER", ", ".join(foreign))

    def answer(self, world: World) -> dict[str, Any]:
        """The case and its new krav."""
        rows = [krav_after(world, kravnr, saksnr=self.saksnr) for kravnr in self.versjoner]
        return {"saksnr": self.saksnr, "krav": rows}

    def saves(self, world: World) -> Sequence[Callable[[], None]]:
        """One move for each krav."""
        return [partial(self._move, world, kravnr) for kravnr in self.versjoner]

    def _move(self, world: World, kravnr: str) -> None:
        before = world.krav[kravnr]["saksnr"]
        world.change_krav(kravnr, saksnr=self.saksnr)
        world.effect(SYSTEM, "merge", kravnr, saksnr=self.saksnr, fra=before)


def _parties(row: Row) -> tuple[str, str]:
    return row["skyldner"], row["fordringshaver"]
