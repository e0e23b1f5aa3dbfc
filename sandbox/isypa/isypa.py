"""ISY-PA at work: it writes its files every night, and takes change files as they come."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sandbox.columns import KRAV, KUNDER
from sandbox.faults import Faults
from sandbox.files import csv_text, replace
from sandbox.isypa.changes import MERKNAD, FileRefused, Verdict, judge, read
from sandbox.isypa.kunder import Party, derive
from sandbox.population import Row
from sandbox.world import World

SYSTEM = "ISYPA"
LOOK_EVERY = 0.1
"""Seconds between two looks into the folder for change files."""


class Isypa:
    """ISY-PA and the folder it shares, which is made with tonight's files."""

    def __init__(self, world: World, faults: Faults, folder: Path) -> None:
        self._world, self._faults, self._folder = world, faults, folder
        self._inn, self._kvittering = folder / "inn", folder / "kvittering"
        self._inn.mkdir(parents=True, exist_ok=True)
        self._kvittering.mkdir(exist_ok=True)
        self._merknader: list[Row] = []
        self._parties: set[Party] = {(row["eier"], row["fordringshaver"]) for row in world.kunder.values()}
        self.write_files()

    def write_files(self) -> None:
        """Last night's files; a reader sees the old file or the whole new one."""
        made = derive(self._world.krav, self._parties)
        self._parties |= made.keys()
        self._world.kunder.update({row["kundenr"]: row for row in made.values()})
        krav = [row for _, row in sorted(self._world.krav.items()) if row["fagsystem"] == SYSTEM]
        replace(self._folder / "krav.csv", csv_text(KRAV.columns, krav))
        kunder = [row for _, row in sorted(self._world.kunder.items())]
        replace(self._folder / "kunder.csv", csv_text(KUNDER.columns, kunder))
        replace(self._folder / "merknader.csv", csv_text(("kravnr", "referanse", "tekst"), self._merknader))

    async def watch(self) -> None:
        """Take change files until cancelled."""
        while True:
            async with self._world.lock:
                self.take_all()
            await asyncio.sleep(LOOK_EVERY)

    def take_all(self) -> None:
        """Take every change file that lies there whole, but while ISY-PA is down."""
        for path in sorted(self._inn.glob("*.csv")):
            if not self._faults.hits(SYSTEM, "unavailable"):
                self._take(path)

    def _take(self, path: Path) -> None:
        """Carry a change file out and write its receipt; one whose name has a receipt is thrown away unread."""
        kvittering = self._kvittering / path.name
        if not kvittering.exists():
            replace(kvittering, csv_text(("rad", "kode", "tekst"), self._carry_out(path)))
        path.unlink()

    def _carry_out(self, path: Path) -> list[Row]:
        try:
            rows = list(read(path))
        except FileRefused as refused:
            return [_line(0, Verdict("FIL_UGYLDIG", str(refused)))]
        return [_line(number, self._row(number, row)) for number, row in enumerate(rows, start=1)]

    def _row(self, number: int, row: Row | None) -> Verdict:
        verdict = judge(self._world, number, row)
        if row is not None and verdict.kode == "OK":
            self._save(row)
        return verdict

    def _save(self, row: Row) -> None:
        if row["felt"] == MERKNAD:
            self._merknader.append({"kravnr": row["kravnr"], "referanse": row["referanse"], "tekst": row["til"]})
            self._world.effect(SYSTEM, MERKNAD, row["kravnr"], referanse=row["referanse"], tekst=row["til"])
            return
        self._world.kunder[row["kundenr"]][row["felt"]] = row["til"]
        self._world.effect(SYSTEM, row["felt"], row["kundenr"], referanse=row["referanse"])


def _line(number: int, verdict: Verdict) -> Row:
    return {"rad": str(number), "kode": verdict.kode, "tekst": verdict.tekst}
