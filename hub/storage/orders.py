"""Orders: krav that a person wants an automation to take now, and what became of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import Actor
from hub.missing import NoSuch
from hub.order import Told
from hub.storage import queues
from hub.storage.database import Database
from hub.storage.schema import work_order, work_order_krav

DONE, FAILED, DRY = "done", "failed", "dry"
"""How an order ends: each krav is answered; the automation could not look; it is only planning yet."""


@dataclass(frozen=True, slots=True)
class Order:
    id: int
    automation: str
    person: str
    krav: frozenset[str]


@dataclass(frozen=True, slots=True)
class OrderView:
    order: Row[Any]
    krav: Sequence[Row[Any]]


def place(database: Database, automation: str, krav: Collection[str], actor: Actor, reason: str) -> int:
    """Ask for these krav, which differ from each other; the order's number."""
    with database.begin() as c:
        row = {"automation": automation, "person": actor.name, "role": actor.role, "reason": reason}
        query = work_order.insert().values(**row, at=database.now).returning(work_order.c.id)
        order_id = int(c.execute(query).scalar_one())
        database.insert_many(c, work_order_krav, [{"order_id": order_id, "krav": each} for each in krav])
        queues.tell(database, c, automation, actor, "order", reason)
        return order_id


def waiting(database: Database) -> list[Order]:
    """Those that nobody has carried out, the oldest first."""
    with database.read() as c:
        rows = c.execute(sa.select(work_order).where(work_order.c.outcome.is_(None)).order_by(work_order.c.id)).all()
        return [Order(row.id, row.automation, row.person, _krav(c, row.id)) for row in rows]


def is_waiting(c: Connection, order_id: int) -> bool:
    """Whether it is still to be carried out; nobody else's to change for the rest of the transaction."""
    mine = sa.and_(work_order.c.id == order_id, work_order.c.outcome.is_(None))
    return c.execute(sa.select(work_order.c.id).where(mine).with_for_update()).first() is not None


def answer(database: Database, c: Connection, order_id: int, told: Mapping[str, Told]) -> None:
    """Keep what became of each krav; the order is carried out."""
    rows = [
        {"of": order_id, "nr": krav, "said": each.answer.value, "why": each.code, "item": each.item_id}
        for krav, each in told.items()
    ]
    mine = sa.and_(work_order_krav.c.order_id == sa.bindparam("of"), work_order_krav.c.krav == sa.bindparam("nr"))
    values: dict[str, Any] = {
        "answer": sa.bindparam("said"),
        "code": sa.bindparam("why"),
        "item_id": sa.bindparam("item"),
    }
    c.execute(work_order_krav.update().where(mine).values(values), rows)
    _end(database, c, order_id, DONE, None)


def give_up(database: Database, order_id: int, outcome: str, code: str | None = None) -> None:
    """Nothing was taken; one that somebody else has carried out meanwhile stays as it is."""
    with database.begin() as c:
        _end(database, c, order_id, outcome, code)


def latest(c: Connection, limit: int) -> Sequence[Row[Any]]:
    """The newest orders, with how many krav each is of."""
    count = sa.select(sa.func.count()).where(work_order_krav.c.order_id == work_order.c.id).scalar_subquery()
    return c.execute(sa.select(work_order, count.label("antall")).order_by(work_order.c.id.desc()).limit(limit)).all()


def show(c: Connection, order_id: int) -> OrderView:
    """Raises NoSuch when there is no such order."""
    order = c.execute(sa.select(work_order).where(work_order.c.id == order_id)).first()
    if order is None:
        raise NoSuch(f"there is no order {order_id}")
    query = sa.select(work_order_krav).where(work_order_krav.c.order_id == order_id)
    return OrderView(order, c.execute(query.order_by(work_order_krav.c.krav)).all())


def _krav(c: Connection, order_id: int) -> frozenset[str]:
    query = sa.select(work_order_krav.c.krav).where(work_order_krav.c.order_id == order_id)
    return frozenset(c.execute(query).scalars())


def _end(database: Database, c: Connection, order_id: int, outcome: str, code: str | None) -> None:
    mine = sa.and_(work_order.c.id == order_id, work_order.c.outcome.is_(None))
    c.execute(work_order.update().where(mine).values(outcome=outcome, code=code, ended_at=database.now))
