"""What is shown of items: lists, one item with its history, and whether the chain of events holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import START, Chain, content_digest
from hub.storage.schema import attempt, event, evidence, step, work_item

ROWS = 2000
"""Read at a time, where there may be millions."""


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
    """Raises LookupError when there is no such item."""
    item = c.execute(sa.select(work_item).where(work_item.c.id == item_id)).first()
    if item is None:
        raise LookupError(f"there is no item {item_id}")
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


def verify_chains(
    c: Connection, chain: Chain, items: Sequence[int] | None = None
) -> tuple[int, list[tuple[int, int, str]]]:
    """Events checked, and those that do not hold as (item, seq, what is wrong); of these items, or of all."""
    query, newest = sa.select(event), sa.select(work_item.c.id, work_item.c.seq)
    if items is not None:
        query, newest = query.where(event.c.item_id.in_(items)), newest.where(work_item.c.id.in_(items))
    heads = {row.id: row.seq for row in c.execute(newest)}
    checked, broken = 0, []
    previous: tuple[int, int, str] = (0, 0, START)
    for row in c.execute(query.order_by(event.c.item_id, event.c.seq).execution_options(yield_per=ROWS)):
        checked += 1
        item, seq, before = previous if previous[0] == row.item_id else (row.item_id, 0, START)
        if row.seq != seq + 1:
            broken.append((row.item_id, row.seq, f"event {seq + 1} is missing"))
        if not chain.holds(row.item_id, row.seq, before, row.digest, row.chain):
            broken.append((row.item_id, row.seq, "the link does not follow the one before it"))
        if row.content is not None and content_digest(row.content, row.salt) != row.digest:
            broken.append((row.item_id, row.seq, "the content was changed"))
        previous = (row.item_id, row.seq, row.chain)
        if heads.get(item) == row.seq:
            heads.pop(item)
    broken += [(item, seq, "the newest events are missing") for item, seq in heads.items()]
    return checked, broken
