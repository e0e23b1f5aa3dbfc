"""Samples of what waits for a second person: what somebody drew, kept so that it can be shown when it is decided."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import Actor
from hub.letters import in_letters
from hub.missing import NoSuch
from hub.proposal import Liste, Proposal, draw
from hub.storage import queues
from hub.storage.database import Database
from hub.storage.schema import approval, sample, sample_item, work_item

SEED_BYTES = 8


@dataclass(frozen=True, slots=True)
class SampledItem:
    """An item of a sample as it stands now, and what the second person said of it, if anything."""

    item_id: int
    krav: str
    state: str
    decision: str | None
    person: str | None
    role: str | None
    reason: str | None
    at: float | None


@dataclass(frozen=True, slots=True)
class Sample:
    id: int
    queue: str
    liste: str
    seed: str
    drawn_from: int
    """How many the person could have got."""
    person: str
    role: str
    at: float
    drawn: int
    """How many were; those of people who have been protected since are no longer among the items."""


def keep(database: Database, liste: Liste, among: Sequence[Proposal], count: int, actor: Actor) -> int:
    """Draw at random `count` of these proposals of the list, and keep which; returns the number of the sample."""
    seed = in_letters(secrets.token_hex(SEED_BYTES))
    drawn = draw(among, count, seed)
    values = {"queue": liste.queue, "liste": liste.navn, "seed": seed, "drawn_from": len(among), "drawn": len(drawn)}
    with database.begin() as c:
        made = sample.insert().values(**values, person=actor.name, role=actor.role, at=database.now)
        number = int(c.execute(made.returning(sample.c.id)).scalar_one())
        database.insert_many(c, sample_item, [{"sample_id": number, "item_id": each.item_id} for each in drawn])
        said = f"Stikkprøve {number} av {liste.navn}: {len(drawn)} av {len(among)}, frø {seed}"
        queues.tell(database, c, liste.queue, actor, "sample", said)
    return number


def show(c: Connection, number: int) -> Sample:
    """Raises NoSuch when there is no such sample."""
    row = c.execute(sa.select(sample).where(sample.c.id == number)).first()
    if row is None:
        raise NoSuch("sample")
    return _sample(row)


def latest(c: Connection, queue: str, liste: str, limit: int) -> list[Sample]:
    """Those of one list, the newest first."""
    mine = sa.select(sample).where(sample.c.queue == queue, sample.c.liste == liste)
    return [_sample(row) for row in c.execute(mine.order_by(sample.c.id.desc()).limit(limit))]


def numbers(c: Connection, number: int) -> list[int]:
    """The items of a sample, in their order."""
    mine = sa.select(sample_item.c.item_id).where(sample_item.c.sample_id == number)
    return list(c.execute(mine.order_by(sample_item.c.item_id)).scalars())


def items(c: Connection, of: Sample) -> list[SampledItem]:
    """The items of a sample, with the first decision after it was drawn."""
    after = sa.and_(approval.c.item_id == sample_item.c.item_id, approval.c.at >= of.at)
    first = sa.select(sa.func.min(approval.c.at)).where(after).correlate(sample_item).scalar_subquery()
    said = sa.and_(approval.c.item_id == sample_item.c.item_id, approval.c.at == first)
    joined = sample_item.join(work_item, work_item.c.id == sample_item.c.item_id).outerjoin(approval, said)
    columns = (work_item.c.id, work_item.c.krav, work_item.c.state)
    told = (approval.c.decision, approval.c.person, approval.c.role, approval.c.reason, approval.c.at)
    mine = sa.select(*columns, *told).select_from(joined).where(sample_item.c.sample_id == of.id)
    return [SampledItem(*row) for row in c.execute(mine.order_by(work_item.c.id))]


def _sample(row: Row[tuple[object, ...]]) -> Sample:
    return Sample(**row._mapping)
