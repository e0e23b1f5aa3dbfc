"""Work queues: release level, pause, and release by two people after the volume guard.

`seen` is what the person was shown: Overtaken is raised when somebody else has changed it since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import Actor
from hub.release import ReleaseLevel
from hub.storage.database import Database
from hub.storage.moves import NotPossible
from hub.storage.schema import queue_event, queue_release, work_queue

EVERYTHING = "*"
"""The queue whose pause is the emergency stop: while it stands nothing is claimed and no act begins."""


class Overtaken(NotPossible):
    """Somebody else has changed the queue or the system since it was shown."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Somebody else has changed {name} since you saw it: look at it again.")


@dataclass(frozen=True, slots=True)
class WorkQueue:
    name: str
    release_level: ReleaseLevel
    paused: str | None
    paused_reason: str | None
    paused_no: int
    """How many times it has been paused: the number of the pause that stands, or of the last one."""


@dataclass(frozen=True, slots=True)
class Told:
    """One act on a queue or an outside system."""

    queue: str
    at: float
    actor: str
    role: str
    action: str
    reason: str


def ensure(database: Database, name: str, release_level: ReleaseLevel) -> None:
    """Make the queue known; one that is there keeps its level and its pause."""
    with database.begin() as c:
        c.execute(database.insert_missing(work_queue).values(name=name, release_level=release_level.value))


def get(c: Connection, name: str) -> WorkQueue | None:
    row = c.execute(sa.select(work_queue).where(work_queue.c.name == name)).first()
    return _work_queue(row) if row else None


def every(c: Connection) -> list[WorkQueue]:
    return [_work_queue(row) for row in c.execute(sa.select(work_queue).order_by(work_queue.c.name))]


STOPPED = sa.or_(work_queue.c.paused.is_not(None), work_queue.c.release_level == ReleaseLevel.DRY.value)


def may_run(c: Connection, name: str) -> bool:
    """Whether items of the queue may be claimed and acts begin: nothing is paused, and it is past its dry nights."""
    stopped = sa.select(work_queue.c.name).where(work_queue.c.name.in_((name, EVERYTHING)), STOPPED)
    return c.execute(stopped).first() is None


def going() -> sa.Select[tuple[str]]:
    """Names of the queues that do not stand still themselves; the emergency stop is for `may_run` to say."""
    return sa.select(work_queue.c.name).where(sa.not_(STOPPED))


def pause(database: Database, name: str, kind: str, actor: Actor, reason: str, seen: int | None = None) -> None:
    """`seen`: the number of its last pause, when it was shown as going. Raises NotPossible, Overtaken."""
    with database.begin() as c:
        if seen is not None:
            queue = get(c, name) if name == EVERYTHING else _locked(c, name)
            if queue is not None and (queue.paused or queue.paused_no != seen):
                raise Overtaken(name)
        pause_within(database, c, name, kind, actor, reason)


def pause_within(database: Database, c: Connection, name: str, kind: str, actor: Actor, reason: str) -> None:
    """Pause inside a transaction that does more. A volume pause is not weakened to a person's; who has released an
    earlier pause has not released this one.

    Raises NotPossible when there is no such queue.
    """
    if name == EVERYTHING:
        c.execute(database.insert_missing(work_queue).values(name=name, release_level=ReleaseLevel.LIVE.value))
    _locked(c, name)
    kept = sa.case((work_queue.c.paused == "volume", "volume"), else_=kind)
    values = {"paused": kept, "paused_reason": reason, "paused_no": work_queue.c.paused_no + 1}
    c.execute(work_queue.update().where(work_queue.c.name == name).values(**values))
    tell(database, c, name, actor, "pause", reason)


def release(database: Database, name: str, actor: Actor, reason: str, seen: int | None = None) -> bool:
    """Lift a pause. After the volume guard two different people must; True when the queue runs again.

    `seen`: the number of the pause that was shown. Raises NotPossible when there is no such queue, Overtaken.
    """
    with database.begin() as c:
        queue = _locked(c, name)
        if seen is not None and (queue.paused is None or queue.paused_no != seen):
            raise Overtaken(name)
        if queue.paused is None:
            return True
        released = set(released_by(c, queue))
        if actor.name not in released:
            c.execute(
                queue_release.insert().values(
                    queue=name, paused_no=queue.paused_no, person=actor.name, reason=reason, at=database.now
                )
            )
            tell(database, c, name, actor, "release", reason)
        if len(released | {actor.name}) < needed_to_release(queue):
            return False
        c.execute(work_queue.update().where(work_queue.c.name == name).values(paused=None, paused_reason=None))
        return True


def released_by(c: Connection, queue: WorkQueue) -> list[str]:
    """Who has released the pause that stands, in the order they did."""
    this = sa.and_(queue_release.c.queue == queue.name, queue_release.c.paused_no == queue.paused_no)
    return list(c.execute(sa.select(queue_release.c.person).where(this).order_by(queue_release.c.at)).scalars())


def needed_to_release(queue: WorkQueue) -> int:
    """How many people must release it."""
    return 2 if queue.paused == "volume" else 1


def set_release_level(
    database: Database,
    name: str,
    level: ReleaseLevel,
    actor: Actor,
    reason: str,
    seen: ReleaseLevel | None = None,
) -> None:
    """`seen`: the level that was shown. Raises NotPossible when there is no such queue, Overtaken."""
    with database.begin() as c:
        queue = _locked(c, name)
        if seen is not None and queue.release_level is not seen:
            raise Overtaken(name)
        c.execute(work_queue.update().where(work_queue.c.name == name).values(release_level=level.value))
        tell(database, c, name, actor, f"release level {level}", reason)


def _locked(c: Connection, name: str) -> WorkQueue:
    """The queue, nobody else's to change for the rest of the transaction."""
    row = c.execute(sa.select(work_queue).where(work_queue.c.name == name).with_for_update()).first()
    if row is None:
        raise NotPossible(f"There is no queue {name}.")
    return _work_queue(row)


def _work_queue(row: Row[Any]) -> WorkQueue:
    return WorkQueue(**{**row._mapping, "release_level": ReleaseLevel(row.release_level)})


def tell(database: Database, c: Connection, name: str, actor: Actor, action: str, reason: str) -> None:
    """Keep what was done to a queue or an outside system, and by whom."""
    c.execute(
        queue_event.insert().values(
            queue=name, at=database.now, actor=actor.name, role=actor.role, action=action, reason=reason
        )
    )


def history(c: Connection, limit: int, before: int | None = None, queue: str | None = None) -> list[tuple[int, Told]]:
    """What was done to queues and outside systems, or to one, newest first, each with its number; `before` goes on
    from one."""
    query = sa.select(queue_event).order_by(queue_event.c.id.desc()).limit(limit)
    if queue is not None:
        query = query.where(queue_event.c.queue == queue)
    if before is not None:
        query = query.where(queue_event.c.id < before)
    return [(row.id, _told(row)) for row in c.execute(query)]


def paused_by(c: Connection) -> dict[str, Told]:
    """The pause that stands of each paused queue: by whom, when and why."""
    newest = (
        sa.select(sa.func.max(queue_event.c.id))
        .join(work_queue, work_queue.c.name == queue_event.c.queue)
        .where(work_queue.c.paused.is_not(None), queue_event.c.action == "pause")
        .group_by(queue_event.c.queue)
    )
    return {row.queue: _told(row) for row in c.execute(sa.select(queue_event).where(queue_event.c.id.in_(newest)))}


def _told(row: Row[Any]) -> Told:
    return Told(row.queue, row.at, row.actor, row.role, row.action, row.reason)
