"""Proposals: plans that wait for a second person, as they are shown, and what that person may say yes to."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hub.audit import NOBODY_KNOWS
from hub.automation import Forslag
from hub.fullmakt import EVERY_KRAVTYPE, Fullmakter
from hub.letters import IN_LETTERS, in_letters

MARK = re.compile(rf"[0-9]{{1,9}}:[0-9]{{1,9}}:{IN_LETTERS}{{12}}")


class Hindrance(StrEnum):
    """Why one person cannot decide about one proposal."""

    CHANGED = "changed"
    """It is not as it was shown, or waits no more."""
    OWN = "own"
    """The person ordered or edited the work (VERN-5)."""
    NOBODY_KNOWS = "nobody knows"
    """Nobody knows who ordered it: the next night's find will."""
    ABOVE = "above"
    """It is worth more than the person's fullmakt."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan as it was shown: what a decision about it is bound to.

    Of ten thousand that wait a page shows a hundred: the plans themselves are read for those that are shown.
    """

    item_id: int
    queue: str
    reference: str
    seq: int
    since: float
    """When the item was first found, in seconds since 1970: a later night renews it, and it is as old as it was."""
    ordered_by: str
    result: str
    """What comes of it."""
    digest: str
    """Of the plan as it is stored: it follows the plan's own hash, and more."""
    forslag: Forslag | None
    """What the plan asks; None when only the release level does."""

    @property
    def liste(self) -> str:
        """The list it stands on: its fordringshaver, or its automation when only the release level asks."""
        return self.queue if self.forslag is None else self.forslag.fordringshaver

    @property
    def kravtype(self) -> str:
        return EVERY_KRAVTYPE if self.forslag is None else self.forslag.kravtype

    @property
    def begrunnelse(self) -> str:
        """Why; the result when only the release level asks."""
        return self.result if self.forslag is None else self.forslag.begrunnelse

    @property
    def beloep_oere(self) -> int:
        return 0 if self.forslag is None else self.forslag.beloep_oere

    @property
    def mark(self) -> str:
        """A short word for just this plan of the item as it stands: what a page or a terminal sends back."""
        return f"{self.item_id}:{self.seq}:{self.digest}"


def digest(stored: str) -> str:
    """Twelve letters of the SHA-256 of a plan as it is stored."""
    return in_letters(hashlib.sha256(stored.encode()).hexdigest()[:12])


def seen(proposals: Iterable[Proposal]) -> str:
    """A word for just these proposals: one more, or another plan for one of them, makes another word."""
    marks = sorted(proposal.mark for proposal in proposals)
    return in_letters(hashlib.sha256(";".join(marks).encode()).hexdigest()[:12])


def as_shown(proposals: Iterable[Proposal], marks: Iterable[str]) -> tuple[list[Proposal], set[int]]:
    """Of what waits now: those that stand just as they were shown; and the items that were shown and do not."""
    shown = {mark for mark in marks if MARK.fullmatch(mark)}
    same = [proposal for proposal in proposals if proposal.mark in shown]
    return same, {int(mark.partition(":")[0]) for mark in shown} - {proposal.item_id for proposal in same}


@dataclass(frozen=True, slots=True)
class Liste:
    """The proposals of one fordringshaver by one automation, the oldest first."""

    navn: str
    queue: str
    proposals: Sequence[Proposal]

    @property
    def beloep_oere(self) -> int:
        return sum(proposal.beloep_oere for proposal in self.proposals)

    @property
    def since(self) -> float:
        return min(proposal.since for proposal in self.proposals)


def lists(proposals: Iterable[Proposal]) -> list[Liste]:
    """By name, then by automation."""
    found: defaultdict[tuple[str, str], list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        found[proposal.liste, proposal.queue].append(proposal)
    return [Liste(navn, queue, found[navn, queue]) for navn, queue in sorted(found)]


def draw(proposals: Sequence[Proposal], count: int, seed: str) -> list[Proposal]:
    """A random sample in the order of the list. The same seed draws the same, also when others have left the list."""
    lots = {p.item_id: hashlib.sha256(f"{seed}:{p.item_id}".encode()).digest() for p in proposals}
    drawn = set(sorted(lots, key=lots.__getitem__)[:count])
    return [proposal for proposal in proposals if proposal.item_id in drawn]


@dataclass(frozen=True, slots=True)
class Approver:
    """A second person: what keeps them from a decision."""

    fullmakter: Fullmakter
    roller: Collection[str]
    on: date
    barred: Collection[int]
    """The waiting items the person has had a hand in, or nobody knows who ordered."""

    def bars(self, proposal: Proposal) -> Hindrance | None:
        """What keeps the person from deciding either way."""
        if proposal.item_id not in self.barred:
            return None
        return Hindrance.NOBODY_KNOWS if proposal.ordered_by == NOBODY_KNOWS else Hindrance.OWN

    def hinders(self, proposal: Proposal) -> Hindrance | None:
        """What keeps the person from approving it."""
        limit = self.limit(proposal.kravtype)
        above = limit is None or proposal.beloep_oere > limit
        return self.bars(proposal) or (Hindrance.ABOVE if above else None)

    def limit(self, kravtype: str) -> int | None:
        """The highest amount of this kravtype, in øre, that the person may approve; None when none at all."""
        return self.fullmakter.limit(self.roller, kravtype, self.on)
