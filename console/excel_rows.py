"""The rows of an Excel file as JSON: `python -m console.excel_rows MOST < FILE`.

A program of its own: the file is somebody else's, and whatever reading it costs is gone when the program ends.
"""

from __future__ import annotations

import io
import json
import sys

from openpyxl import load_workbook

from console.arbeidsliste import TOO_MUCH

MOST_TOLD = 10_000_000
"""Characters of all the cells: one long text that every cell shares makes a small file very large."""
LONGEST = 200
"""Characters of a cell that are told."""


def main() -> None:
    """The first sheet, as it is written: a formula is its own text, not what it comes to. Macros are not read."""
    book = load_workbook(io.BytesIO(sys.stdin.buffer.read()), read_only=True, data_only=False, keep_links=False)
    rows, left = [], MOST_TOLD
    for row in book.worksheets[0].iter_rows(values_only=True, max_row=int(sys.argv[1])):
        rows.append([_written(value) for value in row])
        left -= sum(len(text) + 1 for text in rows[-1])
        if left < 0:
            sys.exit(TOO_MUCH)
    json.dump(rows, sys.stdout)


def _written(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)[:LONGEST]


if __name__ == "__main__":
    main()
