"""The trail: what was done to items, queues and outside systems, and by whom, the newest first.

There is no index by time to keep (see `written.py`): the trail is read backwards in stretches, until there is enough to
show or the search has taken its time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import MACHINE, Actor
from hub.clock import steady
from hub.storage import queues
from hub.storage.database import NOW, Database
from hub.storage.schema import event, queue_event, work_item
from hub.storage.written import events_between

HOUR = 3600.0
LONGEST_STRETCH = 28 * 24 * HOUR
PATIENCE = 1.0
"""Seconds a page may search before it shows what it has."""
OF_A_QUEUE = 0
"""Stands for the item of what was done to a queue or a system: no item has that number."""
PEOPLE = "people"
"""The role that is every role but the machine's."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """An entry of the trail; the next page begins after it."""

    at: float
    item_id: int
    seq: int


@dataclass(frozen=True, slots=True)
class Search:
    since: float = -math.inf
    until: float = math.inf
    """Not included."""
    actors: Sequence[str] = ()
    """What the name begins with, one of these; nobody given is anybody."""
    role: str = ""
    action: str = ""
    queue: str = ""
    items: Sequence[int] | None = None
    """Only of these items; None is of everything."""


@dataclass(frozen=True, slots=True)
class Entry:
    at: float
    item_id: int
    seq: int
    queue: str
    told: Mapping[str, Any] | None
    """None of an event whose content has been erased."""

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.at, self.item_id, self.seq)


@dataclass(frozen=True, slots=True)
class Found:
    entries: Sequence[Entry]
    more: Cursor | None
    """Where to go on; None when there is nothing older."""


def search(c: Connection, wanted: Search, after: Cursor | None, limit: int, patience: float = PATIENCE) -> Found:
    """The newest entries that are older than `after`."""
    begun, entries, rest = steady(), _of_queues(c, wanted, after, limit + 1), None
    for since, until in _stretches(c, wanted, after):
        entries += _of_items(c, wanted, after, since, until, limit + 1)
        if sum(each.at >= since for each in entries) > limit:
            rest = since
            break
        if steady() - begun > patience and since > wanted.since:
            rest = since
            break
    entries.sort(key=lambda each: (each.at, each.item_id, each.seq), reverse=True)
    shown = [each for each in entries if rest is None or each.at >= rest][:limit]
    if len(shown) == limit and len(entries) > limit:
        return Found(shown, shown[-1].cursor)
    return Found(shown, None if rest is None else Cursor(rest, OF_A_QUEUE, OF_A_QUEUE))


def everything(c: Connection, wanted: Search, most: int) -> Iterator[Entry]:
    """All of it, the newest first. Raises OverflowError when there is more than `most`."""
    after, count = None, 0
    while True:
        found = search(c, wanted, after, min(most + 1, 5000), math.inf)
        count += len(found.entries)
        if count > most:
            raise OverflowError(most)
        yield from found.entries
        if found.more is None:
            return
        after = found.more


def note(database: Database, actor: Actor, action: str, said: str, queue: str = "") -> None:
    """Keep that somebody took something out of the hub, or checked it."""
    with database.begin() as c:
        queues.tell(database, c, queue or queues.EVERYTHING, actor, action, said)


def _stretches(c: Connection, wanted: Search, after: Cursor | None) -> Iterator[tuple[float, float]]:
    """Backwards from the end of the period, each twice as long as the one before, up to a limit."""
    until = min(wanted.until, math.inf if after is None else math.nextafter(after.at, math.inf))
    first = c.execute(sa.select(work_item.c.created_at).order_by(work_item.c.id).limit(1)).scalar()
    if first is None:
        return
    if wanted.items is not None:
        yield wanted.since, until
        return
    since, now = max(wanted.since, first - HOUR), sa.literal_column(NOW[c.dialect.name], sa.Double)
    length, low = HOUR, min(until, c.execute(sa.select(now)).scalar_one())
    while until > since:
        low = max(since, low - length)
        yield (wanted.since if low == since else low), until
        until, length = low, min(2 * length, LONGEST_STRETCH)


def _of_items(
    c: Connection, wanted: Search, after: Cursor | None, since: float, until: float, limit: int
) -> list[Entry]:
    conditions = [*_about(wanted), *_older(after, event.c.at, event.c.item_id, event.c.seq)]
    if wanted.items is not None:
        conditions += [event.c.item_id.in_(wanted.items), event.c.at >= since, event.c.at < until]
    else:
        conditions.append(events_between(c, since, until))
    if wanted.queue:
        # so said, SQLite does not begin with every item of the queue
        conditions.append(work_item.c.queue + "" == wanted.queue)
    query = sa.select(event.c.at, event.c.item_id, event.c.seq, event.c.content, work_item.c.queue)
    query = query.join_from(event, work_item, work_item.c.id == event.c.item_id).where(*conditions)
    order = (event.c.at.desc(), event.c.item_id.desc(), event.c.seq.desc())
    return [_entry(row) for row in c.execute(query.order_by(*order).limit(limit))]


def _about(wanted: Search) -> list[sa.ColumnElement[bool]]:
    """What an event tells stands in its content as `hub.audit` writes it: a name in quotes is never part of a text."""
    told = event.c.content
    machine = told.contains(_said(role=MACHINE.role), autoescape=True)
    conditions = []
    if wanted.action:
        conditions.append(told.startswith("{" + _said(action=wanted.action) + ",", autoescape=True))
    if wanted.actors:
        begins = [_said(actor=actor).removesuffix('"') for actor in wanted.actors]
        conditions.append(sa.or_(*(told.icontains(each, autoescape=True) for each in begins)))
    if wanted.role == PEOPLE:
        conditions.append(~machine)
    elif wanted.role:
        conditions.append(told.contains(_said(role=wanted.role), autoescape=True))
    return conditions


def _said(**what: str) -> str:
    return json.dumps(what, ensure_ascii=False, separators=(",", ":"))[1:-1]


def _of_queues(c: Connection, wanted: Search, after: Cursor | None, limit: int) -> list[Entry]:
    if wanted.items is not None:
        return []
    q = queue_event.c
    conditions = list(_older(after, q.at, sa.literal(OF_A_QUEUE), q.id))
    conditions += [q.at >= wanted.since] if wanted.since > -math.inf else []
    conditions += [q.at < wanted.until] if wanted.until < math.inf else []
    if wanted.actors:
        conditions.append(sa.or_(*(q.actor.istartswith(actor, autoescape=True) for actor in wanted.actors)))
    if wanted.role:
        conditions.append(q.role != MACHINE.role if wanted.role == PEOPLE else q.role == wanted.role)
    if wanted.action:
        conditions.append(q.action == wanted.action)
    if wanted.queue:
        conditions.append(q.queue == wanted.queue)
    query = sa.select(queue_event).where(*conditions).order_by(q.at.desc(), q.id.desc()).limit(limit)
    return [
        Entry(
            row.at,
            OF_A_QUEUE,
            row.id,
            row.queue,
            {"action": row.action, "actor": row.actor, "role": row.role, "reason": row.reason},
        )
        for row in c.execute(query)
    ]


def _older(after: Cursor | None, *order: sa.ColumnElement[Any]) -> list[sa.ColumnElement[bool]]:
    """After the cursor in the order (at, item, seq), the newest first."""
    if after is None:
        return []
    place = sa.tuple_(sa.literal(after.at), sa.literal(after.item_id), sa.literal(after.seq))
    return [sa.tuple_(*order) < place]


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.at, row.item_id, row.seq, row.queue, json.loads(row.content) if row.content else None)
