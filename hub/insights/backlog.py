"""What is not done yet, as it stands now, within the indexes of what waits and of what is in work."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.states import State
from hub.storage.database import NOW
from hub.storage.schema import IN_WORK, work_item
from hub.storage.worklist import rests

DAY = 24 * 3600.0
AGES: tuple[tuple[float, float], ...] = ((0, 1), (1, 3), (3, 7), (7, 14), (14, 30), (30, math.inf))
"""Days since the item was added: from, and up to but not including."""


@dataclass(frozen=True, slots=True)
class Backlog:
    waits: Mapping[str, int] = field(default_factory=dict)
    """Automation -> items that wait for a person, and are not postponed until a later day."""
    overdue: Mapping[str, int] = field(default_factory=dict)
    """Automation -> those of them whose frist has passed."""
    ages: tuple[int, ...] = (0,) * len(AGES)
    """How many wait in each of AGES."""
    oldest: float | None = None
    """When the oldest of them was added."""
    postponed: int = 0
    awaiting_approval: int = 0
    in_queue: int = 0
    """Ready, deferred or running."""


def backlog(c: Connection, queues: Sequence[str], today: date) -> Backlog:
    waits: Counter[str] = Counter()
    overdue: Counter[str] = Counter()
    ages = [0] * len(AGES)
    oldest: float | None = None
    postponed = 0
    w = work_item.c
    now = c.execute(sa.select(sa.literal_column(NOW[c.dialect.name], sa.Double))).scalar_one()
    query = sa.select(w.queue, w.created_at, w.frist, rests(today)).where(w.waiting_kind.is_not(None))
    for queue, created_at, frist, is_postponed in c.execute(query):
        if queue not in queues:
            continue
        if is_postponed:
            postponed += 1
            continue
        waits[queue] += 1
        overdue[queue] += frist is not None and frist < today.isoformat()
        oldest = created_at if oldest is None else min(oldest, created_at)
        days = max(0.0, now - created_at) / DAY
        ages[next(n for n, (low, high) in enumerate(AGES) if low <= days < high)] += 1
    in_work = sa.select(w.state, sa.func.count()).where(sa.text(IN_WORK), w.queue.in_(queues)).group_by(w.state)
    states = dict(c.execute(in_work).tuples().all())
    approving = states.pop(State.AWAITING_APPROVAL.value, 0)
    return Backlog(waits, overdue, tuple(ages), oldest, postponed, approving, sum(states.values()))
