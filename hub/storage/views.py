"""What is shown of items: lists, and one item with its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.missing import NoSuch
from hub.storage.schema import attempt, event, evidence, step, work_item


@dataclass(frozen=True, slots=True)
class ItemView:
    item: Row[Any]
    steps: Sequence[Row[Any]]
    attempts: Sequence[Row[Any]]
    events: Sequence[Row[Any]]
    """Those whose content has not been erased."""
    evidence: Sequence[Row[Any]]


def list_items(c: Connection, state: str | None, queue: str | None, limit: int) -> Sequence[Row[Any]]:
    """Newest first, those that wait for a person before the others."""
    query = sa.select(work_item)
    if state:
        query = query.where(sa.or_(work_item.c.state == state, work_item.c.waiting_kind == state))
    if queue:
        query = query.where(work_item.c.queue == queue)
    waits = sa.case((work_item.c.state == "waiting", 0), else_=1)
    return c.execute(query.order_by(waits, work_item.c.id.desc()).limit(limit)).all()


def show_item(c: Connection, item_id: int) -> ItemView:
    """Raises NoSuch when there is no such item."""
    item = c.execute(sa.select(work_item).where(work_item.c.id == item_id)).first()
    if item is None:
        raise NoSuch(f"there is no item {item_id}")
    told = event.c.content.is_not(None)
    events = sa.select(event).where(event.c.item_id == item_id, told).order_by(event.c.seq)
    return ItemView(
        item,
        c.execute(sa.select(step).where(step.c.item_id == item_id).order_by(step.c.seq)).all(),
        c.execute(sa.select(attempt).where(attempt.c.item_id == item_id).order_by(attempt.c.no)).all(),
        c.execute(events).all(),
        c.execute(sa.select(evidence).where(evidence.c.item_id == item_id).order_by(evidence.c.id)).all(),
    )


def items_of(c: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """These items, newest first."""
    return c.execute(sa.select(work_item).where(work_item.c.id.in_(ids)).order_by(work_item.c.id.desc())).all()


def count_states(c: Connection) -> dict[str, int]:
    """Items in each state; those that wait are counted by why."""
    what = sa.func.coalesce(work_item.c.waiting_kind, work_item.c.state)
    return dict(c.execute(sa.select(what, sa.func.count()).group_by(what)).tuples().all())
