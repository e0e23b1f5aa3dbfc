"""Proposals of improvements: each change is a version of its own, and none is ever taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import Actor
from hub.improvement import Improvement, Status
from hub.missing import NoSuch
from hub.storage.database import Database
from hub.storage.moves import Conflict
from hub.storage.schema import improvement, improvement_version

FIELDS = tuple(field.name for field in fields(Improvement))


@dataclass(frozen=True, slots=True)
class Version:
    no: int
    content: Improvement
    person: str
    role: str
    reason: str
    at: float


@dataclass(frozen=True, slots=True)
class Proposal:
    id: int
    versions: Sequence[Version]
    """Oldest first."""

    @property
    def now(self) -> Improvement:
        return self.versions[-1].content

    @property
    def live_since(self) -> float | None:
        """When it last came into use, in seconds since 1970; None while it is not in use."""
        since = None
        for version in self.versions:
            if version.content.status is not Status.I_DRIFT:
                since = None
            elif since is None:
                since = version.at
        return since


def add(database: Database, content: Improvement, actor: Actor, reason: str) -> int:
    with database.begin() as c:
        query = improvement.insert().values(at=database.now).returning(improvement.c.id)
        improvement_id = int(c.execute(query).scalar_one())
        _write(database, c, improvement_id, 1, content, actor, reason)
        return improvement_id


def change(database: Database, improvement_id: int, no: int, content: Improvement, actor: Actor, reason: str) -> None:
    """`no`: the version the person saw. Raises Conflict when there is a newer one, NoSuch when there is none."""
    with database.begin() as c:
        here = sa.select(improvement.c.id).where(improvement.c.id == improvement_id).with_for_update()
        if c.execute(here).first() is None:
            raise NoSuch(f"there is no improvement {improvement_id}")
        mine = improvement_version.c.improvement_id == improvement_id
        if c.execute(sa.select(sa.func.max(improvement_version.c.no)).where(mine)).scalar_one() != no:
            raise Conflict
        _write(database, c, improvement_id, no + 1, content, actor, reason)


def every(c: Connection) -> list[Proposal]:
    """There are never many."""
    query = sa.select(improvement_version).order_by(improvement_version.c.improvement_id, improvement_version.c.no)
    versions: dict[int, list[Version]] = {}
    for row in c.execute(query):
        versions.setdefault(row.improvement_id, []).append(_version(row))
    return [Proposal(*each) for each in versions.items()]


def show(c: Connection, improvement_id: int) -> Proposal:
    """Raises NoSuch when there is no such proposal."""
    mine = improvement_version.c.improvement_id == improvement_id
    rows = c.execute(sa.select(improvement_version).where(mine).order_by(improvement_version.c.no)).all()
    if not rows:
        raise NoSuch(f"there is no improvement {improvement_id}")
    return Proposal(improvement_id, [_version(row) for row in rows])


def _write(
    database: Database, c: Connection, improvement_id: int, no: int, content: Improvement, actor: Actor, reason: str
) -> None:
    who = {"person": actor.name, "role": actor.role, "reason": reason, "at": database.now}
    row = {"improvement_id": improvement_id, "no": no} | asdict(content) | who
    c.execute(improvement_version.insert().values(**row))


def _version(row: Row[Any]) -> Version:
    values = {name: getattr(row, name) for name in FIELDS} | {"status": Status(row.status)}
    return Version(row.no, Improvement(**values), row.person, row.role, row.reason, row.at)
