"""Reading the forms that have been sent in. Blocks: call it in a thread."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from connectors.csv_file import CsvFile
from connectors.eierskjema.contract import COLUMNS, SYSTEM
from connectors.fields import FieldError, read_date, read_text
from domain.eiendom import parse_matrikkelnummer
from domain.eierskifte import Eierskjema
from domain.errors import SystemException


def read_skjemaer(folder: Path) -> list[Eierskjema]:
    """Every form in the folder, file by file. Raises SystemException (connect, parse)."""
    if not folder.is_dir():
        raise SystemException(SYSTEM, "connect", "the folder of forms is not there")
    files = [CsvFile(SYSTEM, path, COLUMNS, "have the file written again") for path in sorted(folder.glob("*.csv"))]
    return [skjema for file in files for _, skjema in file.read(map_skjema)]


def map_skjema(row: Mapping[str, str]) -> Eierskjema:
    """One form. Raises FieldError."""
    nummer = parse_matrikkelnummer(row["matrikkelnummer"])
    if nummer is None:
        raise FieldError("matrikkelnummer", "is not a matrikkelnummer such as 0301-207/412/0/0")
    return Eierskjema(
        matrikkelnummer=nummer,
        eier=read_text("eier", row["eier"]),
        dato=read_date("dato", row["dato"]),
        referanse=read_text("referanse", row["referanse"]),
    )
