"""The dated table of rates and amounts: read strictly, since a slip here is wrong for every krav.

`kind` names the rate, `valid_from` its first day, `value` is in `unit`; `up_to` is the highest hovedstol in kroner of a
step, empty where there is no limit. How long a row is valid follows from its kind and is the law's own business.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

SATSER = Path(__file__).with_name("satser.csv")
COLUMNS = ("kind", "valid_from", "value", "unit", "up_to", "source", "confidence")

T = TypeVar("T")


class SatserError(Exception):
    """The table cannot be used. The text is one sentence: file, row, column and the remedy."""


@dataclass(frozen=True, slots=True)
class SatsRad:
    """One row. `row` is its number in the file as a spreadsheet shows it: the heading is row 1."""

    row: int
    kind: str
    valid_from: date
    value: Decimal
    unit: str
    up_to: int | None
    source: str
    confidence: str


def load(path: Path = SATSER) -> list[SatsRad]:
    """Read the whole table. Raises SatserError at the first thing that is wrong with it."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise SatserError(f"{path.name}, row 1: the columns must be {', '.join(COLUMNS)}, in that order.")
            rader = [_Cells(path.name, number, cells).rad() for number, cells in enumerate(reader, 2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SatserError(f"{path.name} cannot be read as CSV in UTF-8 ({error}): put it back.") from None
    _check_steps(path.name, rader)
    return rader


@dataclass(frozen=True, slots=True)
class _Cells:
    file: str
    row: int
    cells: dict[str, str]

    def rad(self) -> SatsRad:
        if len(self.cells) != len(COLUMNS) or None in self.cells.values():
            raise SatserError(f"{self.file}, row {self.row}: write exactly {len(COLUMNS)} cells, as in the row above.")
        return SatsRad(
            row=self.row,
            kind=self.read("kind", _text, "write the name of the rate"),
            valid_from=self.read("valid_from", date.fromisoformat, "write the first day as YYYY-MM-DD"),
            value=self.read("value", _number, "write a number with a point, such as 12.25"),
            unit=self.read("unit", _text, "write what the number is, such as percent_pa or nok"),
            up_to=self.read("up_to", _limit, "write whole kroner, or nothing where there is no limit"),
            source=self.read("source", _text, "write where it stands"),
            confidence=self.read("confidence", _text, "write A, B or C"),
        )

    def read(self, column: str, parse: Callable[[str], T], remedy: str) -> T:
        cell = self.cells[column]
        try:
            return parse(cell)
        except (ValueError, InvalidOperation):
            raise SatserError(
                f"{self.file}, row {self.row}, column {column}: «{cell}» will not do; {remedy}."
            ) from None


def _text(cell: str) -> str:
    if not cell or cell != cell.strip():
        raise ValueError("empty, or with blanks around it")
    return cell


def _number(cell: str) -> Decimal:
    number = Decimal(cell)
    if not number.is_finite() or number < 0:
        raise ValueError("not an amount or a rate")
    return number


def _limit(cell: str) -> int | None:
    return int(cell) if cell else None


def _check_steps(file: str, rader: list[SatsRad]) -> None:
    """No row twice, and steps that begin the same day have one without a limit: the highest."""
    seen: dict[tuple[str, date, int | None], int] = {}
    for rad in rader:
        twin = seen.setdefault((rad.kind, rad.valid_from, rad.up_to), rad.row)
        if twin != rad.row:
            raise SatserError(f"{file}, row {rad.row}, column valid_from: row {twin} says the same; take one out.")
    for rad in rader:
        if (rad.kind, rad.valid_from, None) not in seen:
            raise SatserError(f"{file}, row {rad.row}, column up_to: add the step above the highest, with no limit.")
