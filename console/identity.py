"""Logging in with an identity provider: what the console asks of one, and what can come of it."""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

LONGEST_PATH = 500
WORD_BYTES = 32


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login that has been begun. All of it follows from a word that the browser alone was given and a key that the
    console alone has, so none is stored: with one of the two, nothing can be made up or read."""

    word: str
    """Chance, the second the login was begun, and the page that was wanted."""
    key: bytes = field(repr=False)

    @classmethod
    def begin(cls, key: bytes, wanted: str, now: float) -> Attempt:
        page = urlsafe_b64encode(wanted.encode()).decode()
        return cls(f"{secrets.token_urlsafe(WORD_BYTES)}.{int(now)}.{page}", key)

    @property
    def state(self) -> str:
        """Comes back with the answer: it is the answer to what this browser asked. It proves the word as well, for
        only we make one: whoever has changed the word has another state."""
        return self._derive("state")

    @property
    def nonce(self) -> str:
        """Stands in the token: it was made for this login."""
        return self._derive("nonce")

    @property
    def verifier(self) -> str:
        """Of PKCE: whoever has caught the answer cannot use it."""
        return self._derive("verifier")

    @property
    def begun_at(self) -> int:
        """Of a word that is ours. Raises ValueError otherwise."""
        _, second, _ = self.word.split(".")
        return int(second)

    @property
    def wanted(self) -> str:
        """Of a word that is ours. Raises ValueError otherwise."""
        _, _, page = self.word.split(".")
        return urlsafe_b64decode(page).decode()

    def is_answered_by(self, state: str) -> bool:
        """If so, the word is ours, as we gave it."""
        return hmac.compare_digest(state.encode(), self.state.encode())

    def _derive(self, what: str) -> str:
        return hmac.digest(self.key, f"{what}:{self.word}".encode(), "sha256").hex()


class Refusal(Enum):
    """Why nobody was logged in: the status of the answer, and what the person is told."""

    NOT_BEGUN = (403, "Innloggingen tok for lang tid, eller den ble begynt i et annet vindu. Logg inn på nytt.")
    DENIED = (403, "Innloggingen ble avbrutt, eller kontoen din har ikke fått tilgang til Kraftverk.")
    NOT_TRUSTED = (
        403,
        "Svaret fra kommunens innlogging kunne ikke godtas. Prøv igjen. Si fra til Power-teamet hvis det gjentar seg.",
    )
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

    @property
    def key(self) -> bytes:
        """Of the logins that are begun here: the same for as long as the installation's secret is."""
        ...

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
