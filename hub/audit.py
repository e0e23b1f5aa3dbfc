"""The chain of events of one item: HMAC over a salted digest of each event and the link before it.

Content and salt may be erased, by retention or for a protected person; the chain still verifies without them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

from hub.automation import Json

SALT_BYTES = 16
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
START = ""
"""The link before the first event."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a worker, the schedule, or a person with a role."""

    name: str
    role: str


MACHINE = Actor("kraftverk", "maskin")
NOBODY_KNOWS = "ukjent"
"""Who ordered what was begun where no users are known, as in Prefect's own interface."""


@dataclass(frozen=True, slots=True)
class Link:
    """One event as it is stored: the content with its salt, and the two digests that prove it."""

    seq: int
    content: str
    salt: str
    digest: str
    chain: str


def content_digest(content: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}:{content}".encode()).hexdigest()


class Chain:
    """Makes and checks links with a key that is kept outside the database."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def link(self, item_id: int, seq: int, previous: str, event: Json) -> Link:
        content = _JSON.encode(event)
        salt = secrets.token_hex(SALT_BYTES)
        digest = content_digest(content, salt)
        return Link(seq, content, salt, digest, self._mac(item_id, seq, previous, digest))

    def holds(self, item_id: int, seq: int, previous: str, digest: str, chain: str) -> bool:
        """Whether `chain` is the link that follows `previous`."""
        return hmac.compare_digest(self._mac(item_id, seq, previous, digest), chain)

    def sign(self, text: str) -> str:
        """HMAC of anything, as long as it cannot be taken for a link."""
        return hmac.digest(self._key, text.encode(), "sha256").hex()

    def _mac(self, item_id: int, seq: int, previous: str, digest: str) -> str:
        return self.sign(f"{item_id}:{seq}:{previous}:{digest}")
