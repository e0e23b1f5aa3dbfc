"""How Procasso's screens write amounts, days, times and people."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


def oere(amount: str) -> int:
    """The øre of a population's amount, `1350.00`."""
    return int(amount.replace(".", ""))


def beloep(in_oere: int) -> str:
    """Kroner with a point between thousands: 135000 øre is 1.350,00."""
    kroner, rest = divmod(in_oere, 100)
    return f"{kroner:,}".replace(",", ".") + f",{rest:02}"


def dato(day: str) -> str:
    """A population's day as dd.mm.yyyy; nothing stays nothing."""
    return date.fromisoformat(day).strftime("%d.%m.%Y") if day else ""


def dag(instant: str) -> str:
    """The Oslo day of a population's instant."""
    return datetime.fromisoformat(instant).astimezone(OSLO).strftime("%d.%m.%Y")


def klokka(now: datetime) -> str:
    """The time of day in Oslo."""
    return now.astimezone(OSLO).strftime("%H:%M:%S")


def delt_nummer(number: str) -> str:
    """A fødselsnummer as six digits and five; any other number as it is."""
    return f"{number[:6]} {number[6:]}" if len(number) == 11 else number
