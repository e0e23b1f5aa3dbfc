"""Calendar arithmetic of the sandbox's own."""

from __future__ import annotations

from datetime import date, timedelta


def days_before(day: date, days: int) -> date:
    return day - timedelta(days=days)


def years_before(day: date, years: int) -> date:
    """The same date some years earlier; 28 February where that year has no 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def after_weekend(day: date) -> date:
    """Saturday and Sunday become Monday."""
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))
