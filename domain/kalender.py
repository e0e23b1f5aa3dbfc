"""Norsk tid og norske virkedager."""

from __future__ import annotations

from calendar import monthrange
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


def add_bankdager(dag: date, antall: int) -> date:
    """Den `antall`-te virkedagen etter `dag`, eller før den når `antall` er negativt. Null gir dagen selv."""
    steg = _EN_DAG if antall > 0 else -_EN_DAG
    for _ in range(abs(antall)):
        dag += steg
        while not is_bankdag(dag):
            dag += steg
    return dag


def add_maaneder(dag: date, antall: int) -> date:
    """Samme dag `antall` måneder senere; månedens siste når den er kortere (31. januar blir 28. februar)."""
    aar, maaned = divmod(dag.month - 1 + antall, 12)
    siste = monthrange(dag.year + aar, maaned + 1)[1]
    return dag.replace(year=dag.year + aar, month=maaned + 1, day=min(dag.day, siste))
