"""What stopped the robot, and what people then did: read from the events of the period."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import MACHINE
from hub.insights.handling import BY_HAND, PUT_BACK, STOPS, Handled, Told, ends, handled
from hub.insights.period import Period
from hub.insights.throughput import closed_in
from hub.states import State
from hub.storage.schema import event, work_item
from hub.storage.written import events_between

PLAIN = ("add", "renew", "claim", "complete", "propose")
"""What most events tell, and nothing here is made of."""
OF_HANDLING = STOPS | PUT_BACK | {BY_HAND, "take", "take several", "give back"}
CHUNK, ROWS = 500, 2000


@dataclass(slots=True)
class FollowUp:
    stops: Mapping[tuple[str, str], int]
    """(kind, reason code) -> how often the robot stopped for it."""
    handled: dict[str, list[Handled]] = field(default_factory=dict)
    """Automation -> what people put back or closed."""
    put_back: int = 0
    """Items that people let the robot try again."""
    put_back_completed: int = 0
    """Those of them that are completed now."""


@dataclass(slots=True)
class _Item:
    queue: str
    state: str
    events: dict[int, Told] = field(default_factory=dict)
    """By seq."""


def follow_up(c: Connection, queues: Sequence[str], since: float, until: float) -> FollowUp:
    stops: Counter[tuple[str, str]] = Counter()
    items: dict[int, _Item] = {}
    for item_id, seq, at, content, queue, state in c.execute(_uncommon(c, since, until)):
        if queue not in queues:
            continue
        said = json.loads(content)
        if said["action"] in STOPS:
            stops[said["action"], said["reason"] or ""] += 1
        if said["action"] in OF_HANDLING:
            items.setdefault(item_id, _Item(queue, state)).events[seq] = _told(at, said)
    dealt_with = {number: item for number, item in items.items() if any(ends(told) for told in item.events.values())}
    _complete(c, dealt_with)
    out = FollowUp(stops)
    for item in dealt_with.values():
        # sorted here: SQLite would read the events of all time in that order, rather than these
        events = [item.events[seq] for seq in sorted(item.events)]
        mine = [each for each in handled(events) if since <= each.at < until]
        out.handled.setdefault(item.queue, []).extend(mine)
        if any(each.action in PUT_BACK for each in mine):
            out.put_back += 1
            out.put_back_completed += item.state == State.COMPLETED
    return out


def _uncommon(c: Connection, since: float, until: float) -> sa.Select[Any]:
    plain = [event.c.content.startswith(f'{{"action":"{action}",', autoescape=True) for action in PLAIN]
    return (
        sa.select(event.c.item_id, event.c.seq, event.c.at, event.c.content, work_item.c.queue, work_item.c.state)
        .join_from(event, work_item, work_item.c.id == event.c.item_id)
        .where(events_between(c, since, until), *(~each for each in plain))
        .execution_options(yield_per=ROWS)
    )


def _complete(c: Connection, items: Mapping[int, _Item]) -> None:
    """Read all events of those that had stopped or been taken before the period began."""
    lacking = [number for number, item in items.items() if item.events[min(item.events)].action not in STOPS]
    for start in range(0, len(lacking), CHUNK):
        query = sa.select(event.c.item_id, event.c.seq, event.c.at, event.c.content)
        query = query.where(event.c.item_id.in_(lacking[start : start + CHUNK]), event.c.content.is_not(None))
        for item_id, seq, at, content in c.execute(query):
            items[item_id].events[seq] = _told(at, json.loads(content))


def _told(at: float, told: Mapping[str, Any]) -> Told:
    action, actor, to = (sys.intern(told[name]) for name in ("action", "actor", "to"))
    return Told(at, action, actor, told["role"] != MACHINE.role, to)


def by_hand(c: Connection, queues: Sequence[str], period: Period) -> Counter[str]:
    """What people said they did with the items they closed in the period: the word of the event that closed each.

    REJECTED of those a second person said no to, «» where nothing was said or where it has been erased.
    """
    w = work_item.c
    last = sa.and_(event.c.item_id == w.id, event.c.seq == w.seq)
    query = sa.select(event.c.content).select_from(work_item).outerjoin(event, last)
    rows = c.execute(query.where(closed_in(queues, period), w.state == State.HANDLED_MANUALLY.value))
    return Counter(_how(rows))


def _how(rows: Iterable[Row[Any]]) -> Iterable[str]:
    for (content,) in rows:
        told = json.loads(content) if content else {}
        yield "REJECTED" if told.get("action") == "reject" else told.get("how") or ""
