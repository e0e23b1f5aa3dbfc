"""Carries slettereglene out: in small transactions with room for the workers between them, to be stopped anywhere and
run again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from hub.clock import steady
from hub.follow_up import Codes
from hub.retention import Terms
from hub.storage.database import Database
from hub.storage.items import delete_pictures
from hub.storage.old_items import Content, Everything, Pictures
from hub.storage.old_records import (
    FollowUps,
    MassRetries,
    Names,
    Orders,
    QueueEvents,
    Releases,
    ReportLines,
    Runs,
    Samples,
)

AT_ONCE = 200
"""Rows of a kind in one transaction: SQLite has one writer, and the workers wait for it."""
MOST = 200_000
"""Rows of a kind in one run; the rest is for the next."""
LONGEST = 1800.0
"""Seconds one run may take."""


class Old(Protocol):
    """One kind of what has had its time."""

    @property
    def navn(self) -> str: ...

    def due(self, c: Connection, most: int | None) -> Sequence[Any]:
        """Keys of what has had its time, this many at most."""
        ...

    def empty(self, c: Connection, keys: Sequence[Any]) -> list[str]:
        """Empty those of them that another run has not, within the caller's transaction: one run at a time.

        Returns the pictures to delete once it is committed.
        """
        ...


@dataclass(slots=True)
class Tally:
    """What one run did."""

    counts: dict[str, int] = field(default_factory=dict)
    """Kind -> rows, of those there were any of."""
    more: bool = False
    """Whether it ran out of its time, or of its share."""

    def __str__(self) -> str:
        told = ", ".join(f"{navn} {n}" for navn, n in self.counts.items())
        return (told or "ingenting") + (", og mer gjenstår" if self.more else "")


@dataclass(frozen=True, slots=True)
class Retention:
    """`today` says what is old, `codes` which lines of the automations' reports are followed up."""

    database: Database
    terms: Terms
    today: date
    codes: Mapping[str, Codes]
    pictures: Path
    """The folder they lie in."""

    def kinds(self) -> list[Old]:
        """In this order: what people did with a line goes when no line is left of it."""
        long_ago = self.terms.everything_before(self.today)
        return [
            Pictures(self.terms.pictures_before(self.today)),
            Content(self.terms.content_before(self.today)),
            Everything(long_ago, self.today),
            ReportLines(long_ago, self.codes),
            FollowUps(long_ago),
            Orders(long_ago),
            MassRetries(long_ago),
            Samples(long_ago),
            Runs(long_ago),
            QueueEvents(long_ago),
            Releases(long_ago),
            Names(long_ago),
        ]

    def due(self) -> dict[str, int]:
        """How many rows of each kind a run would empty, as it stands. Changes nothing.

        What people did with lines comes on top, where the last line they did it with is among those that go.
        """
        with self.database.read() as c:
            counts = {kind.navn: len(kind.due(c, None)) for kind in self.kinds()}
        return {navn: n for navn, n in counts.items() if n}

    def carry_out(self, rest: Callable[[float], None] = time.sleep, longest: float = LONGEST) -> Tally:
        """Empty what has had its time; after each transaction the workers have as long as it took.

        `rest` is called between two transactions, with seconds.
        """
        begun, done = steady(), Tally()
        for kind in self.kinds():
            for keys in self._parts(kind, done):
                if steady() - begun > longest:
                    done.more = True
                    break
                started = steady()
                with self.database.begin() as c:
                    self.database.one_at_a_time(c, "retention")
                    files = kind.empty(c, keys)
                delete_pictures(self.pictures, files)
                done.counts[kind.navn] = done.counts.get(kind.navn, 0) + len(keys)
                rest(steady() - started)
        if done.counts:
            self.database.forget()
        return done

    def _parts(self, kind: Old, done: Tally) -> Iterator[Sequence[Any]]:
        with self.database.read() as c:
            keys = kind.due(c, MOST)
        done.more |= len(keys) == MOST
        for start in range(0, len(keys), AT_ONCE):
            yield keys[start : start + AT_ONCE]
