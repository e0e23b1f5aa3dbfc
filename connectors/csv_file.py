"""Strict reading of a CSV file that another system has written, line by line.

Every complaint is one sentence with file, row (as an editor counts, the header is 1), column and remedy, and never
holds a value. The functions block: call them in a thread.

The csv module and not pandas: 50 000 krav take 0.65 s and 105 MB. Columns checked by pandas take as long and 180 MB,
and pandas fills short rows up and takes a file that is cut, so the row and the column would be looked for anew.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from connectors.fields import FieldError
from domain.errors import Phase, SystemException

T = TypeVar("T")
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CsvFile:
    """One file of one system. UTF-8, comma, header row with just these columns, empty = none."""

    system: str
    path: Path
    columns: Sequence[str]
    remedy: str

    def read(self, map_row: Callable[[Row], T]) -> Iterator[tuple[int, T]]:
        """Each row as `map_row` makes it, with its number.

        Raises SystemException: connect when there is no file to read, parse when it is not as agreed.
        """
        line = 1
        phase: Phase = "parse"
        try:
            for line, row in self._rows():
                yield line, map_row(row)
        except FieldError as error:
            problem = f"row {line}, column {error.field}: {error.problem}"
        except _FileError as error:
            problem = str(error)
        except OSError as error:
            phase, problem = "connect", error.strerror or type(error).__name__
        else:
            return
        # Outside the except blocks: some of the exceptions behind hold the text of the file.
        raise self.complaint(phase, problem)

    def read_keyed(self, map_row: Callable[[Row], T], key: str) -> dict[str, T]:
        """The rows by one of their columns, in the file's order. Each key stands once. Raises as `read`."""
        found: dict[str, T] = {}
        for line, (name, value) in self.read(lambda row: (row[key], map_row(row))):
            if name in found:
                raise self.complaint("parse", f"row {line}, column {key}: stands on an earlier row too")
            found[name] = value
        return found

    def complaint(self, phase: Phase, problem: str) -> SystemException:
        """What is wrong with the file, with the remedy."""
        return SystemException(self.system, phase, f"{self.path.name}, {problem}; {self.remedy}")

    def _rows(self) -> Iterator[tuple[int, Row]]:
        """Rows with the right number of cells, under the right header."""
        reader = csv.reader(self._lines(), strict=True)
        try:
            _require_header(next(reader, []), self.columns)
            for cells in reader:
                if len(cells) != len(self.columns):
                    told = f"row {reader.line_num}: {len(cells)} cells where {len(self.columns)} are agreed"
                    raise _FileError(told)
                yield reader.line_num, dict(zip(self.columns, cells, strict=True))
        except csv.Error:
            raise _FileError(f"row {reader.line_num}: quotes that do not match") from None

    def _lines(self) -> Iterator[str]:
        """Lines that are whole: a file whose last line has no end is still being written, or was cut."""
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    raise _FileError(f"row {number}: ends in the middle, so the file is half-written")
                try:
                    yield line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError:
                    raise _FileError(f"row {number}: not UTF-8") from None


class _FileError(Exception):
    """What is wrong with the file, and where."""


def _require_header(header: Sequence[str], columns: Sequence[str]) -> None:
    """Names only columns that are agreed: a file without a header has values in their place."""
    if not header:
        raise _FileError("row 1: the file is empty")
    missing = [column for column in columns if column not in header]
    if missing:
        raise _FileError(f"row 1: the header lacks {', '.join(missing)}")
    if list(header) != list(columns):
        raise _FileError(f"row 1: the header has more than the {len(columns)} columns agreed, or another order")
