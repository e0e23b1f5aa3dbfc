"""What the chain of events proves of the items of a period."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.audit import Chain
from hub.clock import steady
from hub.storage.schema import event, work_item
from hub.storage.views import verify_chains
from hub.storage.written import events_between

PATIENCE = 5.0
"""Seconds one go may take."""
LISTED, CHUNK = 20_000, 500
"""Items whose numbers are read at a time, and whose events are."""


@dataclass(slots=True)
class Proof:
    """Whole items are checked, from their first event to their newest."""

    items: int = 0
    events: int = 0
    erased: int = 0
    """Events whose content is erased: their place is proven, and what they told is not."""
    broken: list[tuple[int, int, str]] = field(default_factory=list)
    """(item, seq, what is wrong)."""
    last: int = 0
    """The number of the last item that was checked."""
    more: bool = False
    """Whether there are items of the period with higher numbers."""


def prove(
    c: Connection, chain: Chain, since: float, until: float, beyond: int = 0, patience: float = PATIENCE
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


def _check(c: Connection, chain: Chain, numbers: list[int], proof: Proof) -> None:
    events, broken = verify_chains(c, chain, numbers)
    erased = sa.select(sa.func.count()).where(event.c.item_id.in_(numbers), event.c.content.is_(None))
    proof.erased += c.execute(erased).scalar_one()
    proof.items += len(numbers)
    proof.events += events
    proof.broken += broken
    proof.last = numbers[-1]


def _touched(c: Connection, since: float, until: float, beyond: int) -> list[int]:
    """The next items with events in the period."""
    if since == -math.inf and until == math.inf:
        query = sa.select(work_item.c.id).where(work_item.c.id > beyond).order_by(work_item.c.id)
    else:
        query = sa.select(event.c.item_id).where(events_between(c, since, until), event.c.item_id > beyond)
        query = query.distinct().order_by(event.c.item_id)
    return list(c.execute(query.limit(LISTED)).scalars())
