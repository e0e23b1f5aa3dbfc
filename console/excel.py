"""A list as a workbook: first what it is, then the rows as somebody can sort, filter and count them.

Numbers are numbers and days are days; a text is text, whatever it begins with, so that nothing is run or linked to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from starlette.responses import Response

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "header": {"bold": True, "bg_color": "#D9E2EC", "bottom": 1, "text_wrap": True, "valign": "top"},
    "label": {"bold": True, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "beloep": {"num_format": "#,##0.00"},
    "dato": {"num_format": "dd.mm.yyyy"},
    "tid": {"num_format": "dd.mm.yyyy hh:mm"},
}


@dataclass(frozen=True, slots=True)
class Oere:
    """An amount."""

    oere: int


Cell = str | int | Oere | date | datetime | None
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    width: int = 14
    """In characters."""


def checksum(rows: Sequence[Row]) -> str:
    """Tells whether a workbook holds just these rows."""
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()[:16]


def workbook(about: Sequence[tuple[str, Cell]], name: str, columns: Sequence[Column], rows: Sequence[Row]) -> bytes:
    """The sheet «Om», and one with the rows."""
    import xlsxwriter  # most who open the console never ask for one

    out = BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        formats = {kind: book.add_format(values) for kind, values in FORMATS.items()}
        sheet = book.add_worksheet("Om")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 80)
        for number, (label, cell) in enumerate(about):
            sheet.write_string(number, 0, label, formats["label"])
            _write(sheet, number, 1, cell, formats)
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.name, formats["header"])
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                _write(sheet, number, place, cell, formats)
    return out.getvalue()


def download(content: bytes, name: str) -> Response:
    """The workbook as a file of that name, which is ours and never from a request."""
    return Response(content, media_type=MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _write(sheet: Any, row: int, place: int, cell: Cell, formats: dict[str, Any]) -> None:
    match cell:
        case None | "":
            return
        case str():
            sheet.write_string(row, place, cell[:32_767], formats["text"])
        case Oere():
            sheet.write_number(row, place, cell.oere / 100, formats["beloep"])
        case datetime():
            sheet.write_datetime(row, place, cell.replace(tzinfo=None), formats["tid"])
        case date():
            sheet.write_datetime(row, place, cell, formats["dato"])
        case int():
            sheet.write_number(row, place, cell)
