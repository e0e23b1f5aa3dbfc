"""Outside systems as the hub sees them: blocked account, breaker, and leased sessions."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.audit import MACHINE, Actor
from hub.breaker import Failures
from hub.storage import queues
from hub.storage.database import Database
from hub.storage.moves import NotPossible
from hub.storage.schema import queue_event, target, target_session

WELL: dict[str, object] = {"failures": 0, "failed_items": "[]", "breaker": "closed", "retry_at": None}


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    blocked: str | None
    failures: int
    failed_items: str
    breaker: str
    retry_at: float | None


def ensure(database: Database, name: str, accounts: Iterable[str] = ()) -> None:
    """Make the system and its robot accounts known."""
    with database.begin() as c:
        c.execute(database.insert_missing(target).values(name=name))
        for account in accounts:
            c.execute(database.insert_missing(target_session).values(target=name, account=account))


def every(c: Connection) -> list[Target]:
    return [Target(**row._mapping) for row in c.execute(sa.select(target).order_by(target.c.name))]


def block(database: Database, name: str, reason: str) -> None:
    """Stop the system for all workers at once: its account was refused, and one more try may lock it."""
    with database.begin() as c:
        c.execute(database.insert_missing(target).values(name=name))
        c.execute(target.update().where(target.c.name == name).values(blocked=reason))
        queues.tell(database, c, name, MACHINE, "block", reason)


def last_blocks(c: Connection) -> dict[str, int]:
    """The number of the event that last stopped each system; one that was never stopped is not here."""
    newest = sa.func.max(queue_event.c.id)
    blocks = sa.select(queue_event.c.queue, newest).where(queue_event.c.action == "block")
    return dict(c.execute(blocks.group_by(queue_event.c.queue)).tuples().all())


def unblock(database: Database, name: str, actor: Actor, reason: str, seen: int | None = None) -> None:
    """Let a stopped system be used again.

    `seen`: the number of the last event that stopped it, when it was shown; 0 is none. A later one is perhaps another
    fault, and one more wrong password may lock the account. Raises NotPossible when there is no such system, Overtaken.
    """
    with database.begin() as c:
        _lock(c, [name])
        if seen is not None and last_blocks(c).get(name, 0) != seen:
            raise queues.Overtaken(name)
        opened = target.update().where(target.c.name == name).values(blocked=None, **WELL)
        if c.execute(opened).rowcount == 0:
            raise NotPossible(f"There is no system {name}.")
        queues.tell(database, c, name, actor, "open", reason)


def failed(database: Database, name: str, item_id: int | None, pause: float) -> bool:
    """Count a failure; True when this one opened the breaker (again), for `pause` seconds. None: no item was taken."""
    with database.begin() as c:
        row = c.execute(sa.select(target).where(target.c.name == name).with_for_update()).first()
        if row is None:
            return False
        failures = Failures(row.failures, tuple(json.loads(row.failed_items))).add(item_id)
        opens = failures.opens or row.breaker == "probing"
        values: dict[str, object] = {"failures": failures.count, "failed_items": json.dumps(failures.items)}
        if opens:
            values |= {"breaker": "open", "retry_at": database.now + pause}
        c.execute(target.update().where(target.c.name == name).values(**values))
        return bool(opens and row.breaker != "open")


def worked(database: Database, names: Collection[str], probed: Collection[str] = ()) -> None:
    """These systems did what was asked of them: their failures are no longer in a row. Those of `probed` that were
    being tried have passed."""
    failing = sa.or_(
        sa.and_(target.c.name.in_(names), sa.or_(target.c.failures > 0, target.c.breaker != "closed")),
        sa.and_(target.c.name.in_(probed), target.c.breaker == "probing"),
    )
    with database.read() as c:
        if c.execute(sa.select(target.c.name).where(failing)).first() is None:
            return
    with database.begin() as c:
        _lock(c, {*names, *probed})
        c.execute(target.update().where(failing).values(**WELL))


def unwell(c: Connection) -> dict[str, Target]:
    """Systems that may not be used as usual: blocked, or with a breaker that is not closed."""
    rows = c.execute(sa.select(target).where(sa.or_(target.c.blocked.is_not(None), target.c.breaker != "closed")))
    return {row.name: Target(**row._mapping) for row in rows}


def blocked(database: Database) -> set[str]:
    """Systems that no time will open: a person must."""
    with database.read() as c:
        return {name for (name,) in c.execute(sa.select(target.c.name).where(target.c.blocked.is_not(None)))}


def take_probe(database: Database, names: Collection[str], pause: float) -> bool:
    """Whether this caller may send the one item that tries these open systems. Another may after `pause` seconds."""
    due = sa.and_(
        target.c.name.in_(names),
        target.c.blocked.is_(None),
        target.c.breaker != "closed",
        target.c.retry_at <= database.now,
    )
    with database.engine.connect() as c:
        _lock(c, names)
        taken = c.execute(target.update().where(due).values(breaker="probing", retry_at=database.now + pause))
        if taken.rowcount != len(names):
            return False  # all or none: leaving the block rolls it back
        c.commit()
        return True


def take_session(database: Database, name: str, accounts: Collection[str], holder: str, lease: float) -> str | None:
    """Lease a free one of these accounts of the system; None when all are in use. Holds across machines."""
    free = sa.and_(
        target_session.c.target == name,
        target_session.c.account.in_(accounts),
        sa.or_(target_session.c.holder.is_(None), target_session.c.lease_until < database.now),
    )
    with database.begin() as c:
        query = sa.select(target_session.c.account).where(free).order_by(target_session.c.account).limit(1)
        account: str | None = c.execute(query.with_for_update(skip_locked=True)).scalar()
        if account is not None:
            mine = _session(name, account)
            c.execute(target_session.update().where(mine).values(holder=holder, lease_until=database.now + lease))
        return account


def renew_session(database: Database, name: str, account: str, holder: str, lease: float) -> bool:
    """Whether the account is still this holder's, now for a whole lease more."""
    with database.begin() as c:
        renewed = target_session.update().where(_session(name, account), target_session.c.holder == holder)
        return c.execute(renewed.values(lease_until=database.now + lease)).rowcount == 1


def give_session(database: Database, name: str, account: str, holder: str) -> None:
    with database.begin() as c:
        given = target_session.update().where(_session(name, account), target_session.c.holder == holder)
        c.execute(given.values(holder=None, lease_until=None))


def _lock(c: Connection, names: Collection[str]) -> None:
    """Several systems at once, always in the same order, so that no two workers wait for each other."""
    c.execute(sa.select(target.c.name).where(target.c.name.in_(names)).order_by(target.c.name).with_for_update())


def _session(name: str, account: str) -> sa.ColumnElement[bool]:
    return sa.and_(target_session.c.target == name, target_session.c.account == account)
