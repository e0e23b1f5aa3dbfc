"""How PAX writes amounts, days and times on its screens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
NO_BREAK_SPACE = "\u00a0"


def beloep(oere: int) -> str:
    """Kroner the Norwegian way, thousands parted by a no-break space: 135000 øre is 1 350,00."""
    kroner, rest = divmod(oere, 100)
    return f"{kroner:,}".replace(",", NO_BREAK_SPACE) + f",{rest:02}"


def oere(amount: str) -> int:
    """The øre of a population's amount, `1350.00`."""
    return int(amount.replace(".", ""))


def dato(day: str) -> str:
    """A population's day as dd.mm.yyyy; nothing stays nothing."""
    return date.fromisoformat(day).strftime("%d.%m.%Y") if day else ""


def read_dato(text: str) -> date | None:
    """A day written as dd.mm.yyyy; None when it is not one."""
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return None


def tidspunkt(instant: str) -> str:
    """A population's instant in Oslo local time, without saying which hour of an autumn night that comes twice."""
    return datetime.fromisoformat(instant).astimezone(OSLO).strftime("%d.%m.%Y %H:%M:%S")


def klokka(now: datetime) -> str:
    """The time of day in Oslo."""
    return now.astimezone(OSLO).strftime("%H:%M:%S")


def krav_sum(row: Mapping[str, str]) -> int:
    """What is owed on a krav in øre: hovedstol, kostnader and renter."""
    return oere(row["hovedstol"]) + oere(row["kostnader"]) + oere(row["renter"])
