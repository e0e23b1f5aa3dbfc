"""How much work each queue holds, and how pressing it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.states import State
from hub.storage.database import Database
from hub.storage.schema import OPEN, work_item


@dataclass(frozen=True, slots=True)
class Backlog:
    """Unfinished items of one queue."""

    queued: int = 0
    """Ready, or tried again soon."""
    oldest: float | None = None
    """Seconds since the oldest of those was found."""
    running: int = 0
    waiting: int = 0
    """They wait for a person to say why they failed."""
    proposed: int = 0
    """They wait for a second person."""
    due: int = 0
    """Their deadline is today; whatever state they are in."""
    overdue: int = 0


def backlogs(database: Database, c: Connection, today: date) -> dict[str, Backlog]:
    """Of every queue that has unfinished items, by one look at those alone."""
    state, frist = work_item.c.state, work_item.c.frist
    queued = state.in_((State.READY.value, State.DEFERRED.value))

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((condition, 1), else_=0))

    query = sa.select(
        work_item.c.queue,
        count(queued),
        database.now - sa.func.min(sa.case((queued, work_item.c.created_at))),
        *(count(state == one.value) for one in (State.RUNNING, State.WAITING, State.AWAITING_APPROVAL)),
        count(sa.func.coalesce(frist == today.isoformat(), sa.false())),
        count(sa.func.coalesce(frist < today.isoformat(), sa.false())),
    )
    rows = c.execute(query.where(sa.text(OPEN)).group_by(work_item.c.queue))
    return {queue: Backlog(*counts) for queue, *counts in rows}
