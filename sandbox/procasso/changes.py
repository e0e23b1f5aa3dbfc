"""What a caller may do to a krav itself: change some of its cells, or write it off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.population import Row
from sandbox.procasso.archive import Archive
from sandbox.procasso.bodies import KravChange, WriteOff
from sandbox.procasso.problems import Problem
from sandbox.procasso.saving import SYSTEM
from sandbox.procasso.wire import krav
from sandbox.world import World

CLOSED = ("BETALT", "AVSKREVET")
FREE = ("AAPEN", "STOPPET")
"""The tilstander a change may move a krav between."""
AVSKRIVNINGSKODER = ("FORELDET",)


@dataclass(frozen=True, slots=True)
class CellsSave:
    """New cells of an open krav, from the versjon it was read in."""

    world: World
    kravnr: str
    body: KravChange
    cells: Row

    @property
    def content(self) -> tuple[Any, ...]:
        """The change and what it is of."""
        return "change", self.kravnr, self.body.versjon, self.cells

    def check(self, row: Row) -> None:
        """Not stale, not closed, and tilstand only between AAPEN and STOPPET."""
        _check_open(self.world, row, self.body.versjon)
        if "tilstand" in self.cells and not {row["tilstand"], self.cells["tilstand"]}.issubset(FREE):
            raise Problem("TILSTAND_IKKE_TILLATT", self.kravnr)

    def answer(self) -> dict[str, Any]:
        """The krav with its new cells."""
        return krav({**self.world.krav[self.kravnr], **self.cells}, self.body.versjon + 1, None)

    def execute(self, *, half: bool = False) -> None:
        """Write the cells, in the order the contract has them."""
        names = list(self.cells)[: len(self.cells) // 2 if half else None]
        if names:
            row, cells = self.world.krav[self.kravnr], {name: self.cells[name] for name in names}
            self.world.effect(SYSTEM, "change", self.kravnr, **cells, fra={name: row[name] for name in names})
            self.world.change_krav(self.kravnr, **cells)


@dataclass(frozen=True, slots=True)
class WriteOffSave:
    """An open krav that is given up."""

    world: World
    archive: Archive
    kravnr: str
    body: WriteOff

    @property
    def content(self) -> tuple[Any, ...]:
        """The write-off and what it is of."""
        return "write_off", self.kravnr, self.body.versjon, self.body.kode

    def check(self, row: Row) -> None:
        """Not stale, not closed, and for a reason Procasso knows."""
        if self.body.kode not in AVSKRIVNINGSKODER:
            raise Problem("UKJENT_AVSKRIVNINGSKODE", "kode")
        _check_open(self.world, row, self.body.versjon)

    def answer(self) -> dict[str, Any]:
        """The krav written off."""
        written_off = {**self.world.krav[self.kravnr], "tilstand": "AVSKREVET"}
        return krav(written_off, self.body.versjon + 1, self.body.kode)

    def execute(self, *, half: bool = False) -> None:
        """Tilstand and code are one cell to Procasso."""
        if not half:
            fra = self.world.krav[self.kravnr]["tilstand"]
            self.world.effect(SYSTEM, "write_off", self.kravnr, kode=self.body.kode, fra=fra)
            self.world.change_krav(self.kravnr, tilstand="AVSKREVET")
            self.archive.avskrivningskoder[self.kravnr] = self.body.kode


def _check_open(world: World, row: Row, versjon: int) -> None:
    if versjon != world.versjon(row["kravnr"]):
        raise Problem("UTDATERT_VERSJON", row["kravnr"])
    if row["tilstand"] in CLOSED:
        raise Problem("KRAV_AVSLUTTET", row["kravnr"])
