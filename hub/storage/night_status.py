"""How a night stands: of each automation whether it was looked for work, what is done, and what waits for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.states import State
from hub.storage.intake import NOTHING_TO_DO
from hub.storage.schema import IN_WORK, WAITS, run, work_item
from hub.storage.worklist import rests


class Found(StrEnum):
    """How far an automation came with finding the night's work."""

    DONE = "done"
    DRY = "dry"
    """It was only planned: the automation is not trusted with more yet."""
    UNDER_WAY = "under way"
    """It has begun; or it was killed, which looks the same."""
    FAILED = "failed"
    NOT_BEGUN = "not begun"

    @property
    def came_through(self) -> bool:
        return self in (Found.DONE, Found.DRY)


@dataclass(frozen=True, slots=True)
class NightStatus:
    automation: str
    found: Found
    done: int
    """Items the robot has completed for this night."""
    waits: int
    """Oppgaver that wait for a person now, and are not postponed; `overdue` of them after their deadline."""
    overdue: int
    proposals: int
    """Plans that wait for a second person."""
    began: float | None = None
    """When it began, in seconds since 1970, of one that is under way."""


def read(c: Connection, automations: Sequence[str], as_of: date) -> list[NightStatus]:
    """The night of each of these automations, in their order. Within the indexes, whatever has been closed before."""
    found, done, proposals = _found(c, as_of), _done(c, automations, as_of), _proposals(c)
    waits, out = _waits(c, as_of), []
    for name in automations:
        best, began = found.get(name, (Found.NOT_BEGUN, None))
        counts = (done.get(name, 0), *waits.get(name, (0, 0)), proposals.get(name, 0))
        out.append(NightStatus(name, best, *counts, began))
    return out


def _found(c: Connection, as_of: date) -> dict[str, tuple[Found, float | None]]:
    """The best any find of the night came to, and when it began if it is under way: a later one that failed takes
    nothing from one that did not."""
    query = sa.select(run.c.automation, run.c.kind, run.c.ended_at, run.c.outcome, run.c.started_at)
    mine = sa.and_(run.c.as_of == as_of.isoformat(), run.c.kind.in_(("find", "dry")))
    best: dict[str, tuple[Found, float | None]] = {}
    for row in c.execute(query.where(mine).order_by(run.c.id)):
        if row.outcome == "completed":
            new = Found.DONE if row.kind == "find" else Found.DRY
        else:
            new = Found.UNDER_WAY if row.ended_at is None else Found.FAILED
        known, _ = best.get(row.automation, (new, None))
        if list(Found).index(new) <= list(Found).index(known):
            best[row.automation] = new, row.started_at if new is Found.UNDER_WAY else None
    return best


def _done(c: Connection, automations: Iterable[str], as_of: date) -> dict[str, int]:
    closed = sa.and_(work_item.c.queue.in_(list(automations)), work_item.c.closed_as_of == as_of.isoformat())
    by_robot = sa.and_(work_item.c.state == State.COMPLETED.value, work_item.c.result != NOTHING_TO_DO)
    query = sa.select(work_item.c.queue, sa.func.count()).where(closed, by_robot).group_by(work_item.c.queue)
    return dict(c.execute(query).tuples().all())


def _waits(c: Connection, today: date) -> dict[str, tuple[int, int]]:
    late = sa.func.sum(sa.case((work_item.c.frist < today.isoformat(), 1), else_=0))
    query = sa.select(work_item.c.queue, sa.func.count(), late).where(sa.text(WAITS), sa.not_(rests(today)))
    return {queue: (n, overdue) for queue, n, overdue in c.execute(query.group_by(work_item.c.queue))}


def _proposals(c: Connection) -> dict[str, int]:
    waits = sa.and_(sa.text(IN_WORK), work_item.c.state == State.AWAITING_APPROVAL.value)
    query = sa.select(work_item.c.queue, sa.func.count()).where(waits).group_by(work_item.c.queue)
    return dict(c.execute(query).tuples().all())
