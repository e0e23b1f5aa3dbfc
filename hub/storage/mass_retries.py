"""Mass retries: many items put back by one person, released one after another as those before them come through.

A job is rows, and `step` takes it further: whoever calls it, and however often, it releases nothing twice. Drains call
it, so a job goes on when the console is down, and waits when nothing would take its items up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import Actor, Chain
from hub.automation import Json
from hub.mass_retry import Outlook, Progress, Result, may_release, outlook, result_of
from hub.missing import NoSuch
from hub.release import ReleaseLevel
from hub.states import State, WaitingKind
from hub.storage import ledger, queues
from hub.storage.by_hand import ByHand
from hub.storage.database import Database
from hub.storage.moves import NotPossible
from hub.storage.schema import approval, beslutning, mass_retry, mass_retry_item, work_item, work_queue

CHUNK = 500
LATELY = 60.0
JOB = "mass retry"


class Busy(NotPossible):
    """Every item is in another running job."""

    def __init__(self, job_id: int) -> None:
        super().__init__(f"Mass retry {job_id} has these items already.")
        self.job_id = job_id


@dataclass(frozen=True, slots=True)
class Prospect:
    """An item as the preview shows it."""

    item: Row[Any]
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class Job:
    row: Row[Any]
    items: Sequence[Row[Any]]
    """Its rows in their order, each with `krav`, `queue` and `state` of the item as it stands."""

    @property
    def is_running(self) -> bool:
        return bool(self.row.state == "running")

    @property
    def counts(self) -> Mapping[str, int]:
        """How many came to each result; `under way` and `pending` are those without one."""
        out: dict[str, int] = {}
        for item in self.items:
            word = item.result or ("under way" if item.released_at is not None else "pending")
            out[word] = out.get(word, 0) + 1
        return out

    @property
    def settled(self) -> int:
        return sum(item.result is not None for item in self.items)


class MassRetries:
    """Each act is one transaction, and one at a time."""

    def __init__(self, database: Database, chain: Chain) -> None:
        self._database = database
        self._people = ByHand(database, chain)

    def start(self, shown: Mapping[int, int], actor: Actor, reason: str, *, one_first: bool, per_minute: int) -> int:
        """A job over these items, each with its last event as the person saw it, in the order they are to be tried.

        Raises NoSuch when one of them is unknown, Busy when other running jobs have them all.
        """
        with self._database.begin() as c:
            self._database.one_at_a_time(c, JOB)
            self._settle(c)
            if shown.keys() - _existing(c, shown):
                raise NoSuch("item")
            elsewhere = _busy(c, shown)
            if elsewhere.keys() == shown.keys():
                raise Busy(max(elsewhere.values()))
            said = {"person": actor.name, "role": actor.role, "reason": reason, "state": "running"}
            values: Json = said | {"one_first": int(one_first), "per_minute": per_minute, "at": self._database.now}
            job_id = int(c.execute(mass_retry.insert().values(**values).returning(mass_retry.c.id)).scalar_one())
            now = c.execute(sa.select(self._database.now)).scalar_one()
            rows = [
                {"job_id": job_id, "item_id": item_id, "no": no, "seq": seq, "result": None, "settled_at": None}
                | ({"result": Result.ELSEWHERE.value, "settled_at": now} if item_id in elsewhere else {})
                for no, (item_id, seq) in enumerate(shown.items(), start=1)
            ]
            self._database.insert_many(c, mass_retry_item, rows)
            return job_id

    def stop(self, job_id: int, actor: Actor) -> None:
        """Release no more of it. What is released is finished as any other item.

        Raises NotPossible when the job has ended, NoSuch when there is none.
        """
        with self._database.begin() as c:
            self._database.one_at_a_time(c, JOB)
            if _row(c, job_id).state != "running":
                raise NotPossible(f"Mass retry {job_id} has ended.")
            self._end(c, job_id, "stopped", actor.name)

    def step(self) -> set[str]:
        """Take every running job as far as it may go now; returns the queues that were given something to do."""
        with self._database.read() as c:
            unsettled = sa.select(mass_retry_item.c.item_id).where(mass_retry_item.c.settled_at.is_(None)).limit(1)
            if c.execute(unsettled).first() is None and not running(c):
                return set()
        with self._database.begin() as c:
            self._database.one_at_a_time(c, JOB)
            self._settle(c)
            jobs = running(c)
        return {queue for job in jobs for queue in self._release(job.id)}

    def _release(self, job_id: int) -> Iterator[str]:
        """Put back as many as may be now, each in a transaction of its own: a find that takes the same items in waits
        for one at most. Yields the queues they are in."""
        while (queue := self._release_next(job_id)) is not None:
            if queue:
                yield queue

    def _release_next(self, job_id: int) -> str | None:
        """The queue of the item that was put back, "" of one that was left; None when there is no more to do now. What
        is in a queue that stands still is passed over. A job with nothing left to follow has ended."""
        mine = sa.and_(mass_retry_item.c.job_id == job_id, mass_retry_item.c.settled_at.is_(None))
        joined = mass_retry_item.join(work_item, work_item.c.id == mass_retry_item.c.item_id)
        query = sa.select(mass_retry_item, work_item.c.queue).select_from(joined)
        query = query.where(mine, mass_retry_item.c.released_at.is_(None), work_item.c.queue.in_(queues.going()))
        query = query.order_by(mass_retry_item.c.no).limit(1)
        with self._database.begin() as c:
            self._database.one_at_a_time(c, JOB)
            job = _row(c, job_id)
            if job.state != "running" or not queues.may_run(c, queues.EVERYTHING):
                return None
            row = c.execute(query).first()
            if row is None:
                if c.execute(sa.select(mass_retry_item.c.item_id).where(mine).limit(1)).first() is None:
                    self._end(c, job_id, "completed")
                return None
            progress = self._progress(c, job_id)
            if not may_release(progress, one_first=bool(job.one_first), per_minute=job.per_minute):
                return None
            try:
                actor, told = Actor(job.person, job.role), {"mass_retry": job_id}
                self._people.retry_within(c, row.item_id, actor, job.reason, row.seq, told)
            except NotPossible:
                self._mark(c, row, result=Result.CHANGED.value, settled_at=self._database.now)
                return ""
            self._mark(c, row, released_at=self._database.now)
            return str(row.queue)

    def _settle(self, c: Connection) -> None:
        """Write down what became of the released items; a job one of whose items waits again ends."""
        under_way = sa.and_(mass_retry_item.c.released_at.is_not(None), mass_retry_item.c.settled_at.is_(None))
        joined = mass_retry_item.join(work_item, work_item.c.id == mass_retry_item.c.item_id)
        query = sa.select(mass_retry_item, work_item.c.state, work_item.c.reason).select_from(joined)
        failed = set()
        for row in c.execute(query.where(under_way).order_by(mass_retry_item.c.item_id)).all():
            result = result_of(State(row.state))
            if result is not None:
                self._mark(c, row, result=result.value, code=row.reason, settled_at=self._database.now)
            if result is Result.WAITING:
                failed.add(row.job_id)
        for job in running(c):
            if job.id in failed:
                self._end(c, job.id, "failed")

    def _progress(self, c: Connection, job_id: int) -> Progress:
        def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
            return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

        released = mass_retry_item.c.released_at.is_not(None)
        query = sa.select(
            count(mass_retry_item.c.result == Result.COMPLETED.value),
            count(sa.and_(released, mass_retry_item.c.settled_at.is_(None))),
            count(mass_retry_item.c.released_at > self._database.now - LATELY),
        ).where(mass_retry_item.c.job_id == job_id)
        return Progress(*c.execute(query).one())

    def _end(self, c: Connection, job_id: int, state: str, stopped_by: str | None = None) -> None:
        pending = sa.and_(
            mass_retry_item.c.job_id == job_id,
            mass_retry_item.c.released_at.is_(None),
            mass_retry_item.c.settled_at.is_(None),
        )
        # in the order in which a find erases them, so that neither waits for the other
        c.execute(
            sa.select(mass_retry_item.c.item_id).where(pending).order_by(mass_retry_item.c.item_id).with_for_update()
        )
        gone = {"result": Result.NOT_TRIED.value, "settled_at": self._database.now}
        c.execute(mass_retry_item.update().where(pending).values(**gone))
        ended = {"state": state, "stopped_by": stopped_by, "ended_at": self._database.now}
        c.execute(mass_retry.update().where(mass_retry.c.id == job_id).values(**ended))

    @staticmethod
    def _mark(c: Connection, row: Row[Any], **values: object) -> None:
        same = sa.and_(mass_retry_item.c.job_id == row.job_id, mass_retry_item.c.item_id == row.item_id)
        c.execute(mass_retry_item.update().where(same).values(**values))


def preview(c: Connection, ids: Collection[int], asks_two: Collection[str]) -> list[Prospect]:
    """What would happen to each of these items, oldest first. `asks_two`: queues whose routine asks for two people."""
    standing = ledger.standing(c, ids)
    busy = _busy(c, ids)
    approved = _with(c, approval.c.item_id, ids, approval.c.decision == "approved")
    two_persons = _with(c, beslutning.c.item_id, ids, beslutning.c.to_personer == 1)
    every_effect = work_queue.c.release_level == ReleaseLevel.EVERY_EFFECT.value
    careful = {*asks_two, *c.execute(sa.select(work_queue.c.name).where(every_effect)).scalars()}
    out = []
    for row in _rows(c, ids):
        known = standing.get(row.id, ledger.Standing())
        asks = (row.queue in careful or row.id in two_persons) and row.id not in approved
        said = outlook(
            WaitingKind(row.waiting_kind) if row.waiting_kind else None,
            begun=known.begun,
            in_doubt=bool(known.open),
            busy=row.id in busy,
            asks_two=asks,
            has_done=bool(known.done),
        )
        out.append(Prospect(row, said))
    return out


def show(c: Connection, job_id: int) -> Job:
    """Raises NoSuch when there is no such job."""
    joined = mass_retry_item.join(work_item, work_item.c.id == mass_retry_item.c.item_id)
    columns = (work_item.c.krav, work_item.c.queue, work_item.c.state)
    query = sa.select(mass_retry_item, *columns).select_from(joined).where(mass_retry_item.c.job_id == job_id)
    return Job(_row(c, job_id), c.execute(query.order_by(mass_retry_item.c.no)).all())


def latest(c: Connection, limit: int) -> Sequence[Row[Any]]:
    """Newest first, each with how many items it is about."""
    count = sa.select(sa.func.count()).where(mass_retry_item.c.job_id == mass_retry.c.id).scalar_subquery()
    return c.execute(sa.select(mass_retry, count.label("antall")).order_by(mass_retry.c.id.desc()).limit(limit)).all()


def _row(c: Connection, job_id: int) -> Row[Any]:
    row = c.execute(sa.select(mass_retry).where(mass_retry.c.id == job_id)).first()
    if row is None:
        raise NoSuch(f"there is no mass retry {job_id}")
    return row


def running(c: Connection) -> Sequence[Row[Any]]:
    return c.execute(sa.select(mass_retry).where(mass_retry.c.state == "running").order_by(mass_retry.c.id)).all()


def _rows(c: Connection, ids: Collection[int]) -> list[Row[Any]]:
    out: list[Row[Any]] = []
    for some in _chunks(ids):
        out += c.execute(sa.select(work_item).where(work_item.c.id.in_(some))).all()
    return sorted(out, key=lambda row: (row.created_at, row.id))


def _existing(c: Connection, ids: Collection[int]) -> set[int]:
    return _with(c, work_item.c.id, ids, sa.true())


def _busy(c: Connection, ids: Collection[int]) -> dict[int, int]:
    """Item -> the job that has not come to its end with it."""
    unsettled = mass_retry_item.c.settled_at.is_(None)
    query = sa.select(mass_retry_item.c.item_id, mass_retry_item.c.job_id).where(unsettled)
    return {item_id: job_id for item_id, job_id in c.execute(query) if item_id in ids}


def _with(c: Connection, column: sa.Column[Any], ids: Collection[int], condition: sa.ColumnElement[bool]) -> set[int]:
    """Those of the items that have a row where that holds."""
    out: set[int] = set()
    for some in _chunks(ids):
        out.update(c.execute(sa.select(column).where(column.in_(some), condition)).scalars())
    return out


def _chunks(ids: Collection[int]) -> list[list[int]]:
    wanted = sorted(ids)
    return [wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK)]
