"""Whether a person did something with an item after it was added."""

from __future__ import annotations

import sqlalchemy as sa

from hub.audit import MACHINE
from hub.storage.schema import event, work_item

BY_MACHINE = f'"role":"{MACHINE.role}"'
"""Stands in the content of every event that no person brought about."""


def helped() -> sa.ColumnElement[bool]:
    """Of the item a query is about.

    An item that went straight through has one event for its being found and two for each attempt: only where there are
    more, they are read. Of what retention has erased, `edited_by` says that somebody did, and no longer who.
    """
    act = sa.select(event.c.seq).where(
        event.c.item_id == work_item.c.id, event.c.seq > 1, event.c.content.not_like(f"%{BY_MACHINE}%")
    )
    more = work_item.c.seq > 1 + 2 * work_item.c.attempts
    # asked for item by item: PostgreSQL would answer an EXISTS by reading the events of all items first
    first = act.limit(1).correlate(work_item).scalar_subquery()
    return sa.or_(work_item.c.edited_by.is_not(None), sa.and_(more, first.is_not(None)))
