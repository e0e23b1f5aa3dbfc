"""What an automation has carried out before: a find asks, so that it is not done again under the same reference."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.states import State
from hub.storage.database import Database
from hub.storage.intake import NOTHING_TO_DO
from hub.storage.schema import work_item


def read(database: Database, queue: str, result: str) -> dict[str, date]:
    """Reference -> the day it was closed, of the items that came to this result; the latest day of each."""
    query = (
        sa.select(work_item.c.reference, sa.func.max(work_item.c.closed_as_of))
        .where(work_item.c.queue == queue, work_item.c.state == State.COMPLETED.value, work_item.c.result == result)
        .group_by(work_item.c.reference)
    )
    with database.read() as c:
        return {reference: date.fromisoformat(closed) for reference, closed in c.execute(query)}


def count_since(c: Connection, queue: str, since: date) -> int:
    """Items the robot has completed on that day or later; what there was nothing to do with is not among them."""
    closed = sa.and_(work_item.c.queue == queue, work_item.c.closed_as_of >= since.isoformat())
    by_robot = sa.and_(work_item.c.state == State.COMPLETED.value, work_item.c.result != NOTHING_TO_DO)
    return c.execute(sa.select(sa.func.count()).select_from(work_item).where(closed, by_robot)).scalar_one()
