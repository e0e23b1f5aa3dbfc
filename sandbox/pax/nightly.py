"""The two CSV files PAX writes every night: its krav as it saw them then, and their hendelser."""

from __future__ import annotations

from pathlib import Path

from sandbox.columns import HENDELSER, KRAV
from sandbox.files import csv_text, replace
from sandbox.world import World


def write_files(world: World, state_dir: Path) -> None:
    """Write pax-filer/krav.csv and hendelser.csv; a reader sees the old file or the whole new one."""
    folder = state_dir / "pax-filer"
    folder.mkdir(parents=True, exist_ok=True)
    replace(folder / "krav.csv", csv_text(KRAV.columns, world.pax_uttrekk))
    pax_krav = [kravnr for kravnr, row in world.krav.items() if row["fagsystem"] == "PAX"]
    hendelser = [row for kravnr in pax_krav for row in world.hendelser.get(kravnr, [])]
    replace(folder / "hendelser.csv", csv_text(HENDELSER.columns, hendelser))
