"""Who is logged in to the console. Only digests of what a browser is given are stored."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.storage.database import Database
from hub.storage.schema import login_ended, login_link, login_session
from hub.storage.schema import person as people

TOKEN_BYTES = 32
SEEN_EVERY = 60.0
"""Seconds between two notes that a session is still in use."""


@dataclass(frozen=True, slots=True)
class Login:
    """A person who is logged in."""

    person: str
    """What events and approvals know the person by."""
    name: str
    roles: frozenset[str]
    left: float
    """Seconds until the session ends whatever the person does."""


def issue_link(database: Database, person: str, roles: Iterable[str], lasts: float) -> str:
    """A token that logs `person` in once, within `lasts` seconds."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with database.begin() as c:
        values = {"digest": _digest(token), "person": person, "roles": " ".join(sorted(roles))}
        c.execute(login_link.insert().values(expires_at=database.now + lasts, **values))
    return token


def redeem(database: Database, token: str) -> str | None:
    """Use a link up, and open a session; its token, or None when the link is unknown, used or too old."""
    mine = sa.and_(
        login_link.c.digest == _digest(token), login_link.c.used_at.is_(None), login_link.c.expires_at > database.now
    )
    with database.begin() as c:
        used = login_link.update().where(mine).values(used_at=database.now)
        row = c.execute(used.returning(login_link.c.person, login_link.c.roles)).first()
        return None if row is None else _open(database, c, row.person, row.person, row.roles.split())


def use_up(database: Database, word: str) -> bool:
    """Whether a login that the word began has not been ended before. Now it is."""
    with database.begin() as c:
        ended = database.insert_missing(login_ended).values(digest=_digest(word), at=database.now)
        return c.execute(ended.returning(login_ended.c.digest)).first() is not None


def open_session(database: Database, person: str, name: str, roles: Iterable[str]) -> str:
    """A session for somebody whom an identity provider has vouched for; returns its token."""
    with database.begin() as c:
        c.execute(database.insert_missing(people).values(person=person, name=name, seen_at=database.now))
        c.execute(people.update().where(people.c.person == person).values(name=name, seen_at=database.now))
        return _open(database, c, person, name, roles)


def names(c: Connection) -> dict[str, str]:
    """What people whom an identity provider has vouched for are called: events and oppgaver know them by a key."""
    return {row.person: row.name for row in c.execute(sa.select(people))}


def find(database: Database, token: str, idle: float, longest: float, *, used: bool = True) -> Login | None:
    """Whose session it is, or None when there is no such one, or it was not used for `idle` seconds or is `longest`
    seconds old. Asked without `used`, it does not count as use."""
    with database.read() as c:
        age = (database.now - login_session.c.created_at).label("age")
        unused = (database.now - login_session.c.seen_at).label("unused")
        query = sa.select(login_session, age, unused).where(login_session.c.digest == _digest(token))
        row = c.execute(query).first()
    if row is None or row.unused > idle or row.age > longest:
        return None
    if used and row.unused > SEEN_EVERY:
        with database.begin() as c:
            same = login_session.c.digest == row.digest
            c.execute(login_session.update().where(same).values(seen_at=database.now))
    return Login(row.person, row.name, frozenset(row.roles.split()), longest - row.age)


def close(database: Database, token: str) -> None:
    with database.begin() as c:
        c.execute(login_session.delete().where(login_session.c.digest == _digest(token)))


def sweep(database: Database, longest: float) -> None:
    """Forget sessions, links and ended logins that no longer open anything: each is over after `longest` seconds."""
    with database.begin() as c:
        c.execute(login_session.delete().where(login_session.c.created_at < database.now - longest))
        c.execute(login_link.delete().where(login_link.c.expires_at < database.now - longest))
        c.execute(login_ended.delete().where(login_ended.c.at < database.now - longest))


def _open(database: Database, c: Connection, person: str, name: str, roles: Iterable[str]) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values = {"digest": _digest(token), "person": person, "name": name, "roles": " ".join(sorted(roles))}
    c.execute(login_session.insert().values(created_at=database.now, seen_at=database.now, **values))
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
