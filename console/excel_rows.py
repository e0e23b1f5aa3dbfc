"""The rows of an Excel file as JSON: `python -m console.excel_rows MOST < FILE`.

A program of its own: the file is somebody else's, and whatever reading it costs is gone when the program ends.
"""

from __future__ import annotations

import io
import json
import sys

from openpyxl import load_workbook


def main() -> None:
    """The first sheet, as it is written: a formula is its own text, not what it comes to. Macros are not read."""
    book = load_workbook(io.BytesIO(sys.stdin.buffer.read()), read_only=True, data_only=False, keep_links=False)
    rows = book.worksheets[0].iter_rows(values_only=True, max_row=int(sys.argv[1]))
    json.dump([[_written(value) for value in row] for row in rows], sys.stdout)


def _written(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


if __name__ == "__main__":
    main()
