"""The changes of one day of a moving world, applied row by row to tables that already hold the world."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sandbox.columns import HENDELSER, KJORETOY, TABLES, Table
from sandbox.rows import PopulationError, Row, Rows, check_row, read_rows

COLUMNS = ("what", "file", "key", "column", "value")


@dataclass(frozen=True, slots=True)
class Changes:
    """Applies one changes.csv. `keyed`: by file name, the tables whose rows have a key."""

    path: Path
    keyed: dict[str, Rows]
    hendelser: dict[str, list[Row]]
    kjoretoy: list[Row]

    def apply(self) -> None:
        """Apply every row in order; raises `PopulationError` at the first that does not fit the world."""
        touched: dict[tuple[str, str], int] = {}
        for number, change in read_rows(self.path, COLUMNS):
            table = self._table(number, change)
            if change["column"]:
                self._set_cell(number, table, change)
                touched[table.name, change["key"]] = number
            else:
                self._add_row(number, table, change)
        for (name, key), number in touched.items():
            check_row(self.path, number, TABLES[name], self.keyed[name][key])

    def _table(self, number: int, change: Row) -> Table:
        names = (*self.keyed, HENDELSER.name, KJORETOY.name)
        if change["file"] not in names:
            raise self._error(number, "file", f"not a file that changes; write one of {', '.join(names)}")
        return TABLES[change["file"]]

    def _set_cell(self, number: int, table: Table, change: Row) -> None:
        column, value = change["column"], change["value"]
        if table.name not in self.keyed:
            raise self._error(number, "column", f"{table.name} takes new rows only; leave it empty")
        if column not in table.columns or column == table.key:
            raise self._error(number, "column", f"not a column of {table.name} that may change; correct it")
        row = self.keyed[table.name].get(change["key"])
        if row is None:
            raise self._error(number, "key", f"no such row in {table.name} of this world; correct the key")
        problem = table.columns[column](value)
        if problem:
            raise self._error(number, "value", f"the new {column} {problem}")
        row[column] = value

    def _add_row(self, number: int, table: Table, change: Row) -> None:
        row, key = self._new_row(number, table, change["value"]), change["key"]
        if row[next(iter(table.columns))] != key:
            raise self._error(number, "key", "not the key of the new row; make them equal")
        if table is HENDELSER:
            self.hendelser.setdefault(key, []).append(row)
        elif table is KJORETOY:
            self.kjoretoy.append(row)
        elif key in self.keyed[table.name]:
            raise self._error(number, "key", f"{table.name} of this world has it already; change its cells instead")
        else:
            self.keyed[table.name][key] = row

    def _new_row(self, number: int, table: Table, value: str) -> Row:
        try:
            row = json.loads(value)
        except json.JSONDecodeError:
            row = None
        if not isinstance(row, dict) or row.keys() != table.columns.keys() or not _all_text(row):
            columns = ",".join(table.columns)
            raise self._error(number, "value", f"not a row; write a JSON object of texts with the columns {columns}")
        check_row(self.path, number, table, row)
        return {column: row[column] for column in table.columns}

    def _error(self, number: int, column: str, problem: str) -> PopulationError:
        return PopulationError(f"{self.path}, row {number}, column {column}: {problem}.")


def _all_text(row: dict[str, object]) -> bool:
    return all(isinstance(cell, str) for cell in row.values())
