"""What a find does to the items of its queue: a pure decision over what is known and what was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from hub.automation import Arbeid, Line, Vernet
from hub.retention import imprint
from hub.states import State, WaitingKind

Facts = tuple[frozenset[str], str]
"""The krav of an item, and the fingerprint of what it was found on."""


def facts(krav: Iterable[str], fingerprint: str) -> Facts:
    return frozenset(krav), fingerprint


@dataclass(frozen=True, slots=True)
class Resting:
    """What a person has closed or rejected. Of what retention has anonymised since, only the imprint is left."""

    known: Set[Facts] = frozenset()
    imprints: Set[str] = frozenset()

    def __contains__(self, found: object) -> bool:
        if found in self.known or not self.imprints:
            return found in self.known
        krav, fingerprint = cast(Facts, found)
        return imprint(krav, fingerprint) in self.imprints


@dataclass(frozen=True, slots=True)
class Known:
    """An item as the store has it before the find is taken in."""

    id: int
    reference: str
    occasion: int
    state: State
    waiting_kind: WaitingKind | None
    krav: frozenset[str]
    fingerprint: str
    as_of: date
    """The night it was last found, or, for a closed item, the night it was closed."""
    rests: bool = False
    """Closed by a person, or rejected: until the facts it was closed on have changed."""
    begun: bool = False
    """An effect of its plan has started: the plan is finished as it is, whatever is found."""
    postponed_until: date | None = None
    """A person lets it rest until that day."""

    def rests_for(self, arbeid: Arbeid) -> bool:
        """Closed on the very facts that were found."""
        return self.rests and self.fingerprint == arbeid.fingerprint

    def is_postponed(self, as_of: date) -> bool:
        return self.postponed_until is not None and self.postponed_until > as_of

    @property
    def held(self) -> bool:
        """In somebody's hands: a worker's, or a person's who must say what happened."""
        return self.state is State.RUNNING or self.waiting_kind is WaitingKind.UNCERTAIN

    @property
    def fixed(self) -> bool:
        """A find neither renews nor closes it."""
        return self.held or self.begun


@dataclass(slots=True)
class Intake:
    add: list[tuple[Arbeid, int]] = field(default_factory=list)
    """New items with their occasion."""
    renew: list[tuple[Known, Arbeid]] = field(default_factory=list)
    """Same item, same place; fresh facts and the reference of what it is now."""
    revive: list[Known] = field(default_factory=list)
    """Begun earlier and stopped by technique: tried again this night with its own plan."""
    close: list[Known] = field(default_factory=list)
    """The reason has gone: NOTHING_TO_DO."""
    cancel: list[Known] = field(default_factory=list)
    """The skyldner is protected now: cancelled and erased."""

    @property
    def effects(self) -> int:
        return sum(arbeid.effects for arbeid, _ in self.add) + sum(arbeid.effects for _, arbeid in self.renew)


def decide(
    lines: Iterable[Line],
    unfinished: Iterable[Known],
    closed: Mapping[str, Known],
    resting: Container[Facts],
    as_of: date,
) -> Intake:
    """Take in a complete find of the night `as_of`. `closed`: the latest closed item of each reference found.
    `resting`: what a person has closed, under whatever reference (one that names the night is new each night).

    At most one open item per krav and automation; finding the same occasion twice adds nothing.
    """
    lines = list(lines)
    protected = {line.krav for line in lines if isinstance(line, Vernet)}
    intake, standing = Intake(), _Standing(unfinished, protected)
    for arbeid in (line for line in lines if isinstance(line, Arbeid) and protected.isdisjoint(line.krav)):
        overlapping = standing.overlapping(arbeid)
        latest = closed.get(arbeid.reference)
        closed_so = latest.rests_for(arbeid) if latest else facts(arbeid.krav, arbeid.fingerprint) in resting
        if closed_so and not any(known.reference == arbeid.reference for known in overlapping):
            continue  # whatever else its krav were part of: a person has closed just this
        if overlapping:
            kept = _kept(overlapping, arbeid)
            rests = kept.is_postponed(as_of) and kept.fingerprint == arbeid.fingerprint
            renews = not (kept.fixed or rests) and kept.as_of < as_of and standing.is_free(arbeid)
            now = arbeid if renews else kept
            standing.found(kept, now.reference, now.krav)
            if renews:
                intake.renew.append((kept, arbeid))
        elif standing.is_free(arbeid):
            occasion = _occasion(latest, as_of)
            if occasion:
                intake.add.append((arbeid, occasion))
                standing.take(arbeid.reference, arbeid.krav)
    for known in standing.items.values():
        _settle(intake, known, known.id in standing.kept, protected, as_of)
    return intake


def only_asked_for(intake: Intake, unfinished: Iterable[Known], krav: Container[str]) -> Intake:
    """What is left of it when a person has asked for these krav alone: new work with one of them. What is open stays
    as it is, so what is new may not stand in its way; who is found protected is erased, whoever asked."""
    gone = {known.id for known in intake.cancel}
    stays = [known for known in unfinished if known.id not in gone]
    held = {nr for known in stays for nr in known.krav}
    names = {known.reference for known in stays}
    add = [
        (arbeid, occasion)
        for arbeid, occasion in intake.add
        if any(nr in krav for nr in arbeid.krav) and held.isdisjoint(arbeid.krav) and arbeid.reference not in names
    ]
    return Intake(add=add, cancel=intake.cancel)


class _Standing:
    """The open items while a find is taken in: which have been found again, and which krav are spoken for."""

    def __init__(self, unfinished: Iterable[Known], protected: set[str]) -> None:
        self.items = {known.id: known for known in unfinished}
        self.kept: set[int] = set()
        self.taken: set[str] = set()
        """Krav of items that are added, renewed, or cannot be moved."""
        self.names: set[str] = set()
        """References of items that are added or have been found: no two may have one."""
        self._by_krav: dict[str, set[int]] = defaultdict(set)
        self._by_reference: dict[str, int] = {}
        for known in self.items.values():
            if known.krav & protected and known.state is not State.RUNNING:
                continue  # it is cancelled, and stands in nobody's way
            if known.fixed:
                self.taken |= known.krav
            self._by_reference[known.reference] = known.id
            for krav in known.krav:
                self._by_krav[krav].add(known.id)

    def overlapping(self, arbeid: Arbeid) -> list[Known]:
        """Open items with one of these krav or of this reference, which no two may have, oldest first, that no other
        unit of work has found."""
        ids = {item_id for krav in arbeid.krav for item_id in self._by_krav[krav]}
        if arbeid.reference in self._by_reference:
            ids.add(self._by_reference[arbeid.reference])
        return [self.items[item_id] for item_id in sorted(ids - self.kept)]

    def found(self, known: Known, reference: str, krav: Iterable[str]) -> None:
        """`known` goes on under this reference with these krav."""
        self.kept.add(known.id)
        self.take(reference, krav)

    def take(self, reference: str, krav: Iterable[str]) -> None:
        self.names.add(reference)
        self.taken.update(krav)

    def is_free(self, arbeid: Arbeid) -> bool:
        return self.taken.isdisjoint(arbeid.krav) and arbeid.reference not in self.names


def _kept(overlapping: list[Known], arbeid: Arbeid) -> Known:
    """The item that goes on when several hold the krav: one that cannot move, else its namesake, else the oldest."""
    fixed = [known for known in overlapping if known.fixed]
    same = [known for known in overlapping if known.reference == arbeid.reference]
    return (fixed or same or overlapping)[0]


def _occasion(latest: Known | None, as_of: date) -> int | None:
    if latest is None:
        return 1
    return latest.occasion + 1 if latest.as_of < as_of else None


def _settle(intake: Intake, known: Known, found: bool, protected: set[str], as_of: date) -> None:
    if known.krav & protected:
        if known.state is not State.RUNNING:
            intake.cancel.append(known)
    elif known.begun:
        if known.waiting_kind is WaitingKind.SYSTEM and known.as_of < as_of and not known.is_postponed(as_of):
            intake.revive.append(known)
    elif not found and not known.held and known.as_of <= as_of:
        intake.close.append(known)
