"""How long people took: from the robot's stopping, and from somebody's taking the item, until it was dealt with."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from domain.kalender import oslo_date
from hub.states import State, WaitingKind

STOPS = frozenset(kind.value for kind in WaitingKind)
"""What an attempt's event is called when the item then waits for a person."""
PUT_BACK = frozenset({"retry", "decide", "settle"})
BY_HAND = "close by hand"


@dataclass(frozen=True, slots=True)
class Told:
    """What matters here of one event of an item."""

    at: float
    action: str
    actor: str
    person: bool
    """Whether a person did it."""
    to: str


@dataclass(frozen=True, slots=True)
class Handled:
    """A person put the item back or closed it."""

    at: float
    action: str
    stopped: float | None
    """When the robot had stopped; None when it had not, as of an item that was closed before its turn."""
    taken: float | None
    """When the same person had taken it; None when nobody or another had."""

    @property
    def waited(self) -> float | None:
        """Seconds from the stop to the handling, nights and weekends too."""
        return None if self.stopped is None else self.at - self.stopped

    @property
    def worked(self) -> float | None:
        """Seconds somebody worked with it: from taking it until it was dealt with, when that was the same day.

        What was taken one day and finished another lay still in between, and nobody knows how long it took.
        """
        if self.taken is None or _day(self.taken) != _day(self.at):
            return None
        return self.at - self.taken


def handled(events: Iterable[Told]) -> list[Handled]:
    """The times an item was dealt with, of its events in their order."""
    out: list[Handled] = []
    stopped: float | None = None
    taken: tuple[str, float] | None = None
    for told in events:
        if told.action in STOPS:
            stopped, taken = told.at, None
        elif told.action == "take":
            taken = (told.actor, told.at)
        elif told.action in ("give back", "take several"):
            taken = None  # of several taken at once nobody knows when the work with each began
        elif ends(told):
            mine = taken[1] if taken is not None and taken[0] == told.actor else None
            out.append(Handled(told.at, told.action, stopped, mine))
            stopped = taken = None
    return out


def ends(told: Told) -> bool:
    """Whether it is the end of a person's work with the item. Settling a part of it leaves it waiting."""
    return told.person and (told.action == BY_HAND or (told.action in PUT_BACK and told.to == State.READY))


def percentile(numbers: Sequence[float], share: float) -> float | None:
    """The smallest number that this share of them does not exceed (nearest rank); None of none."""
    ranked = sorted(numbers)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else None


def _day(at: float) -> date:
    return oslo_date(datetime.fromtimestamp(at, UTC))
