"""What an automation remembers from one find to the next."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.automation import Line, Memo
from hub.storage.database import Database
from hub.storage.schema import memo

CHUNK = 500


def read(database: Database, queue: str) -> dict[str, str]:
    """Everything that is kept for this automation, by key."""
    with database.read() as c:
        return {row.key: row.value for row in c.execute(sa.select(memo).where(memo.c.queue == queue))}


def keep(database: Database, c: Connection, queue: str, lines: Iterable[Line]) -> None:
    """Keep or forget what this find says; of two with the same key the last one stands."""
    said = {line.key: line.value for line in lines if isinstance(line, Memo)}
    keys = list(said)
    for start in range(0, len(keys), CHUNK):
        old = sa.and_(memo.c.queue == queue, memo.c.key.in_(keys[start : start + CHUNK]))
        c.execute(sa.delete(memo).where(old))
    rows = [{"queue": queue, "key": key, "value": value} for key, value in said.items() if value is not None]
    if rows:
        database.insert_many(c, memo, rows)
