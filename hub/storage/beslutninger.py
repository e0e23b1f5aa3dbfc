"""Decisions about items, as they were made."""

from __future__ import annotations

import json

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.beslutning import Beslutning
from hub.storage.schema import beslutning, work_item


def read(c: Connection, item_id: int) -> tuple[Beslutning, ...]:
    """What people have decided about the item on the facts it now stands on, oldest first."""
    same_facts = sa.and_(work_item.c.id == beslutning.c.item_id, work_item.c.fingerprint == beslutning.c.fingerprint)
    query = sa.select(beslutning).join(work_item, same_facts).where(beslutning.c.item_id == item_id)
    return tuple(
        Beslutning(
            row.kode, json.loads(row.data), row.person, row.role, row.reason, row.at, to_personer=bool(row.to_personer)
        )
        for row in c.execute(query.order_by(beslutning.c.seq))
    )
