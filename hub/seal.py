"""A seal: what the trail was at one moment, in a value short enough to keep somewhere else.

The chain of an item proves its events one after the other, but not that the newest are still there, nor the item. A
seal is over the head of every item that has changed since the seal before it, and over that seal.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from hub.audit import Chain

FIRST = ""
"""What comes before the first seal."""


@dataclass(frozen=True, slots=True)
class Head:
    """An item as a seal found it: its newest event, and what proves it and those since the seal before."""

    item_id: int
    seq: int
    digest: str

    @classmethod
    def of(cls, item_id: int, seq: int, chain: str, times: Sequence[float]) -> Self:
        """`chain` is the link of the newest event. `times`: of each event that no earlier seal is over, since the
        database sets the time of an event, and no link holds it."""
        return cls(item_id, seq, hashlib.sha256(":".join([chain, *map(repr, times)]).encode()).hexdigest())

    @property
    def leaf(self) -> bytes:
        return f"{self.item_id}:{self.seq}:{self.digest}".encode()


@dataclass(frozen=True, slots=True)
class Mark:
    """What is kept of a seal outside the database: its number and its signature."""

    no: int
    signature: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError."""
        found = re.fullmatch(r"([1-9][0-9]{0,8})((?::[0-9a-f]{4}){16})", text.strip())
        if found is None:
            raise ValueError(f"«{text}» is no seal: write its number and its 16 groups of four signs, colons between.")
        return cls(int(found[1]), found[2].replace(":", ""))

    def __str__(self) -> str:
        """In groups, as people compare them, and no eleven digits in a row."""
        return ":".join([str(self.no), *(self.signature[at : at + 4] for at in range(0, len(self.signature), 4))])


@dataclass(frozen=True, slots=True)
class Seal:
    no: int
    previous: str
    """The signature of the seal before it."""
    at: float
    heads: int
    """Items that had changed since the seal before."""
    events: int
    """Their events since then."""
    root: str
    """The Merkle root over the heads, in the order of their numbers."""
    signature: str

    @classmethod
    def sign(cls, chain: Chain, no: int, previous: str, at: float, heads: int, events: int, root: str) -> Self:
        return cls(no, previous, at, heads, events, root, chain.sign(_text(no, previous, at, heads, events, root)))

    def holds(self, chain: Chain) -> bool:
        text = _text(self.no, self.previous, self.at, self.heads, self.events, self.root)
        return hmac.compare_digest(chain.sign(text), self.signature)

    @property
    def mark(self) -> Mark:
        return Mark(self.no, self.signature)


def _text(no: int, previous: str, at: float, heads: int, events: int, root: str) -> str:
    """A link begins with a number: no signature of a seal is that of a link."""
    return f"seal:{no}:{previous}:{at!r}:{heads}:{events}:{root}"
