"""Avskriving: giving up a krav for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.pilen.checks import check_one
from sandbox.pilen.problems import Problem
from sandbox.pilen.wire import SYSTEM, krav_after
from sandbox.world import World

KODER = ("FORELDET", "DOEDSBO", "KONKURS", "ETTERGITT", "FEILREGISTRERT")
FROM = ("AAPEN", "KLAGE", "BETALINGSAVTALE", "STOPPET")


@dataclass(frozen=True, slots=True)
class Avskriving:
    """Write the krav off with the code that says why."""

    kravnr: str
    versjon: int
    kode: str

    def check(self, world: World) -> None:
        """Neither paid nor written off, free and unchanged."""
        if check_one(world, self.kravnr, self.versjon)["tilstand"] not in FROM:
            raise Problem("FEIL_TILSTAND", self.kravnr)

    def answer(self, world: World) -> dict[str, Any]:
        """The krav, written off."""
        return {**krav_after(world, self.kravnr, tilstand="AVSKREVET"), "avskrivingskode": self.kode}

    def saves(self, world: World) -> Sequence[Callable[[], None]]:
        """The one save."""
        return [lambda: self._write_off(world)]

    def _write_off(self, world: World) -> None:
        before = world.krav[self.kravnr]["tilstand"]
        world.write_off(self.kravnr, self.kode)
        world.effect(SYSTEM, "avskriving", self.kravnr, kode=self.kode, fra=before)
