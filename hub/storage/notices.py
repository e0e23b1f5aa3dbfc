"""Which messages about a night have gone out, and by which channel: so that nobody is told twice."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from hub.storage.database import Database
from hub.storage.schema import notice


def claim(database: Database, kind: str, as_of: date, channel: str) -> bool:
    """Make the sending ours, before it is done; False when somebody has it already."""
    row = {"kind": kind, "as_of": as_of.isoformat(), "channel": channel, "at": database.now}
    with database.begin() as c:
        return c.execute(database.insert_missing(notice).values(**row)).rowcount == 1


def give_back(database: Database, kind: str, as_of: date, channel: str) -> None:
    """It was not sent: it may be tried again."""
    mine = sa.and_(notice.c.kind == kind, notice.c.as_of == as_of.isoformat(), notice.c.channel == channel)
    with database.begin() as c:
        c.execute(notice.delete().where(mine))
