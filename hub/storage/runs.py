"""Runs of find and drain, and the lines of their control reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.storage.database import Database
from hub.storage.schema import report_line, run
from hub.volume import NIGHTS_TO_KNOW

REMEMBERED_NIGHTS = 20


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


def erase_lines(c: Connection, krav: Iterable[str]) -> int:
    """Take every line that names one of these krav out of every report; how many there were.

    The caller makes the database `forget` them once this is committed.
    """
    return c.execute(report_line.delete().where(report_line.c.krav.in_(list(krav)))).rowcount
