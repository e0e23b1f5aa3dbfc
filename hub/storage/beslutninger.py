"""Decisions about items, as they were made: those of one item for its plan, those of a queue for its find."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.beslutning import Beslutning
from hub.storage.database import Database
from hub.storage.schema import beslutning, work_item


def read(c: Connection, item_id: int) -> tuple[Beslutning, ...]:
    """What people have decided about the item on the facts it now stands on, oldest first."""
    same_facts = sa.and_(work_item.c.id == beslutning.c.item_id, work_item.c.fingerprint == beslutning.c.fingerprint)
    query = sa.select(beslutning).join(work_item, same_facts).where(beslutning.c.item_id == item_id)
    return tuple(_made(row) for row in c.execute(query.order_by(beslutning.c.seq)))


def read_all(database: Database, queue: str) -> tuple[Beslutning, ...]:
    """What people have decided about items of this queue, whatever has become of those since, oldest first.

    What was decided about a krav may be so for longer than the item it was asked in: a find goes by it too.
    """
    query = sa.select(beslutning).join(work_item, work_item.c.id == beslutning.c.item_id)
    query = query.where(work_item.c.queue == queue).order_by(beslutning.c.at, beslutning.c.item_id, beslutning.c.seq)
    with database.read() as c:
        return tuple(_made(row) for row in c.execute(query))


def find_newest(database: Database, queue: str, fingerprint: str) -> Beslutning | None:
    """The last that people have decided about items of this queue on just these facts."""
    query = sa.select(beslutning).join(work_item, work_item.c.id == beslutning.c.item_id)
    query = query.where(work_item.c.queue == queue, beslutning.c.fingerprint == fingerprint)
    newest = query.order_by(beslutning.c.at.desc(), beslutning.c.item_id.desc(), beslutning.c.seq.desc()).limit(1)
    with database.read() as c:
        row = c.execute(newest).first()
    return None if row is None else _made(row)


def _made(row: Row[Any]) -> Beslutning:
    return Beslutning(
        row.kode,
        json.loads(row.data),
        row.person,
        row.role,
        row.reason,
        row.at,
        to_personer=bool(row.to_personer),
        fingerprint=row.fingerprint,
    )
