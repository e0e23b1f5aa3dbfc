"""Kravnumre as people hand them over: written in a field, or as a CSV or Excel file. Every row is checked before any
is used.

Formulas are text, and no kravnr; macros are not read. What looks like a fødselsnummer is never shown again.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.foedselsnummer import FJERNET, contains_foedselsnummer

MOST_KRAV = 1000
MOST_ROWS = 20_000
MOST_UNPACKED = 50 * 1024 * 1024
"""Bytes of an Excel file when it is unpacked: a small file can be made to become very large."""
HEADINGS = frozenset({"krav", "kravnr", "kravnummer", "kravnumre"})
KRAVNR = re.compile(r"[A-Z0-9][A-Z0-9/-]{2,29}", re.ASCII)
ELEVEN_DIGITS = re.compile(r"\d{11}", re.ASCII)
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"
PATIENCE = 30.0
"""Seconds for reading an Excel file."""
TOO_MUCH = 3
"""What the reading of an Excel file ends with when there is more in it than any work list holds."""
TOO_LARGE = "Excel-filen er for stor. Lagre bare kolonnen med kravnumre."
NOT_EXCEL = "Excel-filen kan ikke leses. Lagre den på nytt som .xlsx, eller som CSV."
PERSON = "Dette ser ut som et fødselsnummer. Skriv kravnummeret."
FIELD = "Kravnumre"
"""What the column is called when the numbers were written in the field of the page."""


class Unreadable(Exception):
    """The file cannot be used. The text is for the person who sent it."""


@dataclass(frozen=True, slots=True)
class Cell:
    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    row: int
    column: str
    what: str


@dataclass(frozen=True, slots=True)
class Arbeidsliste:
    krav: tuple[str, ...]
    """The good ones, in order, each once."""
    faults: tuple[Fault, ...]
    shown: tuple[str, ...]
    """What may be shown again: all that was written, but for what looks like a fødselsnummer."""


def read_field(text: str) -> list[Cell]:
    return [Cell(number, FIELD, line) for number, line in enumerate(text.splitlines(), 1)]


def read_file(content: bytes) -> list[Cell]:
    """The cells of the column of kravnumre. Raises Unreadable."""
    if content.startswith(OLD_EXCEL):
        raise Unreadable("Filen er av en eldre Excel-type. Lagre den som .xlsx eller CSV.")
    rows = list(_limited(_excel_rows(content) if content.startswith(ZIP) else _csv_rows(content)))
    heading = [cell.strip().lower() for cell in rows[0]] if rows else []
    index = next((n for n, name in enumerate(heading) if name in HEADINGS), None)
    if index is None:
        return [Cell(number, _letters(0), row[0] if row else "") for number, row in enumerate(rows, 1)]
    column = f"{_letters(index)} ({rows[0][index].strip()})"
    return [Cell(number, column, row[index] if len(row) > index else "") for number, row in enumerate(rows[1:], 2)]


def check(cells: Iterable[Cell], today: date) -> Arbeidsliste:
    """Sort the good from the bad, and say of each bad one what is wrong. Empty rows are passed over."""
    krav: dict[str, int] = {}
    faults, shown = [], []
    for cell in cells:
        nr = re.sub(r"\s", "", cell.text).upper()
        if not nr:
            continue
        is_person = (
            ELEVEN_DIGITS.fullmatch(nr) is not None
            or FJERNET in cell.text  # taken out of the field before it came here
            or contains_foedselsnummer(cell.text, today)
        )
        fault = PERSON if is_person else _fault(nr, cell.text, krav)
        if not is_person:
            shown.append(cell.text.strip()[:100])
        if fault is None:
            krav[nr] = cell.row
        else:
            faults.append(Fault(cell.row, cell.column, fault))
    return Arbeidsliste(tuple(krav), tuple(faults), tuple(shown))


def _fault(nr: str, written: str, before: dict[str, int]) -> str | None:
    if written.lstrip().startswith(("=", "+", "@")):
        return "Cellen er en formel. Skriv kravnummeret som tekst."
    if not KRAVNR.fullmatch(nr):
        return "Dette er ikke et kravnummer: det har bokstaver, tall, skråstrek og bindestrek, og 3 til 30 tegn."
    if nr in before:
        return f"Kravet står allerede i rad {before[nr]}."
    if len(before) >= MOST_KRAV:
        return f"Det er plass til {MOST_KRAV} krav om gangen. Legg inn resten etterpå."
    return None


def _limited(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise Unreadable(f"Filen har mer enn {MOST_ROWS} rader. Del den i flere.")
        yield row


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what Excel writes on a Norwegian Windows
    if "\0" in text:
        raise Unreadable("Filen er verken CSV eller Excel (.xlsx).")
    first = text.partition("\n")[0]
    try:
        yield from csv.reader(io.StringIO(text), delimiter=max(";,\t", key=first.count))
    except csv.Error:
        raise Unreadable("Filen kan ikke leses som CSV.") from None


def _excel_rows(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        raise Unreadable(NOT_EXCEL) from None
    if unpacked > MOST_UNPACKED:
        raise Unreadable(TOO_LARGE)
    reader = [sys.executable, "-m", "console.excel_rows", str(MOST_ROWS + 1)]
    try:
        told = subprocess.run(reader, input=content, capture_output=True, check=True, timeout=PATIENCE)
    except subprocess.CalledProcessError as error:
        raise Unreadable(TOO_LARGE if error.returncode == TOO_MUCH else NOT_EXCEL) from None
    except subprocess.TimeoutExpired:
        raise Unreadable(TOO_LARGE) from None
    yield from json.loads(told.stdout)


def _letters(index: int) -> str:
    """The name of a column in a spreadsheet: A, B … Z, AA."""
    name = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
