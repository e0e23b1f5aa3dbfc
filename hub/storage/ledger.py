"""What the ledger of one item says: the plan that stands, which of its effects have started, and which are done."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.automation import Json, Plan
from hub.storage.schema import step


@dataclass(slots=True)
class Ledger:
    """Built by replaying the entries in order; a new plan clears what came before it."""

    plan: Plan | None = None
    started: set[str] = field(default_factory=set)
    done: dict[str, Json] = field(default_factory=dict)

    @property
    def begun(self) -> bool:
        """Whether the plan must be finished as it is: an effect of it has started or is done."""
        return self.plan is not None and bool(self.started or self.done)

    @property
    def open(self) -> set[str]:
        """Effects that may or may not have happened."""
        return self.started - self.done.keys()


def replay(entries: Iterable[tuple[str, str, str]]) -> Ledger:
    """Entries are (kind, key, data) in the order they were written."""
    ledger = Ledger()
    for kind, key, data in entries:
        if kind == "plan":
            ledger = Ledger(plan=Plan.from_json(data))
        elif kind == "started":
            ledger.started.add(key)
        elif kind == "done":
            ledger.done[key] = json.loads(data)
        elif kind == "undone":
            ledger.started.discard(key)
            ledger.done.pop(key, None)
    return ledger


def read(connection: Connection, item_id: int) -> Ledger:
    rows = connection.execute(
        sa.select(step.c.kind, step.c.key, step.c.data).where(step.c.item_id == item_id).order_by(step.c.seq)
    )
    return replay((kind, key, data) for kind, key, data in rows)


def begun_items(connection: Connection, item_ids: Iterable[int]) -> set[int]:
    """Those of the items with an effect that has started under the plan that stands."""
    wanted = list(item_ids)
    out: set[int] = set()
    for start in range(0, len(wanted), 500):
        chunk = wanted[start : start + 500]
        started = sa.select(step.c.item_id).where(step.c.item_id.in_(chunk), step.c.kind == "started").distinct()
        out |= {item_id for (item_id,) in connection.execute(started) if read(connection, item_id).begun}
    return out
