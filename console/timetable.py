"""When the rounds are to run, and what the scheduler says has become of them.

The console asks no scheduler itself: what it needs to know is a port that is handed to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from domain.kalender import OSLO

ROUNDS = {"nightly": "Nattkjøringen", "morning": "Morgenrunden"}
DRAIN = "drain"
NAMES = ROUNDS | {DRAIN: "Utføring mellom rundene"}
"""What runs by a timetable, in the order of the day."""
GOING = frozenset({"PENDING", "RUNNING"})
"""The scheduler's words for a run that has begun and has not ended."""
EVERY_MINUTE = "* * * * *"
SUMMER_TIME = (time(2), time(3))
"""The hour that comes twice in October and never in March."""
GRACE = timedelta(minutes=30)
"""A round that has not begun by then is said to be missing."""
LOOK_BACK = 14
"""Days."""
_DAILY = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* (\S+)")
_DAYS = {
    "*": ("hver dag", range(7)),
    "1-5": ("mandag til fredag", range(5)),
    "MON-FRI": ("mandag til fredag", range(5)),
}


class NoAnswer(Exception):
    """The scheduler does not answer, or not as it should."""


class Changed(Exception):
    """Somebody else has changed the timetable since it was shown."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """When one deployment runs."""

    deployment: str
    cron: str | None
    """None: it is not given as cron."""
    active: bool
    changed_by: str | None
    """Who last changed it, and answers for what it orders."""

    @property
    def navn(self) -> str:
        return NAMES.get(self.deployment, self.deployment)

    @property
    def seen(self) -> str:
        """What it was shown as: sent back with a change."""
        return f"{self.cron} {self.active} {self.changed_by}"

    @property
    def at(self) -> time | None:
        """The time of day, Oslo time; None when it is not once a day."""
        daily = self._daily()
        return daily[0] if daily else None

    @property
    def words(self) -> str:
        """«hver dag kl. 04.00»."""
        if self.cron == EVERY_MINUTE:
            return "hvert minutt"
        daily = self._daily()
        return f"{_DAYS[daily[1]][0]} kl. {daily[0]:%H.%M}" if daily else "en egen tidsplan"

    def moved(self, to: time) -> str:
        """Its cron with another time of day, on the same days. Only for one that has an `at`."""
        daily = self._daily()
        assert daily is not None
        return f"{to.minute} {to.hour} * * {daily[1]}"

    def starts(self, first: date, last: date) -> list[datetime]:
        """When it is to start on these days; nothing when it is off or not once a day."""
        daily = self._daily()
        if daily is None or not self.active:
            return []
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [datetime.combine(day, daily[0], OSLO) for day in days if day.weekday() in _DAYS[daily[1]][1]]

    def next_start(self, now: datetime) -> datetime | None:
        today = now.astimezone(OSLO).date()
        return next((start for start in self.starts(today, today + timedelta(days=7)) if start > now), None)

    def _daily(self) -> tuple[time, str] | None:
        found = _DAILY.fullmatch(self.cron or "")
        if found is None or found[3] not in _DAYS or int(found[1]) > 59 or int(found[2]) > 23:
            return None
        return time(int(found[2]), int(found[1])), found[3]


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run of a round, as the scheduler knows it. Instants are seconds since 1970."""

    id: str
    deployment: str
    state: str
    """The scheduler's own word for how it stands: COMPLETED, RUNNING, CRASHED …"""
    planned: float | None
    """None when somebody asked for it at once."""
    asked: float
    started: float | None
    ended: float | None


class Scheduler(Protocol):
    """Every method raises NoAnswer."""

    def timetables(self, deployments: Collection[str]) -> Sequence[Timetable]: ...

    def runs(self, deployments: Collection[str], limit: int) -> Sequence[PlannedRun]:
        """Those that are due, newest first."""
        ...

    def states(self, ids: Collection[str]) -> Mapping[str, str]:
        """How these runs stand; those it has forgotten are left out."""
        ...

    def run_now(self, deployment: str, parameters: Mapping[str, object]) -> tuple[str, bool]:
        """The id of the run, and whether it is new: one that is going already is given back instead."""
        ...

    def change(self, seen: Timetable, cron: str | None, active: bool, person: str) -> None:
        """Let it run by `cron` (None: as it does), or not at all, on that person's responsibility. Raises Changed."""
        ...


@dataclass(frozen=True, slots=True)
class Missed:
    """A round that should have run."""

    start: datetime
    deployment: str
    automations: tuple[str, ...]
    """Those of it that did not; all of them when the whole round is missing."""
    whole: bool


def missed(
    timetable: Timetable,
    automations: Sequence[str],
    nights: Mapping[str, Collection[str]],
    now: datetime,
    runs: Sequence[PlannedRun] = (),
) -> list[Missed]:
    """Starts of the last days, newest first, of which an automation has no run.

    By the timetable as it is now. `nights`: automation -> the nights of which it has a run. Before its own first run
    an automation is not missed, nor while its round is going, as `runs` tell.
    """
    today = now.astimezone(OSLO).date()
    going = {run.planned for run in runs if run.deployment == timetable.deployment and run.state in GOING}
    known = [name for name in automations if nights.get(name)]
    out = []
    for start in timetable.starts(today - timedelta(days=LOOK_BACK), today):
        if start + GRACE > now or start.timestamp() in going:
            continue
        night = start.date().isoformat()
        expected = [name for name in known if min(nights[name]) <= night]
        lacking = tuple(name for name in expected if night not in nights[name])
        if lacking:
            out.append(Missed(start, timetable.deployment, lacking, len(lacking) == len(expected)))
    return out[::-1]


def in_summer_time_hour(at: time) -> bool:
    """Whether the time is in the hour that summer time moves."""
    return SUMMER_TIME[0] <= at < SUMMER_TIME[1]
