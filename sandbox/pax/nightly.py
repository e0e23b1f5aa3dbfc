"""The two CSV files PAX writes every night: its krav as it saw them then, and their hendelser."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from sandbox.columns import HENDELSER, KRAV
from sandbox.world import World


def write_files(world: World, state_dir: Path) -> None:
    """Write pax-filer/krav.csv and hendelser.csv; a reader sees the old file or the whole new one."""
    folder = state_dir / "pax-filer"
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / "krav.csv", csv_text(KRAV.columns, world.pax_uttrekk))
    pax_krav = [kravnr for kravnr, row in world.krav.items() if row["fagsystem"] == "PAX"]
    hendelser = [row for kravnr in pax_krav for row in world.hendelser.get(kravnr, [])]
    _replace(folder / "hendelser.csv", csv_text(HENDELSER.columns, hendelser))


def csv_text(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as CSV the way a population has them: comma, header row, one line feed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
