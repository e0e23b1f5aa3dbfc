"""The fullmaktsmatrise: which role may approve up to which amount, from which date. Ours, until INE's own is known."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.settings import SettingsError

FILE = Path(__file__).with_name("fullmakter.csv")
COLUMNS = ["gyldig_fra", "rolle", "kravtype", "til_og_med"]
_AMOUNT = re.compile(r"([0-9]+)\.([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Linje:
    gyldig_fra: date
    rolle: str
    kravtype: str
    til_og_med_oere: int


def load_fullmakter(file: Path = FILE) -> list[Linje]:
    """Read the matrix. Raises SettingsError with file, row and column."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            if rows.fieldnames != COLUMNS:
                raise SettingsError(f"{file.name}: the columns must be {', '.join(COLUMNS)}.")
            return [_linje(file.name, number, row) for number, row in enumerate(rows, start=2)]
    except OSError:
        raise SettingsError(f"{file} cannot be read: it belongs in config/.") from None


def _linje(file: str, number: int, row: dict[str, str]) -> Linje:
    if None in row or None in row.values():
        raise SettingsError(f"{file}, row {number}: a row has {len(COLUMNS)} cells.")
    try:
        gyldig_fra = date.fromisoformat(row["gyldig_fra"])
    except ValueError:
        raise SettingsError(f"{file}, row {number}, gyldig_fra: write a date as YYYY-MM-DD.") from None
    amount = _AMOUNT.fullmatch(row["til_og_med"])
    if amount is None:
        raise SettingsError(f"{file}, row {number}, til_og_med: write kroner with two decimals, such as 25000.00.")
    return Linje(gyldig_fra, row["rolle"], row["kravtype"], int(amount[1]) * 100 + int(amount[2]))
