"""Runs of find and drain, and the lines of their control reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.order import Answer
from hub.storage.database import Database
from hub.storage.schema import attempt, follow_up, report_line, run, work_order_krav
from hub.volume import NIGHTS_TO_KNOW

REMEMBERED_NIGHTS = 20


@dataclass(frozen=True, slots=True)
class NightRun:
    """One run of an automation, as a report shows it."""

    id: int
    kind: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    ordered_by: str
    effects: int
    """Effects that were found; only a find has any."""


def begin(database: Database, automation: str, kind: str, as_of: date, ordered_by: str, prefect_run: str | None) -> int:
    with database.begin() as c:
        values = {
            "automation": automation,
            "kind": kind,
            "as_of": as_of.isoformat(),
            "ordered_by": ordered_by,
            "prefect_run": prefect_run,
            "started_at": database.now,
        }
        return int(c.execute(run.insert().values(**values).returning(run.c.id)).scalar_one())


def end(database: Database, run_id: int, outcome: str) -> None:
    with database.begin() as c:
        c.execute(run.update().where(run.c.id == run_id).values(ended_at=database.now, outcome=outcome))


def end_drain(database: Database, run_id: int, outcome: str) -> None:
    """As `end`; one that came to its end without anything to do is not kept: there is one a minute, all day."""
    with database.begin() as c:
        c.execute(run.update().where(run.c.id == run_id).values(ended_at=database.now, outcome=outcome))
        idle = sa.and_(run.c.outcome == "completed", ~sa.exists().where(attempt.c.run_id == run.c.id))
        c.execute(run.delete().where(run.c.id == run_id, idle))


def ordered_by(c: Connection, run_id: int) -> str:
    """Who asked for the run."""
    return str(c.execute(sa.select(run.c.ordered_by).where(run.c.id == run_id)).scalar_one())


def set_effects(c: Connection, run_id: int, effects: int) -> None:
    c.execute(run.update().where(run.c.id == run_id).values(effects=effects))


def earlier_effects(c: Connection, automation: str) -> list[int]:
    """Effects of the latest nights that had any: what the volume guard calls usual."""
    query = (
        sa.select(run.c.effects)
        .where(run.c.automation == automation, run.c.kind == "find", run.c.outcome == "completed", run.c.effects > 0)
        .order_by(run.c.id.desc())
        .limit(max(REMEMBERED_NIGHTS, NIGHTS_TO_KNOW))
    )
    return [effects for (effects,) in c.execute(query)]


def latest_find(c: Connection, automation: str) -> Row[tuple[object, ...]] | None:
    """The newest find that came to its end."""
    query = sa.select(run).where(run.c.automation == automation, run.c.kind == "find", run.c.outcome == "completed")
    return c.execute(query.order_by(run.c.id.desc()).limit(1)).first()


def next_find(c: Connection, automation: str, as_of: date) -> float | None:
    """When a find of a later night first began; None when there is none yet."""
    later = sa.and_(run.c.automation == automation, run.c.kind == "find", run.c.as_of > as_of.isoformat())
    began: float | None = c.execute(sa.select(sa.func.min(run.c.started_at)).where(later)).scalar_one()
    return began


def of_night(c: Connection, automation: str, as_of: date) -> tuple[NightRun, ...]:
    """The night's runs, in the order they began."""
    mine = sa.and_(run.c.automation == automation, run.c.as_of == as_of.isoformat())
    return tuple(_night_run(row) for row in c.execute(sa.select(run).where(mine).order_by(run.c.id)))


def add_lines(c: Connection, run_id: int, lines: Iterable[dict[str, object]]) -> None:
    rows = [
        {"run_id": run_id, "krav": None, "last_interrupt_date": None, "last_safe_workday": None, "antall": None, **line}
        for line in lines
    ]
    if rows:
        c.execute(report_line.insert(), rows)


def lines(c: Connection, run_id: int) -> list[Row[tuple[object, ...]]]:
    return list(
        c.execute(
            sa.select(report_line)
            .where(report_line.c.run_id == run_id)
            .order_by(report_line.c.code, report_line.c.krav)
        )
    )


def earlier_lines(c: Connection, find: Row[Any]) -> list[Row[tuple[object, ...]]]:
    """The lines of the finds of the same night that came to their end before this one, oldest first."""
    same = sa.and_(run.c.automation == find.automation, run.c.as_of == find.as_of, run.c.kind == "find")
    before = sa.select(run.c.id).where(same, run.c.outcome == "completed", run.c.id < find.id)
    return list(c.execute(sa.select(report_line).where(report_line.c.run_id.in_(before)).order_by(report_line.c.id)))


def erase_lines(c: Connection, krav: Iterable[str]) -> int:
    """Take every line that names one of these krav out of every report, what people have said of it, and what orders
    were answered about them; how many lines and answers there were.

    The caller makes the database `forget` them once this is committed.
    """
    theirs = list(krav)
    gone = c.execute(report_line.delete().where(report_line.c.krav.in_(theirs))).rowcount
    c.execute(follow_up.delete().where(follow_up.c.krav.in_(theirs)))
    return gone + silence_orders(c, work_order_krav.c.krav.in_(theirs))


def silence_orders(c: Connection, which: sa.ColumnElement[bool]) -> int:
    """Let these answers to orders say no more than that nothing was found; how many said more."""
    told = sa.and_(which, work_order_krav.c.answer != Answer.UNKNOWN.value)
    silent = {"answer": Answer.UNKNOWN.value, "code": None, "item_id": None}
    return c.execute(work_order_krav.update().where(told).values(**silent)).rowcount


def _night_run(row: Row[Any]) -> NightRun:
    ended = None if row.ended_at is None else _instant(row.ended_at)
    return NightRun(row.id, row.kind, _instant(row.started_at), ended, row.outcome, row.ordered_by, row.effects)


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
