"""What an automation has not finished: a find asks, so that what waits for a person is looked at too."""

from __future__ import annotations

import sqlalchemy as sa

from hub.storage.database import Database
from hub.storage.schema import OPEN, work_item


def read(database: Database, queue: str) -> frozenset[str]:
    """The krav of its unfinished items. Who owes them may have become protected while they wait (VERN-2)."""
    query = sa.select(work_item.c.krav).where(work_item.c.queue == queue, sa.text(OPEN))
    with database.read() as c:
        return frozenset(kravnr for krav in c.execute(query).scalars() for kravnr in krav.split(";") if kravnr)
