"""What is no item and has had its time: report lines, what people did with them, orders, mass retries, runs, names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from domain.kalender import OSLO
from hub.audit import NOBODY_KNOWS
from hub.follow_up import Codes
from hub.retention import SLETTET
from hub.storage import follow_ups
from hub.storage.schema import (
    OPEN,
    attempt,
    follow_up,
    login_session,
    mass_retry,
    queue_event,
    queue_release,
    report_line,
    run,
    sample,
    work_item,
    work_order,
    work_order_krav,
    work_queue,
)
from hub.storage.schema import person as people


def _moment(day: date) -> float:
    return datetime.combine(day, time.min, OSLO).timestamp()


@dataclass(frozen=True, slots=True)
class ReportLines:
    """Lines of control reports of nights before a day: how many there were of each code is kept.

    The latest report of each automation stays as it is, and so does what somebody has still to look at.
    """

    before: date
    codes: Mapping[str, Codes]
    navn: str = "rapportlinjer"

    def due(self, c: Connection, most: int | None) -> Sequence[int]:
        finds = sa.and_(run.c.kind == "find", run.c.outcome == "completed")
        latest = sa.select(sa.func.max(run.c.id)).where(finds).group_by(run.c.automation)
        old = sa.select(run.c.id).where(run.c.as_of < self.before.isoformat(), run.c.id.not_in(latest))
        # run by run, in the index: an order by number would read the lines of all nights
        query = sa.select(report_line.c.id).where(report_line.c.run_id.in_(old), report_line.c.krav.is_not(None))
        ids = sorted(c.execute(query.limit(most)).scalars())
        standing = follow_ups.Lines(c, self.codes).open_ids() if ids else set()
        return [line_id for line_id in ids if line_id not in standing]

    def empty(self, c: Connection, ids: Sequence[int]) -> list[str]:
        these = sa.and_(report_line.c.id.in_(ids), report_line.c.krav.is_not(None))
        gone = Counter(c.execute(sa.select(report_line.c.run_id, report_line.c.code).where(these)).tuples().all())
        c.execute(report_line.delete().where(these))
        for (run_id, code), n in gone.items():
            counted = sa.and_(report_line.c.run_id == run_id, report_line.c.code == code, report_line.c.krav.is_(None))
            more = report_line.update().where(counted).values(antall=report_line.c.antall + n)
            if not c.execute(more).rowcount:
                c.execute(report_line.insert().values(run_id=run_id, code=code, antall=n))
        return []


@dataclass(frozen=True, slots=True)
class FollowUps:
    """What people did, before a day, with lines that no report tells of any more."""

    before: date
    navn: str = "oppfølginger"

    def due(self, c: Connection, most: int | None) -> Sequence[int]:
        told = sa.exists().where(report_line.c.krav == follow_up.c.krav)
        query = sa.select(follow_up.c.id).where(follow_up.c.at < _moment(self.before), ~told)
        return c.execute(query.order_by(follow_up.c.id).limit(most)).scalars().all()

    def empty(self, c: Connection, ids: Sequence[int]) -> list[str]:
        c.execute(follow_up.delete().where(follow_up.c.id.in_(ids)))
        return []


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders carried out before a day: how many krav there were, and what became of them, is kept."""

    before: date
    navn: str = "bestillinger"

    def due(self, c: Connection, most: int | None) -> Sequence[int]:
        old = sa.and_(work_order.c.ended_at < _moment(self.before), work_order.c.person != SLETTET)
        return c.execute(sa.select(work_order.c.id).where(old).order_by(work_order.c.id).limit(most)).scalars().all()

    def empty(self, c: Connection, ids: Sequence[int]) -> list[str]:
        c.execute(work_order.update().where(work_order.c.id.in_(ids)).values(person=SLETTET, reason=""))
        mine = sa.select(work_order_krav.c.order_id, work_order_krav.c.krav)
        rows = c.execute(mine.where(work_order_krav.c.order_id.in_(ids)).order_by(*mine.selected_columns)).all()
        numbered = [{"of": row.order_id, "was": row.krav, "is": f"{SLETTET}:{n}"} for n, row in enumerate(rows)]
        this = sa.and_(work_order_krav.c.order_id == sa.bindparam("of"), work_order_krav.c.krav == sa.bindparam("was"))
        if numbered:
            c.execute(work_order_krav.update().where(this).values(krav=sa.bindparam("is")), numbered)
        return []


@dataclass(frozen=True, slots=True)
class Samples:
    """Who drew samples before a day. What was drawn stands as numbers of items, which tell nothing any more."""

    before: date
    navn: str = "stikkprøver"

    def due(self, c: Connection, most: int | None) -> Sequence[int]:
        old = sa.and_(sample.c.at < _moment(self.before), sample.c.person != SLETTET)
        return c.execute(sa.select(sample.c.id).where(old).order_by(sample.c.id).limit(most)).scalars().all()

    def empty(self, c: Connection, ids: Sequence[int]) -> list[str]:
        c.execute(sample.update().where(sample.c.id.in_(ids)).values(person=SLETTET))
        return []


@dataclass(frozen=True, slots=True)
class MassRetries:
    """Mass retries that ended before a day."""

    before: date
    navn: str = "masseforsøk"

    def due(self, c: Connection, most: int | None) -> Sequence[int]:
        old = sa.and_(mass_retry.c.ended_at < _moment(self.before), mass_retry.c.person != SLETTET)
        return c.execute(sa.select(mass_retry.c.id).where(old).order_by(mass_retry.c.id).limit(most)).scalars().all()

    def empty(self, c: Connection, ids: Sequence[int]) -> list[str]:
        stopped = sa.case((mass_retry.c.stopped_by.is_not(None), SLETTET))
        gone = {"person": SLETTET, "reason": "", "stopped_by": stopped}
        c.execute(mass_retry.update().where(mass_retry.c.id.in_(ids)).values(**gone))
        return []


@dataclass(frozen=True, slots=True)
class Runs:
    """Who ordered runs of nights before a day. Of an item that is still open it decides who may approve it."""

    before: date
    navn: str = "kjøringer"

    def due(self, c: Connection, most: int | None) -> Sequence[int]:
        old = sa.and_(run.c.as_of < self.before.isoformat(), run.c.ordered_by.not_in((SLETTET, NOBODY_KNOWS)))
        tried = attempt.join(work_item, work_item.c.id == attempt.c.item_id)
        open_still = sa.exists().select_from(tried).where(attempt.c.run_id == run.c.id, sa.text(OPEN))
        return c.execute(sa.select(run.c.id).where(old, ~open_still).order_by(run.c.id).limit(most)).scalars().all()

    def empty(self, c: Connection, ids: Sequence[int]) -> list[str]:
        c.execute(run.update().where(run.c.id.in_(ids)).values(ordered_by=SLETTET, prefect_run=None))
        return []


@dataclass(frozen=True, slots=True)
class QueueEvents:
    """What was done to queues and systems before a day; of a queue that is paused now, all of it stays."""

    before: date
    navn: str = "hendelser på køer"

    def due(self, c: Connection, most: int | None) -> Sequence[int]:
        paused = sa.select(work_queue.c.name).where(work_queue.c.paused.is_not(None))
        old = sa.and_(queue_event.c.at < _moment(self.before), queue_event.c.queue.not_in(paused))
        return c.execute(sa.select(queue_event.c.id).where(old).order_by(queue_event.c.id).limit(most)).scalars().all()

    def empty(self, c: Connection, ids: Sequence[int]) -> list[str]:
        c.execute(queue_event.delete().where(queue_event.c.id.in_(ids)))
        return []


@dataclass(frozen=True, slots=True)
class Releases:
    """Who released a queue before a day; of a pause that stands they are counted."""

    before: date
    navn: str = "klarsignaler"

    def due(self, c: Connection, most: int | None) -> Sequence[tuple[str, int, str]]:
        paused = sa.select(work_queue.c.name).where(work_queue.c.paused.is_not(None))
        old = sa.and_(queue_release.c.at < _moment(self.before), queue_release.c.queue.not_in(paused))
        query = sa.select(queue_release.c.queue, queue_release.c.paused_no, queue_release.c.person).where(old)
        return [(queue, no, person) for queue, no, person in c.execute(query.limit(most))]

    def empty(self, c: Connection, keys: Sequence[tuple[str, int, str]]) -> list[str]:
        key = sa.tuple_(queue_release.c.queue, queue_release.c.paused_no, queue_release.c.person)
        c.execute(queue_release.delete().where(key.in_(keys)))
        return []


@dataclass(frozen=True, slots=True)
class Names:
    """What people are called who have not logged in since a day."""

    before: date
    navn: str = "navn på brukere"

    def due(self, c: Connection, most: int | None) -> Sequence[str]:
        here = sa.select(login_session.c.person)
        old = sa.and_(people.c.seen_at < _moment(self.before), people.c.person.not_in(here))
        return c.execute(sa.select(people.c.person).where(old).order_by(people.c.person).limit(most)).scalars().all()

    def empty(self, c: Connection, keys: Sequence[Any]) -> list[str]:
        c.execute(people.delete().where(people.c.person.in_(keys)))
        return []
