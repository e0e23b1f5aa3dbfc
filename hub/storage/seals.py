"""Seals: taken at the end of a round, over what has changed since the one before (see `hub.seal`)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.audit import Chain
from hub.merkle import MerkleTree
from hub.seal import FIRST, Head, Seal
from hub.storage.database import Database
from hub.storage.schema import event, seal, sealed_head
from hub.storage.written import SLACK, events_between

CHUNK = 1000
"""Items whose events are read at a time."""


def take(database: Database, chain: Chain) -> Seal | None:
    """Seal what has changed. Where nothing has, the seal that stands is as good: None when there is none at all.

    One at a time, and only the events since a little before the last seal are looked through, however many there are.
    """
    with database.begin() as c:
        database.one_at_a_time(c, "seal")
        before = latest(c)
        no, previous, since = (before.no + 1, before.signature, before.at - SLACK) if before else (1, FIRST, -math.inf)
        at = c.execute(sa.select(database.now)).scalar_one()  # what is written from here on, the next seal looks at
        tree, heads, events = MerkleTree(), 0, 0
        for changed in _changed(c, since):
            for head, new in changed:
                tree.add(head.leaf)
                events += new
            heads += len(changed)
            database.insert_many(c, sealed_head, [asdict(head) | {"seal": no} for head, _ in changed])
        if not heads:
            return before
        taken = Seal.sign(chain, no, previous, at, heads, events, tree.root)
        c.execute(seal.insert().values(**asdict(taken)))
        return taken


def latest(c: Connection) -> Seal | None:
    row = c.execute(sa.select(seal).order_by(seal.c.no.desc()).limit(1)).first()
    return Seal(**row._mapping) if row else None


def every(c: Connection) -> list[Seal]:
    """In the order of their numbers: two a day."""
    return [Seal(**row._mapping) for row in c.execute(sa.select(seal).order_by(seal.c.no))]


def _changed(c: Connection, since: float) -> Iterator[list[tuple[Head, int]]]:
    """The heads no seal is over, by number, each with how many events are new in it; some at a time, never none."""
    written = sa.select(event.c.item_id).where(events_between(c, since, math.inf)).distinct()
    numbers = list(c.execute(written.order_by(event.c.item_id)).scalars())
    of_item = sa.select(sa.func.max(sealed_head.c.seq)).where(sealed_head.c.item_id == event.c.item_id)
    unsealed = event.c.seq > sa.func.coalesce(of_item.scalar_subquery(), 0)
    query = sa.select(event.c.item_id, event.c.seq, event.c.chain, event.c.at).where(unsealed)
    for start in range(0, len(numbers), CHUNK):
        these = query.where(event.c.item_id.in_(numbers[start : start + CHUNK]))
        rows = c.execute(these.order_by(event.c.item_id, event.c.seq)).tuples()
        changed = []
        for item_id, events in groupby(rows, key=lambda row: row[0]):
            new = list(events)
            _, seq, link, _ = new[-1]
            changed.append((Head.of(item_id, seq, link, [at for *_, at in new]), len(new)))
        if changed:
            yield changed
