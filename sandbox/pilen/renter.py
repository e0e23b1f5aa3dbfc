"""Posting the rente of a kontrollsanksjon, computed elsewhere to a date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.pilen.checks import check_one
from sandbox.pilen.problems import Problem
from sandbox.pilen.wire import SYSTEM, krav_after
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Renter:
    """Set `renter`, as text with two decimals, and the date it was computed to."""

    kravnr: str
    versjon: int
    renter: str
    beregnet_til: str

    def check(self, world: World) -> None:
        """An open kontrollsanksjon, free and unchanged."""
        row = check_one(world, self.kravnr, self.versjon)
        if row["kravtype"] != "KONTROLLSANKSJON":
            raise Problem("FEIL_KRAVTYPE", self.kravnr)
        if row["tilstand"] != "AAPEN":
            raise Problem("FEIL_TILSTAND", self.kravnr)

    def answer(self, world: World) -> dict[str, Any]:
        """The krav with its new rente."""
        return krav_after(world, self.kravnr, **self._cells)

    def saves(self, world: World) -> Sequence[Callable[[], None]]:
        """The one save."""
        return [lambda: self._post(world)]

    @property
    def _cells(self) -> dict[str, str]:
        return {"renter": self.renter, "renter_beregnet_til": self.beregnet_til}

    def _post(self, world: World) -> None:
        before = world.krav[self.kravnr]["renter"]
        world.change_krav(self.kravnr, **self._cells)
        world.effect(SYSTEM, "renter", self.kravnr, renter=self.renter, til=self.beregnet_til, fra=before)
