"""Logging in with an identity provider: what the console asks of one, and what can come of it."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

LONGEST_PATH = 500


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login that has been begun. All of it follows from the word the browser alone was given, so none is stored."""

    word: str

    @property
    def state(self) -> str:
        """Comes back with the answer: it is the answer to what this browser asked."""
        return self._derive(b"state")

    @property
    def nonce(self) -> str:
        """Stands in the token: it was made for this login."""
        return self._derive(b"nonce")

    @property
    def verifier(self) -> str:
        """Of PKCE: whoever has caught the answer cannot use it."""
        return self._derive(b"verifier")

    def is_answered_by(self, state: str) -> bool:
        return bool(self.word) and hmac.compare_digest(state.encode(), self.state.encode())

    def _derive(self, what: bytes) -> str:
        return hmac.digest(self.word.encode(), what, "sha256").hex()


class Refusal(Enum):
    """Why nobody was logged in: the status of the answer, and what the person is told."""

    NOT_BEGUN = (403, "Innloggingen tok for lang tid, eller den ble begynt i et annet vindu. Logg inn på nytt.")
    DENIED = (403, "Innloggingen ble avbrutt, eller kontoen din har ikke fått tilgang til Kraftverk.")
    NOT_TRUSTED = (
        403,
        "Svaret fra kommunens innlogging kunne ikke godtas. Prøv igjen. Si fra til Power-teamet hvis det gjentar seg.",
    )
    CROWDED = (503, "Svært mange prøver å logge inn akkurat nå. Vent litt og prøv igjen.")
    AWAY = (503, "Kommunens innlogging svarer ikke. Vent litt og prøv igjen.")

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        self.text = text


class LoginRefused(Exception):
    """Nobody was logged in."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Vouched:
    """A person as the provider knows them."""

    person: str
    """The same for as long as the person has an account; never an e-mail address, which may be given to another."""
    name: str
    roles: frozenset[str]
    """Roles of the console; none when the provider has given the person none."""


class IdentityProvider(Protocol):
    """Each method raises LoginRefused."""

    async def login_url(self, attempt: Attempt) -> str:
        """Where the person logs in."""
        ...

    async def vouch(self, attempt: Attempt, code: str) -> Vouched:
        """Who has logged in, by the code that the provider's answer brought."""
        ...

    async def logout_url(self) -> str | None:
        """Where the person logs out of the account; None when the provider has no such page."""
        ...


def local_path(text: str) -> str | None:
    """A page of ours that somebody wanted, or None: an address of another site is written in many ways.

    Browsers read «\\» as «/» and skip tabs and line breaks, so «/\\x.no» is another site as «//x.no» is.
    """
    ours = len(text) <= LONGEST_PATH and re.fullmatch(r"/(?!/)[!-\[\]-~]*", text)
    return text if ours and not text.startswith("/logg-") else None
