"""A table as the report has it, before anybody writes it as a workbook, as CSV or as Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Beloep:
    """An amount in whole øre, which is shown in kroner."""

    oere: int

    @property
    def kroner(self) -> str:
        """With two decimals and a comma, as Norwegian spreadsheets read it."""
        return f"{'-' if self.oere < 0 else ''}{abs(self.oere) // 100},{abs(self.oere) % 100:02d}"


Celle = str | int | date | datetime | Beloep | None
"""Text (also ids, however many digits), a count, a day, an instant with its zone, an amount, or nothing."""

Rad = tuple[Celle, ...]


@dataclass(frozen=True, slots=True)
class Tabell:
    navn: str
    kolonner: tuple[str, ...]
    rader: tuple[Rad, ...]
