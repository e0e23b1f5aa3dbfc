"""Effects of items that are closed, begun whatever became of them: for a find, where a system shows them too late."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from hub.automation import Plan
from hub.storage import ledger
from hub.storage.database import Database
from hub.storage.schema import CLOSED, step, work_item


def read(database: Database, queue: str, keys: Iterable[str]) -> list[tuple[str, Plan]]:
    """Those of these effects that have started or are done, each with the plan it is of; not what was taken back.

    What an item that is still open has begun is that item's to finish.
    """
    wanted = sorted(set(keys))
    mine = sa.select(step.c.item_id).join(work_item, work_item.c.id == step.c.item_id)
    mine = mine.where(work_item.c.queue == queue, sa.text(CLOSED), step.c.kind.in_(("started", "done"))).distinct()
    out: list[tuple[str, Plan]] = []
    with database.read() as c:
        for start in range(0, len(wanted), ledger.CHUNK):
            some = wanted[start : start + ledger.CHUNK]
            for item_id in c.execute(mine.where(step.c.key.in_(some)).order_by(step.c.item_id)).scalars().all():
                entries = ledger.read(c, item_id)
                if entries.plan is not None:
                    out += [(key, entries.plan) for key in some if key in entries.started or key in entries.done]
    return out
