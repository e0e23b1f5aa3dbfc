"""Strict reading of PAX' nightly files, line by line.

Every complaint is one sentence with file, row (as an editor counts, the header is 1), column and remedy, and never
holds a value. The functions block: call them in a thread.

The csv module and not pandas: 50 000 krav take 0.65 s and 105 MB. Columns checked by pandas take as long and 180 MB,
and pandas fills short rows up and takes a file that is cut, so the row and the column would be looked for anew.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from connectors.fields import FieldError
from connectors.pax_filer.contract import HENDELSE_COLUMNS, KRAV_COLUMNS, SYSTEM
from connectors.pax_filer.mapping import map_hendelse, map_krav
from domain.errors import Phase, SystemException
from domain.krav import Hendelse, Krav

T = TypeVar("T")
Row = Mapping[str, str]

_REMEDY = "have PAX write the file again"


class _FileError(Exception):
    """What is wrong with the file, and where."""


def read_krav(path: Path) -> list[Krav]:
    """The krav of krav.csv, in the file's order. Each kravnr stands once.

    Raises SystemException: connect when there is no file to read, parse when it is not as agreed.
    """
    found: dict[str, Krav] = {}
    for line, krav in _read(path, KRAV_COLUMNS, map_krav):
        if krav.kravnr in found:
            raise _complaint(path, "parse", f"row {line}, column kravnr: stands on an earlier row too")
        found[krav.kravnr] = krav
    return list(found.values())


def read_first_kravnr(path: Path) -> str | None:
    """A kravnr that PAX knows, without reading all of krav.csv; None when it has no rows. Raises as `read_krav`."""
    return next((krav.kravnr for _, krav in _read(path, KRAV_COLUMNS, map_krav)), None)


def read_hendelser(path: Path) -> dict[str, list[Hendelse]]:
    """The hendelser of hendelser.csv by kravnr, in the file's order. Alike rows are events of their own.

    Raises SystemException as `read_krav`.
    """
    found: dict[str, list[Hendelse]] = {}
    for _, hendelse in _read(path, HENDELSE_COLUMNS, map_hendelse):
        found.setdefault(hendelse.kravnr, []).append(hendelse)
    return found


def _read(path: Path, columns: Sequence[str], map_row: Callable[[Row], T]) -> Iterator[tuple[int, T]]:
    line = 1
    phase: Phase = "parse"
    try:
        for line, row in _rows(path, columns):
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
    raise _complaint(path, phase, problem)


def _complaint(path: Path, phase: Phase, problem: str) -> SystemException:
    return SystemException(SYSTEM, phase, f"{path.name}, {problem}; {_REMEDY}")


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """Rows with the right number of cells, under the right header."""
    reader = csv.reader(_lines(path), strict=True)
    try:
        _require_header(next(reader, []), columns)
        for cells in reader:
            if len(cells) != len(columns):
                raise _FileError(f"row {reader.line_num}: {len(cells)} cells where {len(columns)} are agreed")
            yield reader.line_num, dict(zip(columns, cells, strict=True))
    except csv.Error:
        raise _FileError(f"row {reader.line_num}: quotes that do not match") from None


def _lines(path: Path) -> Iterator[str]:
    """Lines that are whole: a file whose last line has no end is still being written, or was cut."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                raise _FileError(f"row {number}: ends in the middle, so the file is half-written")
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise _FileError(f"row {number}: not UTF-8") from None


def _require_header(header: Sequence[str], columns: Sequence[str]) -> None:
    """Names only columns that are agreed: a file without a header has values in their place."""
    if not header:
        raise _FileError("row 1: the file is empty")
    missing = [column for column in columns if column not in header]
    if missing:
        raise _FileError(f"row 1: the header lacks {', '.join(missing)}")
    if list(header) != list(columns):
        raise _FileError(f"row 1: the header has more than the {len(columns)} columns agreed, or another order")
