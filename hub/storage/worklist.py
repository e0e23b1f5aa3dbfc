"""The oppgaver: items that wait for a person, as lists and counts. Each query stays within the index of what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.states import WaitingKind
from hub.storage.schema import attempt, work_item


class Whose(StrEnum):
    MINE = "mine"
    FREE = "free"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the oppgaver are asked for, by whom and on which day. Postponed ones are shown on their own."""

    person: str
    today: date
    whose: Whose = Whose.ALL
    queue: str | None = None
    kind: WaitingKind | None = None
    reason: str | None = None
    postponed: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    kind: WaitingKind
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Of everything that waits and is not postponed."""

    waits: int
    overdue: int
    mine: int
    free: int
    postponed: int


def rests(today: date) -> sa.ColumnElement[bool]:
    """It is postponed until a later day, and shown on its own till then."""
    return sa.func.coalesce(work_item.c.postponed_until > today.isoformat(), sa.false())


def totals(c: Connection, person: str, today: date) -> Totals:

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    now = sa.not_(rests(today))
    query = sa.select(
        count(now),
        count(sa.and_(now, work_item.c.frist < today.isoformat())),
        count(sa.and_(now, work_item.c.assigned_to == person)),
        count(sa.and_(now, work_item.c.assigned_to.is_(None))),
        count(rests(today)),
    ).where(work_item.c.waiting_kind.is_not(None))
    return Totals(*c.execute(query).one())


def causes(c: Connection, selection: Selection) -> list[Cause]:
    """How many there are of each cause, the most frequent first, whatever cause the selection asks for."""
    query = sa.select(work_item.c.waiting_kind, work_item.c.reason, sa.func.count().label("n"))
    query = query.where(*_conditions(selection, with_cause=False)).group_by(
        work_item.c.waiting_kind, work_item.c.reason
    )
    rows = c.execute(query.order_by(sa.desc("n"), work_item.c.reason))
    return [Cause(WaitingKind(kind), reason or "", n) for kind, reason, n in rows]


def page(c: Connection, selection: Selection, offset: int, limit: int) -> Sequence[Row[Any]]:
    """Those with the nearest deadline first, of the same day the oldest first."""
    query = sa.select(work_item).where(*_conditions(selection))
    query = query.order_by(work_item.c.frist, work_item.c.created_at, work_item.c.id)
    return c.execute(query.offset(offset).limit(limit)).all()


def arrived(c: Connection, selection: Selection, since: float) -> int:
    """How many of them a robot has stopped at since then, in seconds since 1970."""
    stopped = sa.exists().where(attempt.c.item_id == work_item.c.id, attempt.c.ended_at > since)
    query = sa.select(sa.func.count()).select_from(work_item).where(*_conditions(selection))
    return int(c.execute(query.where(work_item.c.updated_at > since, stopped)).scalar_one())


def chosen(c: Connection, selection: Selection) -> Sequence[Row[Any]]:
    """All of them, for an act on many."""
    query = sa.select(work_item).where(*_conditions(selection))
    return c.execute(query.order_by(work_item.c.created_at, work_item.c.id)).all()


def following(c: Connection, selection: Selection, item_id: int) -> int | None:
    """The oppgave that comes after this one in the list, or the first when it has left it; None in an empty list."""
    ids: list[int] = [row.id for row in page(c, selection, 0, 200)]
    if not ids:
        return None
    return ids[(ids.index(item_id) + 1) % len(ids)] if item_id in ids else ids[0]


def similar(c: Connection, item: Row[Any], today: date, limit: int) -> tuple[int, Sequence[Row[Any]]]:
    """How many others wait for the same cause in the same queue and are not postponed, and the oldest of them."""
    same = sa.and_(
        work_item.c.waiting_kind == item.waiting_kind,
        work_item.c.queue == item.queue,
        work_item.c.reason == item.reason,
        work_item.c.id != item.id,
        sa.not_(rests(today)),
    )
    count = c.execute(sa.select(sa.func.count()).select_from(work_item).where(same)).scalar_one()
    return count, c.execute(sa.select(work_item).where(same).order_by(work_item.c.created_at).limit(limit)).all()


def _conditions(selection: Selection, *, with_cause: bool = True) -> list[sa.ColumnElement[bool]]:
    postponed = rests(selection.today)
    out: list[sa.ColumnElement[bool]] = [
        work_item.c.waiting_kind.is_not(None),
        postponed if selection.postponed else sa.not_(postponed),
    ]
    if selection.whose is Whose.MINE:
        out.append(work_item.c.assigned_to == selection.person)
    elif selection.whose is Whose.FREE:
        out.append(work_item.c.assigned_to.is_(None))
    if selection.queue:
        out.append(work_item.c.queue == selection.queue)
    if with_cause and selection.kind:
        out.append(work_item.c.waiting_kind == selection.kind.value)
    if with_cause and selection.reason:
        out.append(work_item.c.reason == selection.reason)
    return out
