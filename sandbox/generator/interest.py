"""The rente that PILEN itself reckons on a kontrollsanksjon, with arithmetic and rates of the sandbox's own.

Right but for one thing an old system has: it knows weekends, not public holidays. Its last rate runs on. Source: RULES
RENTE-2 to RENTE-9.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from sandbox.generator.days import after_weekend

# Per cent a year in hundredths, from this day on.
RATES = (
    (date(2026, 7, 1), 1225), (date(2026, 1, 1), 1200), (date(2025, 7, 1), 1225), (date(2024, 1, 1), 1250),
    (date(2023, 7, 1), 1175), (date(2023, 1, 1), 1075), (date(2022, 7, 1), 925), (date(2022, 1, 1), 850),
    (date(2020, 7, 1), 800), (date(1970, 1, 1), 950),
)  # fmt: skip
COMMON_YEAR, LEAP_YEAR = 365, 366
ONE = COMMON_YEAR * LEAP_YEAR * 10_000
DAYS_AFTER_KLAGE = timedelta(days=14)


class Event(NamedTuple):
    """One row of hendelser.csv; `beloep` in kroner, for INNBETALING only."""

    dato: date
    hendelse: str
    beloep: str = ""


def outstanding(hovedstol: int, forfall: date, events: Iterable[Event], until: date) -> int:
    """Øre of unpaid rente up to and including `until`; a payment covers rente first. Rounded at each payment."""
    rente, reckoned = 0, _first_deadline(forfall, events, until)
    payments = sorted(event for event in events if event.hendelse == "INNBETALING" and event.dato <= until)
    for payment in [*payments, Event(until, "", "0.00")]:
        rente += _accrued(hovedstol, reckoned, payment.dato)
        reckoned = max(reckoned, payment.dato)
        paid = oere(payment.beloep)
        to_rente = min(paid, rente)
        rente -= to_rente
        hovedstol -= min(paid - to_rente, hovedstol)
    return rente


def oere(kroner: str) -> int:
    return int(kroner.replace(".", ""))


def kroner(oere: int) -> str:
    return f"{oere // 100}.{oere % 100:02}"


def _first_deadline(forfall: date, events: Iterable[Event], until: date) -> date:
    """Nothing runs until the forfall, or until the new deadline after a decided complaint."""
    decided = [event.dato for event in events if event.hendelse == "KLAGE_AVGJORT" and event.dato <= until]
    return max(after_weekend(day) for day in (forfall, *(day + DAYS_AFTER_KLAGE for day in decided)))


def _accrued(hovedstol: int, after: date, until: date) -> int:
    """Rente of the days after `after`, half-year by half-year, half an øre up."""
    total = 0
    while after < until:
        first = after + timedelta(days=1)
        last = min(until, date(first.year, 6, 30) if first.month <= 6 else date(first.year, 12, 31))
        # A day of a leap year is a smaller part of the year.
        weight = ONE // 10_000 // _days_of_year(first.year)
        total += (last - after).days * weight * next(rate for since, rate in RATES if since <= first)
        after = last
    return (2 * hovedstol * total + ONE) // (2 * ONE)


def _days_of_year(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days
