"""What a caller can name an item by: its krav and their cases, found whatever the punctuation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.automation import Arbeid
from hub.storage.database import Database
from hub.storage.schema import item_key

SHORTEST_PREFIX = 4


def normalised(text: str) -> str:
    """Letters and digits alone, in capitals: «2026/17 747» is «202617747»."""
    return re.sub(r"[^0-9A-ZÆØÅ]", "", text.upper())


def add(database: Database, c: Connection, items: Mapping[int, Arbeid]) -> None:
    """Let these new items be found by what they are about."""
    if rows := _rows(items):
        database.insert_many(c, item_key, rows)


def renew(database: Database, c: Connection, items: Mapping[int, Arbeid]) -> None:
    """Let these items be found by what they are about now, too."""
    if rows := _rows(items):
        c.execute(database.insert_missing(item_key), rows)


def find_items(c: Connection, names: Sequence[str], limit: int) -> Sequence[int]:
    """Ids of the items of one of these names, newest first; of those whose name begins so when one name is asked for
    and none has just that one."""
    wanted = [key for key in map(normalised, names) if key]
    exact = _ids(c, item_key.c.key.in_(wanted), limit)
    if exact or len(wanted) != 1 or len(wanted[0]) < SHORTEST_PREFIX:
        return exact
    (begins,) = wanted
    return _ids(c, sa.and_(item_key.c.key >= begins, item_key.c.key < begins + "\uffff"), limit)


def _ids(c: Connection, condition: sa.ColumnElement[bool], limit: int) -> Sequence[int]:
    query = sa.select(item_key.c.item_id).where(condition).distinct()
    return c.execute(query.order_by(item_key.c.item_id.desc()).limit(limit)).scalars().all()


def _rows(items: Mapping[int, Arbeid]) -> list[dict[str, object]]:
    return [
        {"key": key, "item_id": item_id}
        for item_id, arbeid in items.items()
        for key in sorted({normalised(name) for name in (*arbeid.krav, *arbeid.saker)})
    ]
