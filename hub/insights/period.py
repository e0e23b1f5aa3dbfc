"""A period of days, its weeks, and when they began by the clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from domain.kalender import OSLO
from hub.storage.schema import run

LONGEST = timedelta(days=53 * 7)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are in it. A day is the one a night was for (`as_of`)."""

    first: date
    last: date

    @classmethod
    def of_weeks(cls, weeks: int, last: date) -> Period:
        """So many calendar weeks, the last of them as far as it has come."""
        return cls(_monday(last) - timedelta(weeks=weeks - 1), last)

    @property
    def weeks(self) -> list[date]:
        """The Monday of each week the period touches."""
        first = _monday(self.first)
        return [first + timedelta(weeks=n) for n in range((self.last - first).days // 7 + 1)]

    @property
    def number_of_weeks(self) -> float:
        return ((self.last - self.first).days + 1) / 7


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def monday(day: str) -> date:
    return _monday(date.fromisoformat(day))


def began(c: Connection, days: Sequence[date]) -> list[float]:
    """When each of these days began, in seconds since 1970: with the first run for it or for a later day.

    The nights of an invented world are for other days than the clock's. Where no run tells, it is midnight in Oslo.
    """
    starts = sa.select(run.c.as_of, sa.func.min(run.c.started_at)).where(run.c.as_of >= min(days).isoformat())
    known = sorted(c.execute(starts.group_by(run.c.as_of)).tuples(), reverse=True)
    out = []
    for day in days:
        first = min((at for as_of, at in known if as_of >= day.isoformat()), default=None)
        out.append(datetime.combine(day, time.min, OSLO).timestamp() if first is None else first)
    return out


def window(c: Connection, period: Period, today: date) -> tuple[float, float]:
    """The period by the clock: from, and up to but not including. What is of today is not over yet."""
    first, after = began(c, [period.first, period.last + timedelta(days=1)])
    return first, math.inf if period.last >= today else after
