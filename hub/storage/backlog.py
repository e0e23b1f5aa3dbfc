"""How much work each queue holds, and how pressing it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.states import State
from hub.storage.database import Database
from hub.storage.schema import IN_WORK, WAITS, work_item, work_queue
from hub.storage.worklist import rests

THROUGH_CLAIMS = (work_item.c.queue.in_(sa.select(work_queue.c.name)), work_item.c.created_at >= 0)
"""True of every item. SQLite chooses an index by the columns that are asked for: with these, what is in work is found
through the index of claims; without, what waits is read with it."""
_NOT_IN_ORDER: sa.ColumnElement[str] = sa.literal_column("work_item.queue || ''")
"""The queue. Asked for by its name, SQLite would read every item, since one index is in the order of queues."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Unfinished items of one queue."""

    queued: int = 0
    """Ready, or tried again soon."""
    oldest: float | None = None
    """Seconds since the oldest of those was found."""
    running: int = 0
    proposed: int = 0
    """They wait for a second person."""
    due: int = 0
    """Their deadline is today; whatever state they are in."""
    overdue: int = 0
    waiting: int = 0
    """They wait for a person to say why they failed."""
    postponed: int = 0
    """They wait too, and rest until a later day. Neither due nor overdue are counted of them."""


def backlogs(database: Database, c: Connection, today: date) -> dict[str, Backlog]:
    """Of every queue that has unfinished items. What waits is counted within its index, what is in work through its."""
    state, frist = work_item.c.state, work_item.c.frist
    queued = state.in_((State.READY.value, State.DEFERRED.value))
    day = (_count(frist == today.isoformat()), _count(frist < today.isoformat()))
    in_work = sa.select(
        work_item.c.queue,
        _count(queued),
        database.now - sa.func.min(sa.case((queued, work_item.c.created_at))),
        *(_count(state == one.value) for one in (State.RUNNING, State.AWAITING_APPROVAL)),
        *day,
    )
    in_work = in_work.where(sa.text(IN_WORK), *THROUGH_CLAIMS).group_by(work_item.c.queue)
    now = sa.not_(rests(today))
    pressing = (_count(now & (frist == today.isoformat())), _count(now & (frist < today.isoformat())))
    waits = sa.select(_NOT_IN_ORDER, _count(now), _count(rests(today)), *pressing).where(sa.text(WAITS))
    out = {queue: Backlog(*counts) for queue, *counts in c.execute(in_work)}
    for queue, waiting, postponed, due, overdue in c.execute(waits.group_by(_NOT_IN_ORDER)):
        mine = out.get(queue, Backlog())
        more = {"due": mine.due + due, "overdue": mine.overdue + overdue}
        out[queue] = replace(mine, waiting=waiting, postponed=postponed, **more)
    return out


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """A condition that is unknown, as that of a deadline there is none of, does not count."""
    return sa.func.sum(sa.case((condition, 1), else_=0))
