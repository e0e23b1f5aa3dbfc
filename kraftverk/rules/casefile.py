"""Files of worked cases, as a lawyer keeps them in a spreadsheet: read tolerantly in form, strictly in content.

Excel's BOM, semicolons, decimal commas and dates as 31.12.2026 are taken; blank rows are passed over. What stands in a
cell is never repeated in an error: a column that has slipped may hold anything, also a fødselsnummer.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=Enum)

LAST_YEAR = 2199

_AMOUNT = re.compile(r"([0-9]+)(?:[.,]([0-9]{1,2}))?")
_NORWEGIAN_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")


class CaseError(Exception):
    """The file cannot be checked. The text is one sentence: file, row, column and the remedy."""


def parse_amount(text: str) -> int:
    """Kroner with at most two decimals, in øre. Raises ValueError."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise ValueError("not an amount")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def parse_date(text: str) -> date:
    """2026-12-31, or 31.12.2026 as a Norwegian Excel writes it. Raises ValueError, also where a frist of ten years from
    it would be beyond the calendar."""
    found = _NORWEGIAN_DATE.fullmatch(text)
    day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    if day.year > LAST_YEAR:
        raise ValueError("beyond what the rules reckon with")
    return day


def parse_flag(text: str) -> bool:
    """yes or no. Raises ValueError."""
    if text.lower() not in {"yes", "no"}:
        raise ValueError("neither yes nor no")
    return text.lower() == "yes"


def parse_instant(text: str) -> datetime:
    """An instant with its time zone. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("without time zone")
    return instant


@dataclass(frozen=True, slots=True)
class Row:
    """One case. `number` is the row in the file as a spreadsheet shows it: the heading is row 1."""

    file: str
    number: int
    cells: dict[str, str] = field(repr=False)

    def text(self, column: str) -> str:
        return self.cells[column]

    def read(self, column: str, parse: Callable[[str], T], remedy: str) -> T:
        """The cell as `parse` understands it. Raises CaseError with the remedy."""
        try:
            return parse(self.cells[column])
        except ValueError:
            raise CaseError(f"{self.file}, row {self.number}, column {column}: {remedy}.") from None

    def date(self, column: str) -> date:
        return self.read(column, parse_date, f"write a date as YYYY-MM-DD, {LAST_YEAR} at the latest")

    def amount(self, column: str) -> int:
        return self.read(column, parse_amount, "write kroner with a point and two decimals, such as 1127.50")

    def flag(self, column: str) -> bool:
        return self.read(column, parse_flag, "write yes or no")

    def number_in(self, column: str) -> int:
        return self.read(column, int, "write a whole number")

    def choice(self, column: str, words: dict[str, T]) -> T:
        """The meaning of the word in the cell, small or large letters."""
        word = self.cells[column].lower()
        if word not in words:
            raise CaseError(f"{self.file}, row {self.number}, column {column}: write one of {', '.join(words)}.")
        return words[word]

    def several(self, column: str, parse: Callable[[str], T], remedy: str) -> list[T]:
        """The parts of a cell with `|` between them; an empty cell has none."""
        return self.read(column, lambda text: [parse(part) for part in text.split("|") if text], remedy)


def words_of(kind: type[E]) -> dict[str, E]:
    """The words for the members of an enum, in small letters."""
    return {str(member.value).lower(): member for member in kind}


def read_rows(path: Path) -> tuple[tuple[str, ...], list[Row]]:
    """The columns of the file and its rows. Raises CaseError."""
    text = _text(path)
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise CaseError(f"{path.name} is not valid CSV ({error}): save it anew as «CSV UTF-8».") from None
    columns = tuple(cell.strip() for cell in lines[0]) if lines else ()
    return columns, [_row(path.name, number, columns, cells) for number, cells in enumerate(lines[1:], 2) if any(cells)]


def _row(file: str, number: int, columns: tuple[str, ...], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        remedy = "a cell that holds the separator itself needs quotation marks"
        raise CaseError(f"{file}, row {number} has {len(cells)} cells where the heading has {len(columns)}: {remedy}.")
    return Row(file, number, dict(zip(columns, cells, strict=True)))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CaseError(f"{path.name} is not UTF-8: save it as «CSV UTF-8».") from None
    except OSError as error:
        raise CaseError(f"{path.name} cannot be read ({error.strerror}): check the name.") from None
