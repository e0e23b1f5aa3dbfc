"""Runs as they are listed: what each was, how it ended, and what its attempts came to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.missing import NoSuch
from hub.states import State
from hub.storage.schema import attempt, run, work_item

GOING = "going"


@dataclass(frozen=True, slots=True)
class ListedRun:
    row: Row[Any]
    attempts: Mapping[str, int] = field(default_factory=dict)
    """Outcome -> how many attempts ended so; those that have not ended are `GOING`."""


def page(c: Connection, queue: str | None, before: int | None, limit: int) -> list[ListedRun]:
    """Newest first; `before` goes on from the run with that number."""
    query = sa.select(run).order_by(run.c.id.desc()).limit(limit)
    if queue:
        query = query.where(run.c.automation == queue)
    if before is not None:
        query = query.where(run.c.id < before)
    return _with_attempts(c, c.execute(query).all())


def show(c: Connection, run_id: int) -> ListedRun:
    """Raises NoSuch when there is no such run."""
    rows = c.execute(sa.select(run).where(run.c.id == run_id)).all()
    if not rows:
        raise NoSuch(f"there is no run {run_id}")
    return _with_attempts(c, rows)[0]


def items(c: Connection, run_id: int, offset: int, limit: int) -> Sequence[Row[Any]]:
    """The items a run has tried, oldest first; those of protected people are left out."""
    tried = sa.select(attempt.c.item_id).where(attempt.c.run_id == run_id)
    shown = sa.select(work_item).where(work_item.c.id.in_(tried), work_item.c.state != State.CANCELLED.value)
    return c.execute(shown.order_by(work_item.c.id).offset(offset).limit(limit)).all()


def nights(c: Connection, since: str) -> dict[str, set[str]]:
    """Automation -> the nights (as_of) since then of which there is a find or a dry run, whatever became of it."""
    looked = sa.and_(run.c.kind != "drain", run.c.as_of >= since)
    out: dict[str, set[str]] = {}
    for automation, as_of in c.execute(sa.select(run.c.automation, run.c.as_of).where(looked).distinct()):
        out.setdefault(automation, set()).add(as_of)
    return out


def prefect_runs(c: Connection, run_ids: Collection[int]) -> dict[int, str]:
    """What Prefect calls each of these runs, where it knows of them."""
    query = sa.select(run.c.id, run.c.prefect_run).where(run.c.id.in_(run_ids), run.c.prefect_run.is_not(None))
    return dict(c.execute(query).tuples().all())


def _with_attempts(c: Connection, rows: Sequence[Row[Any]]) -> list[ListedRun]:
    outcome = sa.func.coalesce(attempt.c.outcome, GOING)
    query = sa.select(attempt.c.run_id, outcome, sa.func.count()).where(attempt.c.run_id.in_([row.id for row in rows]))
    counts: dict[int, dict[str, int]] = {}
    for run_id, ended, count in c.execute(query.group_by(attempt.c.run_id, outcome).order_by(outcome)):
        counts.setdefault(run_id, {})[ended] = count
    return [ListedRun(row, counts.get(row.id, {})) for row in rows]
