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
        made = database.insert_missing(notice).values(**row).returning(notice.c.kind)
        return c.execute(made).first() is not None


def give_back(database: Database, kind: str, as_of: date, channel: str) -> None:
    """It was not sent: it may be tried again."""
    mine = sa.and_(notice.c.kind == kind, notice.c.as_of == as_of.isoformat(), notice.c.channel == channel)
    with database.begin() as c:
        c.execute(notice.delete().where(mine))
