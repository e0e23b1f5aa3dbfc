"""Tables as an Excel workbook or a CSV file: a text stays a text, whatever it begins with."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from console import words

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FORMATS = {
    "header": {"bold": True, "bg_color": "#D9E2EC", "bottom": 1, "text_wrap": True, "valign": "top"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "date": {"num_format": "dd.mm.yyyy"},
    "instant": {"num_format": "dd.mm.yyyy hh:mm"},
    "number": {"num_format": "#,##0"},
    "decimal": {"num_format": "#,##0.0"},
    "share": {"num_format": "0.0 %"},
    "amount": {"num_format": "#,##0.00"},
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_767
"""Characters in a cell."""
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take a text that begins so for."""


class Andel(float):
    """A share: 0.93 is shown as 93 %."""


class Oere(int):
    """An amount, shown in kroner."""


Celle = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Ark:
    """One table. `bredder`: characters of the columns that are not as wide as their name."""

    navn: str
    kolonner: Sequence[str]
    rader: Iterable[Sequence[Celle]]
    bredder: Sequence[int] = ()


class Proof:
    """Of the rows that were written: two files with the same one say the same."""

    def __init__(self) -> None:
        self.rader = 0
        self._digest = hashlib.sha256()

    def tell(self, rad: Sequence[Celle]) -> None:
        self.rader += 1
        self._digest.update("\x1f".join(_text(celle) for celle in rad).encode() + b"\x1e")

    @property
    def checksum(self) -> str:
        return self._digest.hexdigest()


def shown(celle: Celle) -> str:
    """As a page shows it."""
    match celle:
        case None:
            return "–"
        case Andel():
            return words.prosent(celle)
        case Oere():
            return words.kroner(celle)
        case int():
            return words.heltall(celle)
        case float():
            return words.desimal(celle)
        case date():
            return words.dag(celle)
        case _:
            return celle


def excel(ark: Sequence[Ark], proof: Proof, om: Callable[[], Sequence[tuple[str, Celle]]]) -> bytes:
    """«Om rapporten» first, then the tables, each with a header that stays in sight and can be filtered by.

    Row by row, so that a large table takes no more memory than a small one; `om` is asked when they are written.
    """
    import xlsxwriter  # most who open the console never ask for a workbook

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as workbook:
        formats = {name: workbook.add_format(values) for name, values in FORMATS.items()}
        about = workbook.add_worksheet("Om rapporten")
        for each in ark:
            _sheet(workbook.add_worksheet(each.navn), each, formats, proof)
        about.set_column(0, 0, 28)
        about.set_column(1, 1, 110)
        for number, (navn, innhold) in enumerate(om()):
            about.write_string(number, 0, navn, formats["header"])
            _write(about, number, 1, innhold, formats, "wrapped")
    return out.getvalue()


def opphav(
    rapport: str, periode: str, utvalg: str, laget_av: str, laget: datetime, proof: Proof
) -> list[tuple[str, Celle]]:
    """What every «Om rapporten» begins with. `utvalg`: what the rows were chosen by, in words."""
    return [
        ("Rapport", rapport),
        ("Periode", periode),
        ("Utvalg", utvalg),
        ("Laget av", laget_av),
        ("Laget", laget),
        ("Rader", proof.rader),
        ("Kontrollsum (SHA-256)", proof.checksum),
    ]


def csv_file(ark: Ark, proof: Proof) -> bytes:
    """For Norwegian Excel: semicolons, and a mark that says UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(ark.kolonner)
    for rad in ark.rader:
        proof.tell(rad)
        writer.writerow([_harmless(_text(celle)) for celle in rad])
    return ("\ufeff" + out.getvalue()).encode()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text


def _text(celle: Celle) -> str:
    match celle:
        case None:
            return ""
        case datetime():
            return f"{celle:%d.%m.%Y %H:%M:%S}"
        case date():
            return f"{celle:%d.%m.%Y}"
        case _:
            return str(celle)


def _sheet(sheet: Any, ark: Ark, formats: dict[str, Any], proof: Proof) -> None:
    for column, navn in enumerate(ark.kolonner):
        width = ark.bredder[column] if column < len(ark.bredder) else len(navn) + 4
        sheet.set_column(column, column, max(width, 12))
        sheet.write_string(0, column, navn, formats["header"])
    number = 0
    for number, rad in enumerate(ark.rader, start=1):
        proof.tell(rad)
        for column, celle in enumerate(rad):
            _write(sheet, number, column, celle, formats)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, number, len(ark.kolonner) - 1)


def _write(sheet: Any, row: int, column: int, celle: Celle, formats: dict[str, Any], text: str | None = None) -> None:
    """Instants are written as the clock in Oslo showed."""
    match celle:
        case None | "":
            return
        case str():
            said = celle if len(celle) <= LONGEST else f"{celle[: LONGEST - 1]}…"
            wrapped = text or ("wrapped" if "\n" in said else None)
            sheet.write_string(row, column, said, formats[wrapped] if wrapped else None)
        case datetime():
            sheet.write_datetime(row, column, celle.replace(tzinfo=None), formats["instant"])
        case date():
            sheet.write_datetime(row, column, celle, formats["date"])
        case Andel():
            sheet.write_number(row, column, celle, formats["share"])
        case Oere():
            sheet.write_number(row, column, celle / 100, formats["amount"])
        case int():
            sheet.write_number(row, column, celle, formats["number"])
        case float():
            sheet.write_number(row, column, celle, formats["decimal"])
