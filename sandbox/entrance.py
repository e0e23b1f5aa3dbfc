"""Who gets into a system with screens: its accounts and sessions, and whether it is open."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

WRONG_PASSWORDS_BEFORE_LOCK = 3
DEFAULT_TTL_S = 20 * 60


class Login(Enum):
    """What a try to log in comes to."""

    OK = "ok"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(slots=True)
class Account:
    """A user of the system."""

    password: str = field(repr=False)
    wrong_passwords: int = 0
    must_change: bool = False

    @property
    def locked(self) -> bool:
        """Locked by wrong passwords: only a person can open it again."""
        return self.wrong_passwords >= WRONG_PASSWORDS_BEFORE_LOCK


@dataclass(slots=True)
class Session:
    """A logged-in browser. `last_used` is in seconds of the monotonic clock; `replaced`: the user logged in elsewhere;
    `must_change`: nothing but the page for a new password is open to it."""

    user: str
    last_used: float
    must_change: bool = False
    replaced: bool = False


@dataclass(slots=True)
class Entrance:
    """In memory only, also a changed password."""

    accounts: dict[str, Account]
    sessions: dict[str, Session] = field(default_factory=dict)
    maintenance: bool = False
    session_ttl_s: float = DEFAULT_TTL_S
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def with_accounts(cls, passwords: Mapping[str, str]) -> Entrance:
        """A freshly started system with these users."""
        return cls({user: Account(password) for user, password in passwords.items()})

    def try_login(self, user: str, password: str) -> Login:
        """Check a password and count a wrong one. An unknown user is answered as a wrong password."""
        account = self.accounts.get(user)
        if account is None:
            return Login.WRONG
        if account.locked:
            return Login.LOCKED
        if not hmac.compare_digest(account.password.encode(), password.encode()):
            account.wrong_passwords += 1
            return Login.WRONG if account.wrong_passwords < WRONG_PASSWORDS_BEFORE_LOCK else Login.LOCKED
        account.wrong_passwords = 0
        return Login.OK

    def change_password(self, session: Session, password: str) -> None:
        """Give the session's user a new password, so that the forced change is done."""
        self.accounts[session.user] = Account(password)
        session.must_change = False

    def open_session(self, user: str) -> str:
        """Log the user in, and out of every older session; answers the new session's key."""
        for session in self.sessions.values():
            if session.user == user:
                session.replaced = True
        key = secrets.token_urlsafe(24)
        self.sessions[key] = Session(user, self.clock(), self.accounts[user].must_change)
        return key

    def use_session(self, key: str | None) -> Session | None:
        """The session with this key, its time-out put off; None when there is none or its time is out."""
        session = self.sessions.get(key or "")
        if session is None or key is None:
            return None
        if self.clock() - session.last_used > self.session_ttl_s:
            del self.sessions[key]
            return None
        session.last_used = self.clock()
        return session

    def end_session(self, key: str | None) -> None:
        """Log out."""
        self.sessions.pop(key or "", None)
