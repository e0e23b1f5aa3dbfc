"""Norsk tid og norske virkedager."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

OSLO = ZoneInfo("Europe/Oslo")
_EN_DAG = timedelta(days=1)
_LOERDAG = 5


def oslo_date(instant: datetime) -> date:
    """The date in Europe/Oslo at `instant`. Raises ValueError when the instant has no time zone."""
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(OSLO).date()


@cache
def _helligdager(aar: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=aar))


def is_bankdag(dag: date) -> bool:
    """Er dagen en virkedag etter gjeldsbrevlova § 5 (RENTE-3)?

    Biblioteket `holidays` har helligdagene og 1. og 17. mai, men ikke ukedagene: lørdager og søndager legges til her.
    24. og 31. desember er virkedager, selv om bankene holder kort dag; biblioteket har dem ikke som helligdager.
    """
    return dag.weekday() < _LOERDAG and dag not in _helligdager(dag.year)


def next_bankdag(dag: date) -> date:
    """Dagen selv eller den første virkedagen etter (RENTE-3)."""
    while not is_bankdag(dag):
        dag += _EN_DAG
    return dag


def previous_bankdag(dag: date) -> date:
    """Dagen selv eller den siste virkedagen før, så det alltid rekkes (FORELD-2)."""
    while not is_bankdag(dag):
        dag -= _EN_DAG
    return dag
