"""Reading the files of a population strictly, with errors that say where and what to do."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.columns import Table, is_date

Row = dict[str, str]
Rows = dict[str, Row]


class PopulationError(Exception):
    """The folder is not a population: one sentence with file, row (as an editor counts), column and remedy.

    Never a cell that may hold a fødselsnummer.
    """


def read_header(folder: Path) -> dict[str, Any]:
    """population.json, with as_of, name and seed as they should be."""
    path = folder / "population.json"
    if not folder.is_dir():
        raise PopulationError(f"{folder} is not a folder; name a population folder, one with a population.json in it.")
    header = _read_json(path)
    if not isinstance(header, dict) or not isinstance(header.get("as_of"), str) or is_date(header["as_of"]):
        raise PopulationError(f"{path}, as_of: not a date; write the today of the run as YYYY-MM-DD.")
    if not isinstance(header.get("name"), str) or not header["name"]:
        raise PopulationError(f"{path}, name: missing; give the population a name.")
    if type(header.get("seed")) is not int:
        raise PopulationError(f"{path}, seed: missing or not a whole number; write one.")
    return header


def read_table(folder: Path, table: Table) -> Iterator[tuple[int, Row]]:
    """The rows of one file with their row number, each cell checked."""
    path = folder / table.name
    for number, row in read_rows(path, tuple(table.columns)):
        check_row(path, number, table, row)
        yield number, row


def read_keyed(folder: Path, table: Table) -> Rows:
    """The rows of one file by their key, which must be unique."""
    if table.key is None:
        raise ValueError(f"{table.name} has no key")
    rows: Rows = {}
    seen: dict[str, int] = {}
    for number, row in read_table(folder, table):
        key = row[table.key]
        if key in seen:
            shown = f"the same {table.key}" if table.key_is_personal else f"{table.key} {key}"
            raise PopulationError(
                f"{folder / table.name}, row {number}, column {table.key}: {shown} stands in row {seen[key]} too; "
                "remove one of the two rows."
            )
        seen[key] = number
        rows[key] = row
    return rows


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    """The rows of a CSV file with exactly these columns, in any order, and the row number each begins at."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows_of(path, columns, csv.reader(file, strict=True))
    except FileNotFoundError:
        raise PopulationError(f"{path} is missing; a population folder needs this file.") from None
    except OSError as error:
        raise PopulationError(f"{path} cannot be read ({error.strerror}); it must be a file you may read.") from None
    except UnicodeDecodeError:
        raise PopulationError(f"{path} is not UTF-8; save it again as UTF-8.") from None


def check_row(path: Path, number: int, table: Table, row: Row) -> None:
    """Check each cell, then how they go together."""
    for column, check in table.columns.items():
        problem = check(row[column])
        if problem:
            raise PopulationError(f"{path}, row {number}, column {column}: the cell {problem}.")
    odd = table.row_check(row)
    if odd:
        raise PopulationError(f"{path}, row {number}, column {odd[0]}: the cell {odd[1]}.")


def _rows_of(path: Path, columns: tuple[str, ...], reader: Any) -> Iterator[tuple[int, Row]]:
    number = 1
    try:
        header: list[str] = next(reader, [])
        _check_columns(path, columns, header)
        number = reader.line_num + 1
        for cells in reader:
            if cells:
                yield number, _row(path, number, header, cells)
            number = reader.line_num + 1
    except csv.Error as error:
        raise PopulationError(f"{path}, row {number}: not readable as CSV ({error}); see to its quotes.") from None


def _row(path: Path, number: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) != len(header):
        raise PopulationError(
            f"{path}, row {number}: {len(cells)} cells where the header has {len(header)}; "
            "give each column its cell and quote a cell that has a comma in it."
        )
    return dict(zip(header, cells, strict=True))


def _check_columns(path: Path, columns: tuple[str, ...], header: list[str]) -> None:
    missing = [column for column in columns if column not in header]
    if missing:
        raise PopulationError(
            f"{path}, row 1: column {missing[0]} is missing; the header must be {','.join(columns)}, "
            "in UTF-8 with a comma between."
        )
    for position, column in enumerate(header):
        if column not in columns or column in header[:position]:
            raise PopulationError(
                f"{path}, row 1: column {column} is unknown or stands twice; the header must be {','.join(columns)}."
            )


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise PopulationError(f"{path} is missing; it must hold as_of, name and seed.") from None
    except json.JSONDecodeError as error:
        raise PopulationError(f"{path}, row {error.lineno}: not readable as JSON ({error.msg}); correct it.") from None
    except (OSError, UnicodeDecodeError):
        raise PopulationError(f"{path} cannot be read; it must be a JSON file in UTF-8.") from None
