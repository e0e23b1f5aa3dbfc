"""What the chain of events proves, of everything or of the items of a period."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import START, Chain, content_digest
from hub.clock import steady
from hub.seal import Head
from hub.storage.schema import event, sealed_head, work_item
from hub.storage.written import events_between

LISTED, CHUNK = 20_000, 500
"""Items whose numbers are read at a time, and whose events are."""
Fault = tuple[int, int, str]
"""(item, seq, what is wrong)."""


@dataclass(slots=True)
class Proof:
    """Whole items are checked, from their first event to their newest."""

    items: int = 0
    events: int = 0
    erased: int = 0
    """Events whose content is erased: their place is proven, and what they told is not."""
    broken: list[Fault] = field(default_factory=list)
    last: int = 0
    """The number of the last item that was checked."""
    more: bool = False
    """Whether there are items of the period with higher numbers."""


def prove(
    c: Connection,
    chain: Chain,
    since: float = -math.inf,
    until: float = math.inf,
    beyond: int = 0,
    patience: float = math.inf,
) -> Proof:
    """Check every item with an event in the period, from the lowest number above `beyond`, as far as time allows."""
    begun, proof = steady(), Proof(last=beyond)
    while numbers := _touched(c, since, until, proof.last):
        for start in range(0, len(numbers), CHUNK):
            if proof.items and steady() - begun > patience:
                proof.more = True
                return proof
            _check(c, chain, numbers[start : start + CHUNK], proof)
    return proof


def _touched(c: Connection, since: float, until: float, beyond: int) -> list[int]:
    """The next items with events in the period."""
    if since == -math.inf and until == math.inf:
        query = sa.select(work_item.c.id).where(work_item.c.id > beyond).order_by(work_item.c.id)
    else:
        query = sa.select(event.c.item_id).where(events_between(c, since, until), event.c.item_id > beyond)
        query = query.distinct().order_by(event.c.item_id)
    return list(c.execute(query.limit(LISTED)).scalars())


def _check(c: Connection, chain: Chain, numbers: Sequence[int], proof: Proof) -> None:
    newest = sa.select(work_item.c.id, work_item.c.seq).where(work_item.c.id.in_(numbers))
    heads = dict(c.execute(newest).tuples().all())
    # looked up for each event, and not joined: PostgreSQL might read the heads of all items
    at_head = sa.and_(sealed_head.c.item_id == event.c.item_id, sealed_head.c.seq == event.c.seq)
    sealed = sa.select(sealed_head.c.digest).where(at_head).scalar_subquery()
    query = sa.select(event, sealed.label("sealed")).where(event.c.item_id.in_(numbers))
    rows = c.execute(query.order_by(event.c.item_id, event.c.seq))
    for item_id, group in groupby(rows, key=lambda row: row.item_id):
        events = list(group)
        proof.events += len(events)
        proof.erased += sum(row.content is None for row in events)
        proof.broken += _faults(chain, item_id, heads.pop(item_id, 0), events)
    proof.broken += [(item_id, seq, "the newest events are missing") for item_id, seq in heads.items()]
    proof.items += len(numbers)
    proof.last = numbers[-1]


def _faults(chain: Chain, item_id: int, newest: int, events: Sequence[Row[Any]]) -> Iterator[Fault]:
    """What does not hold of the events of one item. `newest`: the number of the last one there must be."""
    seq, link, times = 0, START, list[float]()
    for row in events:
        times.append(row.at)
        if row.seq != seq + 1:
            yield item_id, row.seq, f"event {seq + 1} is missing"
        if not chain.holds(item_id, row.seq, link, row.digest, row.chain):
            yield item_id, row.seq, "the link does not follow the one before it"
        if row.content is not None and content_digest(row.content, row.salt) != row.digest:
            yield item_id, row.seq, "the content was changed"
        if row.sealed is not None:
            if Head.of(item_id, row.seq, row.chain, times).digest != row.sealed:
                yield item_id, row.seq, "it, or an earlier time, is not as it was sealed"
            times = []
        seq, link = row.seq, row.chain
    if seq < newest:
        yield item_id, newest, "the newest events are missing"
