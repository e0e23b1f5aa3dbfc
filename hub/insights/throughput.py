"""What came in and what was closed, for each automation and week, and how it was closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.insights.period import Period, began, monday
from hub.states import State
from hub.storage.helped import helped
from hub.storage.intake import NOTHING_TO_DO
from hub.storage.schema import work_item
from hub.storage.written import items_added_between


class Closed(StrEnum):
    """How an item came to its end."""

    STRAIGHT = "straight"
    """The robot did it, and no person did anything with it."""
    HELPED = "helped"
    """The robot did it after a person had put it back, decided, settled, approved or taken it."""
    BY_HAND = "by hand"
    """A person closed it, or said no to the proposal."""
    GONE = "gone"
    """There was nothing to do any more."""
    PROTECTED = "protected"
    """Erased: it is counted and nothing else."""


DONE_BY_ROBOT = (Closed.STRAIGHT, Closed.HELPED)


@dataclass(frozen=True, slots=True)
class ClosedCount:
    queue: str
    week: date
    how: Closed
    count: int
    with_frist: int
    within_frist: int
    """Of those with a frist, closed on that day or before it."""
    again: int
    """After more than one attempt."""


def closed(c: Connection, queues: Sequence[str], period: Period) -> list[ClosedCount]:
    """What was closed on the days of the period, within the index of what is closed."""
    w = work_item.c
    how = sa.case(
        (w.state == State.CANCELLED.value, Closed.PROTECTED.value),
        (w.state == State.HANDLED_MANUALLY.value, Closed.BY_HAND.value),
        (w.result == NOTHING_TO_DO, Closed.GONE.value),
        (helped(), Closed.HELPED.value),
        else_=Closed.STRAIGHT.value,
    ).label("how")
    in_time = sa.case((w.closed_as_of <= w.frist, 1), else_=0)
    query = (
        sa.select(
            w.queue,
            w.closed_as_of,
            how,
            sa.func.count(),
            sa.func.count(w.frist),
            sa.func.sum(in_time),
            sa.func.sum(sa.case((w.attempts > 1, 1), else_=0)),
        )
        .where(closed_in(queues, period))
        .group_by(w.queue, w.closed_as_of, how)
    )
    return [
        ClosedCount(queue, monday(day), Closed(how), count, with_frist, within, again)
        for queue, day, how, count, with_frist, within, again in c.execute(query)
    ]


def closed_in(queues: Sequence[str], period: Period) -> sa.ColumnElement[bool]:
    return sa.and_(
        work_item.c.queue.in_(queues),
        work_item.c.closed_as_of.is_not(None),
        work_item.c.closed_as_of.between(period.first.isoformat(), period.last.isoformat()),
    )


def came_in(c: Connection, queues: Sequence[str], period: Period, today: date) -> Counter[tuple[str, date]]:
    """How many items were added for each automation and week."""
    days = [max(week, period.first) for week in period.weeks]
    starts = began(c, [*days, period.last + timedelta(days=1)])
    if period.last >= today:
        starts[-1] = float("inf")
    w, weeks = work_item.c, period.weeks
    queue = (w.queue + "").label("of_queue")  # SQLite would group by an index of all items, rather than read these
    ends = [(w.created_at < until, n) for n, until in enumerate(starts[1:-1])]
    number = (sa.case(*ends, else_=len(ends)) if ends else sa.literal(0)).label("week")
    query = sa.select(queue, number, sa.func.count()).where(items_added_between(c, starts[0], starts[-1]))
    rows = c.execute(query.group_by(queue, number))
    return Counter({(name, weeks[n]): count for name, n, count in rows if name in queues})
