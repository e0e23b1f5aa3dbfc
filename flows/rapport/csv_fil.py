"""A table as CSV for Norwegian spreadsheets: semicolons, decimal comma, UTF-8 with a byte order mark."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

from domain.kalender import OSLO
from flows.rapport.tabell import Beloep, Celle, Tabell

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(tabell: Tabell) -> bytes:
    """The whole file. The same rows give the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(tabell.kolonner)
    writer.writerows([_cell(celle) for celle in rad] for rad in tabell.rader)
    return text.getvalue().encode("utf-8-sig")


def _cell(celle: Celle) -> str:
    """Text that a spreadsheet would carry out gets an apostrophe before it; our own numbers and dates need none."""
    match celle:
        case None:
            return ""
        case str():
            return f"'{celle}" if celle.startswith(STARTS_A_FORMULA) else celle
        case Beloep():
            return celle.kroner
        case datetime():
            return celle.astimezone(OSLO).strftime("%Y-%m-%d %H:%M")
        case date():
            return celle.isoformat()
        case int():
            return str(celle)
