"""A report as a workbook that a controller can sort, filter and count in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from domain.kalender import OSLO
from flows.rapport.tabell import Beloep, Celle, Tabell
from flows.rapport.tabeller import OPPSUMMERING

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FORMATS = {
    "header": {"bold": True, "bg_color": "#D9E2EC", "bottom": 1, "text_wrap": True, "valign": "top"},
    "beloep": {"num_format": "#,##0.00"},
    "dato": {"num_format": "dd.mm.yyyy"},
    "tid": {"num_format": "dd.mm.yyyy hh:mm"},
    "antall": {"num_format": "0"},
}
WIDTHS = {
    **dict.fromkeys(("Automatisering", "Hva det gjelder", "Hva kan gjøres", "Årsak", "Grunn", "Avvik"), 42),
    **dict.fromkeys(("Oppgave", "Kontrollrapport", "Resultat", "Resultat eller årsak", "Kilde"), 32),
    **dict.fromkeys(("Krav", "Status", "Kode", "Felt", "Startet", "Sluttet"), 20),
    "Innhold": 100,
}
"""In characters; 14 for what is not named."""
LONGEST = 32_767
"""Characters in a cell."""


def write_excel(path: Path, tabeller: Sequence[Tabell]) -> None:
    """Row by row, so that a large night takes no more memory than a small one. Raises OSError."""
    try:
        with xlsxwriter.Workbook(str(path), OPTIONS) as workbook:
            formats = {name: workbook.add_format(values) for name, values in FORMATS.items()}
            for tabell in (t for t in tabeller if t.navn not in OPPSUMMERING):
                _sheet(workbook.add_worksheet(tabell.navn), tabell, formats)
            _stacked(workbook.add_worksheet("Sammendrag"), [t for t in tabeller if t.navn in OPPSUMMERING], formats)
    except FileCreateError as error:
        raise OSError(*error.args[0].args) from None


def _sheet(sheet: Any, tabell: Tabell, formats: dict[str, Any]) -> None:
    """One table with a header that stays in sight and can be filtered by."""
    _widths(sheet, [tabell])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(tabell.rader), len(tabell.kolonner) - 1)
    _rows(sheet, 0, tabell, formats)


def _stacked(sheet: Any, tabeller: Sequence[Tabell], formats: dict[str, Any]) -> None:
    """Several small tables, each under its name."""
    _widths(sheet, tabeller)
    row = 0
    for tabell in tabeller:
        sheet.write_string(row, 0, tabell.navn, formats["header"])
        row = _rows(sheet, row + 1, tabell, formats) + 1


def _rows(sheet: Any, row: int, tabell: Tabell, formats: dict[str, Any]) -> int:
    """The row after the last."""
    for column, name in enumerate(tabell.kolonner):
        sheet.write_string(row, column, name, formats["header"])
    for number, rad in enumerate(tabell.rader, start=row + 1):
        for column, celle in enumerate(rad):
            _write(sheet, number, column, celle, formats)
    return row + 1 + len(tabell.rader)


def _write(sheet: Any, row: int, column: int, celle: Celle, formats: dict[str, Any]) -> None:
    """Numbers as numbers, days and instants as such; a text is text, whatever it begins with."""
    match celle:
        case None | "":
            return
        case str():
            sheet.write_string(row, column, celle if len(celle) <= LONGEST else f"{celle[: LONGEST - 1]}…")
        case Beloep():
            sheet.write_number(row, column, Decimal(celle.oere) / 100, formats["beloep"])
        case datetime():
            there = celle.astimezone(OSLO).replace(tzinfo=None)
            sheet.write_datetime(row, column, there, formats["tid"])
        case date():
            sheet.write_datetime(row, column, celle, formats["dato"])
        case int():
            sheet.write_number(row, column, celle, formats["antall"])


def _widths(sheet: Any, tabeller: Sequence[Tabell]) -> None:
    for column in range(max(len(tabell.kolonner) for tabell in tabeller)):
        names = [tabell.kolonner[column] for tabell in tabeller if column < len(tabell.kolonner)]
        sheet.set_column(column, column, max(WIDTHS.get(name, 14) for name in names))
