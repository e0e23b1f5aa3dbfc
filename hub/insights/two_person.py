"""Two-person control: what a second person said in the period, and of whose claims."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.states import State
from hub.storage.schema import IN_WORK, approval, step, work_item


@dataclass(slots=True)
class Fordringshaver:
    """What was proposed for one fordringshaver. `navn` is empty for what only the release level asks about."""

    navn: str
    approved: int = 0
    rejected: int = 0
    waits: int = 0
    """Now, whatever the period."""
    approved_oere: int = 0


def by_fordringshaver(c: Connection, queues: Sequence[str], since: float, until: float) -> list[Fordringshaver]:
    """Sorted by name. What retention has erased is not among them."""
    found: dict[str, Fordringshaver] = {}

    def of(plan: str) -> tuple[Fordringshaver, int]:
        forslag = json.loads(plan).get("forslag") or {}
        navn = forslag.get("fordringshaver", "")
        return found.setdefault(navn, Fordringshaver(navn)), forslag.get("beloep_oere", 0)

    decided = (
        sa.select(work_item.c.queue, approval.c.decision, step.c.data)
        .join_from(approval, work_item, work_item.c.id == approval.c.item_id)
        .join(step, sa.and_(step.c.item_id == approval.c.item_id, step.c.seq == _newest(before=approval.c.at)))
        .where(approval.c.at >= since, approval.c.at < until)
    )
    for queue, decision, plan in c.execute(decided):
        if queue not in queues:
            continue
        fordringshaver, oere = of(plan)
        if decision == "approved":
            fordringshaver.approved += 1
            fordringshaver.approved_oere += oere
        else:
            fordringshaver.rejected += 1
    waits = sa.and_(sa.text(IN_WORK), work_item.c.state == State.AWAITING_APPROVAL.value)
    waiting = sa.select(step.c.data).join_from(
        work_item, step, sa.and_(step.c.item_id == work_item.c.id, step.c.seq == _newest())
    )
    for (plan,) in c.execute(waiting.where(waits, work_item.c.queue.in_(queues))):
        of(plan)[0].waits += 1
    return sorted(found.values(), key=lambda each: each.navn)


def _newest(before: sa.ColumnElement[float] | None = None) -> sa.ScalarSelect[int]:
    """The last plan of the item, or the last one that was made before."""
    plans = step.alias()
    query = sa.select(sa.func.max(plans.c.seq)).where(plans.c.item_id == work_item.c.id, plans.c.kind == "plan")
    if before is not None:
        query = query.where(plans.c.at <= before)
    return query.correlate(work_item, approval).scalar_subquery()
