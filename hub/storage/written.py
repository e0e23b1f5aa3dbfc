"""Rows in the order they were written: those of a stretch of time are found without an index to write to.

Items, and on SQLite events, are numbered as they are written, so that the first one of an instant is found by halving.
On PostgreSQL an event has no number: there the pages of a stretch are known by a summary of each (BRIN), which costs
next to nothing to keep.
"""

from __future__ import annotations

import math
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.storage.schema import event, work_item

SLACK = 3600.0
"""Seconds: a find numbers its rows up to this long after it has read the clock, and the clock may be set back."""


def events_between(c: Connection, since: float, until: float) -> sa.ColumnElement[bool]:
    """Events at `since` or later, and before `until`."""
    exact = _between(event.c.at, since, until)
    if c.dialect.name != "sqlite":
        return exact
    number: sa.ColumnElement[int] = sa.literal_column("event.rowid", sa.Integer)
    return sa.and_(exact, *_numbers(c, event, number, event.c.at, since, until))


def items_added_between(c: Connection, since: float, until: float) -> sa.ColumnElement[bool]:
    """Items that were added at `since` or later, and before `until`."""
    exact = _between(work_item.c.created_at, since, until)
    return sa.and_(exact, *_numbers(c, work_item, work_item.c.id, work_item.c.created_at, since, until))


def _between(at: sa.ColumnElement[float], since: float, until: float) -> sa.ColumnElement[bool]:
    bounds = [at >= since] if since > -math.inf else []
    bounds += [at < until] if until < math.inf else []
    return sa.and_(sa.true(), *bounds)


def _numbers(
    c: Connection, table: sa.Table, number: Any, at: sa.ColumnElement[float], since: float, until: float
) -> list[sa.ColumnElement[bool]]:
    last = c.execute(sa.select(number).select_from(table).order_by(number.desc()).limit(1)).scalar() or 0
    bounds = []
    if since > -math.inf:
        bounds.append(number >= _first(c, table, number, at, since - SLACK, last))
    if until < math.inf:
        bounds.append(number < _first(c, table, number, at, until + SLACK, last))
    return bounds


def _first(c: Connection, table: sa.Table, number: Any, at: sa.ColumnElement[float], instant: float, last: int) -> int:
    """The number of the first row of that instant or later; the one after the last when there is none."""
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        # the row itself, or the one after it where a number was left out
        query = sa.select(number, at).select_from(table).where(number >= middle).order_by(number).limit(1)
        row = c.execute(query).first()
        if row is None or row[1] >= instant:
            high = middle
        else:
            low = row[0] + 1
    return low
