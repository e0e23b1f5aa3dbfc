"""The overview of a period: everything its page and its workbook show, read in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from hub.insights.backlog import Backlog, backlog
from hub.insights.follow_up import FollowUp, by_hand, follow_up
from hub.insights.handling import Handled, percentile
from hub.insights.period import Period, window
from hub.insights.throughput import DONE_BY_ROBOT, Closed, ClosedCount, came_in, closed
from hub.insights.two_person import Fordringshaver, by_fordringshaver

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Maaltall:
    """What the office aims at; None is «ikke satt»."""

    without_help: float | None = None
    """Share of what the robot did that nobody had to help it with."""
    within_frist: float | None = None
    """Share of what had a frist that was closed in time."""
    hours_to_handle: float | None = None
    """From the robot's stopping until a person has dealt with it, the median."""
    hours_saved_a_week: float | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """Hours a person would have used, of one automation. Only what is measured counts."""

    done: int
    """By the robot, with or without help."""
    minutes: float | None
    """A person used for one, measured; None is not measured."""
    follow_up: float
    """Hours people used on what the robot could not do, where they took it and finished it the same day."""
    measured: int
    """How many times that was."""
    unmeasured: int
    """How often a person dealt with one without its being known how long it took."""

    @property
    def hours(self) -> float | None:
        return None if self.minutes is None else self.done * self.minutes / 60 - self.follow_up


@dataclass(frozen=True, slots=True)
class Overview:
    period: Period
    queues: Sequence[str]
    came_in: Counter[tuple[str, date]]
    """(automation, Monday of the week) -> items."""
    closed: Sequence[ClosedCount]
    backlog: Backlog
    follow_up: FollowUp
    by_hand: Mapping[str, int]
    """What people said they did -> items they closed."""
    fordringshavere: Sequence[Fordringshaver]
    minutes: Mapping[str, float | None]

    def count(self, *how: Closed, queue: str | None = None, week: date | None = None) -> int:
        return sum(
            row.count
            for row in self.closed
            if row.how in how and queue in (None, row.queue) and week in (None, row.week)
        )

    def came(self, queue: str | None = None, week: date | None = None) -> int:
        return sum(n for (q, w), n in self.came_in.items() if queue in (None, q) and week in (None, w))

    def without_help(self, queue: str | None = None, week: date | None = None) -> float | None:
        """Share of what the robot did that went straight through; None when it did nothing."""
        done = self.count(*DONE_BY_ROBOT, queue=queue, week=week)
        return self.count(Closed.STRAIGHT, queue=queue, week=week) / done if done else None

    @property
    def within_frist(self) -> float | None:
        with_frist = sum(row.with_frist for row in self.closed)
        return sum(row.within_frist for row in self.closed) / with_frist if with_frist else None

    @property
    def late(self) -> int:
        """Closed after their frist."""
        return sum(row.with_frist - row.within_frist for row in self.closed)

    @property
    def succeeded_again(self) -> int:
        """Went straight through after more than one attempt."""
        return sum(row.again for row in self.closed if row.how is Closed.STRAIGHT)

    @property
    def causes(self) -> list[tuple[str, str, int, float]]:
        """(kind, reason, how often, share so far), the most frequent first."""
        total, so_far, out = sum(self.follow_up.stops.values()), 0, []
        for (kind, reason), n in sorted(self.follow_up.stops.items(), key=lambda each: (-each[1], each[0])):
            so_far += n
            out.append((kind, reason, n, so_far / total))
        return out

    def hours_to_handle(self, share: float) -> float | None:
        """From the robot's stopping until a person had dealt with it."""
        waited = [each.waited for each in self._handled() if each.waited is not None]
        seconds = percentile(waited, share)
        return None if seconds is None else seconds / HOUR

    def minutes_of_work(self, share: float) -> float | None:
        """From a person's taking it until it was dealt with, of those done the same day."""
        seconds = percentile([each.worked for each in self._handled() if each.worked is not None], share)
        return None if seconds is None else seconds / 60

    def saved(self, queue: str) -> Saved:
        mine = self.follow_up.handled.get(queue, ())
        worked = [each.worked for each in mine if each.worked is not None]
        done = self.count(*DONE_BY_ROBOT, queue=queue)
        return Saved(done, self.minutes.get(queue), sum(worked) / HOUR, len(worked), len(mine) - len(worked))

    @property
    def hours_saved(self) -> float | None:
        """Of the automations whose manual time is measured; None when none is."""
        hours = [saved for queue in self.queues if (saved := self.saved(queue).hours) is not None]
        return sum(hours) if hours else None

    def _handled(self) -> list[Handled]:
        return [each for mine in self.follow_up.handled.values() for each in mine]


def overview(
    c: Connection, queues: Sequence[str], period: Period, today: date, minutes: Mapping[str, float | None]
) -> Overview:
    """`minutes`: automation -> measured manual minutes."""
    since, until = window(c, period, today)
    return Overview(
        period,
        queues,
        came_in(c, queues, period, today),
        closed(c, queues, period),
        backlog(c, queues, today),
        follow_up(c, queues, since, until),
        by_hand(c, queues, period),
        by_fordringshaver(c, queues, since, until),
        minutes,
    )
