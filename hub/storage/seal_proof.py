"""What the seals prove: nothing they are over is gone, and the database is not older than one kept outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.audit import Chain
from hub.merkle import MerkleTree
from hub.seal import FIRST, Head, Mark, Seal
from hub.storage import seals
from hub.storage.proof import Fault
from hub.storage.schema import event, sealed_head, work_item

ROWS = 2000
"""Read at a time, where there may be millions."""
WHOLE = "the whole item"


@dataclass(slots=True)
class Sealed:
    """What the seals prove."""

    series: Sequence[Seal]
    broken: list[tuple[int, str]] = field(default_factory=list)
    """(number of the seal, what is wrong with it)."""
    missing: list[Fault] = field(default_factory=list)
    """What a seal is over, and is gone."""
    items_after: int = 0
    """Items with events that no seal is over yet."""
    events_after: int = 0

    @property
    def holds_to(self) -> Seal | None:
        """The last seal before the first that does not hold."""
        first = min((no for no, _ in self.broken), default=math.inf)
        return next((seal for seal in reversed(self.series) if seal.no < first), None)


def verify_seals(c: Connection, chain: Chain, kept: Mark | None = None, since: float = -math.inf) -> Sealed:
    """Check the whole series of seals, and what those taken since then are over.

    `kept`: a seal from outside the database, which alone can tell that all of it is older than it was.
    """
    newest = c.execute(sa.select(sa.func.max(sealed_head.c.seal))).scalar() or 0  # asked first: one more may be taken
    series = seals.every(c)
    proof = Sealed(series, _series(chain, series, newest))
    checked = [seal for seal in series if seal.at >= since]
    for seal in checked:
        if (seal.heads, seal.root) != _heads(c, seal.no):
            proof.broken.append((seal.no, "the list of what it is over was changed"))
    if kept is not None and (fault := _against(kept, series)):
        proof.broken.append((kept.no, fault))
    if checked:
        proof.missing = _missing(c, checked[0].no)
    proof.items_after, proof.events_after = _after(c)
    return proof


def _series(chain: Chain, series: Sequence[Seal], newest: int) -> list[tuple[int, str]]:
    """`newest`: the highest number that any head is sealed by."""
    broken, no, signature = [], 0, FIRST
    for seal in series:
        broken += [(gone, "it is missing") for gone in range(no + 1, seal.no)]
        if seal.no == no + 1 and seal.previous != signature:
            broken.append((seal.no, "it does not follow the one before it"))
        if not seal.holds(chain):
            broken.append((seal.no, "it was changed"))
        no, signature = seal.no, seal.signature
    return broken + [(gone, "it is missing") for gone in range(no + 1, newest + 1)]


def _heads(c: Connection, no: int) -> tuple[int, str]:
    """How many heads the seal has, and the root over them."""
    tree, count = MerkleTree(), 0
    query = sa.select(sealed_head.c.item_id, sealed_head.c.seq, sealed_head.c.digest).where(sealed_head.c.seal == no)
    for row in c.execute(query.order_by(sealed_head.c.item_id).execution_options(yield_per=ROWS)):
        tree.add(Head(*row).leaf)
        count += 1
    return count, tree.root


def _against(kept: Mark, series: Sequence[Seal]) -> str | None:
    here = next((seal for seal in series if seal.no == kept.no), None)
    if here is None:
        return "it is not here: the database is older than it"
    return None if here.mark == kept else "it is another here: the history was written anew"


def _missing(c: Connection, first: int) -> list[Fault]:
    """Of each item the newest event that is gone although a seal from number `first` on is over it."""
    there = sa.and_(event.c.item_id == sealed_head.c.item_id, event.c.seq == sealed_head.c.seq)
    query = (
        sa.select(
            sealed_head.c.item_id,
            sa.func.max(sealed_head.c.seq).label("seq"),
            sa.func.max(sealed_head.c.seal).label("seal"),
            work_item.c.id.label("item"),
        )
        .outerjoin(event, there)
        .outerjoin(work_item, work_item.c.id == sealed_head.c.item_id)
        .where(sealed_head.c.seal >= first, sa.or_(event.c.seq.is_(None), work_item.c.id.is_(None)))
        .group_by(sealed_head.c.item_id, work_item.c.id)
        .order_by(sealed_head.c.item_id)
    )
    return [
        (row.item_id, row.seq, f"{WHOLE if row.item is None else 'it'} is missing, and seal {row.seal} is over it")
        for row in c.execute(query)
    ]


def _after(c: Connection) -> tuple[int, int]:
    """Items with events that no seal is over, and those events."""
    sealed = sa.select(sealed_head.c.item_id, sa.func.max(sealed_head.c.seq).label("seq"))
    of_item = sealed.group_by(sealed_head.c.item_id).subquery()
    new = work_item.c.seq - sa.func.coalesce(of_item.c.seq, 0)
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(new), 0))
    query = query.select_from(work_item).outerjoin(of_item, of_item.c.item_id == work_item.c.id).where(new > 0)
    items, events = c.execute(query).one()
    return items, int(events)
