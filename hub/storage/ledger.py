"""What the ledger of one item says: the plan that stands, which of its effects have started, and which are done."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.automation import Json, Plan
from hub.storage.schema import step

CHUNK = 500


@dataclass(slots=True)
class Standing:
    """Which effects of the plan that stands have started, and which are done."""

    started: dict[str, str] = field(default_factory=dict)
    """Effect -> the system that was asked for it."""
    done: dict[str, Json] = field(default_factory=dict)

    @property
    def begun(self) -> bool:
        """Whether the plan must be finished as it is: an effect of it has started or is done."""
        return bool(self.started or self.done)

    @property
    def open(self) -> set[str]:
        """Effects that may or may not have happened."""
        return self.started.keys() - self.done.keys()

    @property
    def in_doubt(self) -> set[str]:
        """The systems of the open effects."""
        return {self.started[key] for key in self.open}

    def take(self, kind: str, key: str, data: str) -> None:
        """One more entry of the ledger."""
        if kind == "started":
            self.started[key] = json.loads(data).get("system", "")
        elif kind == "done":
            self.done[key] = json.loads(data)
        elif kind == "undone":
            self.started.pop(key, None)
            self.done.pop(key, None)


@dataclass(slots=True)
class Ledger(Standing):
    """Built by replaying the entries in order; a new plan clears what came before it."""

    plan: Plan | None = None


def replay(entries: Iterable[tuple[str, str, str]]) -> Ledger:
    """Entries are (kind, key, data) in the order they were written."""
    ledger = Ledger()
    for kind, key, data in entries:
        if kind == "plan":
            ledger = Ledger(plan=Plan.from_json(data))
        else:
            ledger.take(kind, key, data)
    return ledger


def read(connection: Connection, item_id: int) -> Ledger:
    rows = connection.execute(
        sa.select(step.c.kind, step.c.key, step.c.data).where(step.c.item_id == item_id).order_by(step.c.seq)
    )
    return replay((kind, key, data) for kind, key, data in rows)


def standing(connection: Connection, item_ids: Iterable[int]) -> dict[int, Standing]:
    """How far the plan that stands has come, for those of the items that have one."""
    wanted = list(item_ids)
    out: dict[int, Standing] = {}
    for start in range(0, len(wanted), CHUNK):
        mine = step.c.item_id.in_(wanted[start : start + CHUNK])
        # plans and receipts are long, and only their being there is asked for
        said = sa.case((step.c.kind == "started", step.c.data), else_="{}")
        query = sa.select(step.c.item_id, step.c.kind, step.c.key, said).where(mine)
        for item_id, kind, key, data in connection.execute(query.order_by(step.c.item_id, step.c.seq)):
            if kind == "plan":
                out[item_id] = Standing()
            else:
                out.setdefault(item_id, Standing()).take(kind, key, data)
    return out
