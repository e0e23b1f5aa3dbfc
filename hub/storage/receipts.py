"""What was done in one night, as the ledger has it: plans, and the receipts of their effects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.automation import Json, Plan
from hub.states import FINISHED
from hub.storage.ledger import CHUNK
from hub.storage.schema import attempt, run, step, work_item


@dataclass(frozen=True, slots=True)
class ItemDone:
    """The plan of one item, and the receipts of those of its effects that were done in the night."""

    item_id: int
    reference: str
    plan: Plan
    receipts: Mapping[str, Json | None]
    """Effect key -> what was read back; None where a person said that it was done, and nothing was read."""


def done_in(c: Connection, automation: str, as_of: date) -> tuple[ItemDone, ...]:
    """Every item of which an effect was done by an attempt of this night, oldest item first.

    What a person has settled is of the night of the attempt that left it open. An erased item has no ledger left.
    """
    still_open = work_item.c.state.not_in([state.value for state in FINISHED])
    since = sa.or_(work_item.c.closed_as_of >= as_of.isoformat(), still_open)
    query = sa.select(work_item.c.id).where(work_item.c.queue == automation, since).order_by(work_item.c.id)
    rows = _steps(c, list(c.execute(query).scalars()))
    items = (_done(list(steps), as_of) for _, steps in groupby(rows, key=lambda row: row.item_id))
    return tuple(item for item in items if item is not None)


def _steps(c: Connection, item_ids: list[int]) -> Iterator[Row[Any]]:
    """The ledgers of these items, each step with the night of its attempt."""
    of_attempt = sa.and_(attempt.c.item_id == step.c.item_id, attempt.c.no == step.c.attempt)
    joined = (
        step.join(work_item, work_item.c.id == step.c.item_id)
        .outerjoin(attempt, of_attempt)
        .outerjoin(run, run.c.id == attempt.c.run_id)
    )
    names = (work_item.c.reference, work_item.c.occasion)
    query = sa.select(step.c.item_id, step.c.kind, step.c.key, step.c.data, run.c.as_of, *names).select_from(joined)
    for start in range(0, len(item_ids), CHUNK):
        mine = step.c.item_id.in_(item_ids[start : start + CHUNK])
        yield from c.execute(query.where(mine).order_by(step.c.item_id, step.c.seq))


def _done(steps: Iterable[Row[Any]], as_of: date) -> ItemDone | None:
    """One item's ledger replayed: a new plan clears what came before it."""
    plan: str | None = None
    done: dict[str, Row[Any]] = {}
    for entry in steps:
        if entry.kind == "plan":
            plan, done = entry.data, {}
        elif entry.kind == "done":
            done[entry.key] = entry
        elif entry.kind == "undone":
            done.pop(entry.key, None)
    tonight = {key: _receipt(entry.data) for key, entry in done.items() if entry.as_of == as_of.isoformat()}
    if plan is None or not tonight:
        return None
    any_step = next(iter(done.values()))
    return ItemDone(any_step.item_id, named(any_step), Plan.from_json(plan), tonight)


def _receipt(data: str) -> Json | None:
    receipt: Json = json.loads(data)
    return None if "settled_by" in receipt else receipt


def named(row: Row[Any]) -> str:
    """The reference as people see it: with the occasion from the second on."""
    return str(row.reference) if row.occasion == 1 else f"{row.reference}:{row.occasion}"
