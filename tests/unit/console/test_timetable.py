"""When the rounds are to run, in words, and what was to run and did not."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from console.timetable import PlannedRun, Timetable, in_summer_time_hour, missed
from domain.kalender import OSLO


def plan(cron: str | None = "0 4 * * *", active: bool = True) -> Timetable:
    return Timetable("nightly", cron, active, "kari")


@pytest.mark.parametrize(
    ("cron", "words", "at"),
    [
        ("0 4 * * *", "hver dag kl. 04.00", time(4)),
        ("30 16 * * 1-5", "mandag til fredag kl. 16.30", time(16, 30)),
        ("5 6 * * MON-FRI", "mandag til fredag kl. 06.05", time(6, 5)),
        ("* * * * *", "hvert minutt", None),
        ("*/5 * * * *", "en egen tidsplan", None),
        ("0 4 1 * *", "en egen tidsplan", None),
        ("0 4 * * 6", "en egen tidsplan", None),
        ("0 24 * * *", "en egen tidsplan", None),
        ("60 4 * * *", "en egen tidsplan", None),
        (None, "en egen tidsplan", None),
    ],
)
def test_a_timetable_in_words(cron: str | None, words: str, at: time | None) -> None:
    assert (plan(cron).words, plan(cron).at) == (words, at)


def test_another_time_of_day_is_on_the_same_days() -> None:
    assert plan("0 4 * * 1-5").moved(time(5, 30)) == "30 5 * * 1-5"


def test_the_next_start_is_at_that_time_in_oslo_whatever_summer_time_does() -> None:
    """Summer time ends on Sunday 25 October 2026: at 04:00 the offset is one hour, the night before it was two."""
    before = datetime(2026, 10, 24, 4, 30, tzinfo=OSLO)
    following = plan().next_start(before)
    assert following is not None
    assert following.isoformat() == "2026-10-25T04:00:00+01:00"
    assert plan(active=False).next_start(before) is None
    friday = datetime(2026, 11, 27, 5, tzinfo=OSLO)
    monday = plan("0 4 * * 1-5").next_start(friday)
    assert monday is not None
    assert monday.date() == date(2026, 11, 30), "the 27th is a Friday"


@pytest.mark.parametrize(
    ("at", "moved"), [(time(1, 59), False), (time(2), True), (time(2, 59), True), (time(3), False), (time(4), False)]
)
def test_the_hour_that_summer_time_moves(at: time, moved: bool) -> None:
    assert in_summer_time_hour(at) == moved


MORNING_AFTER = datetime(2026, 11, 23, 8, tzinfo=OSLO)


def test_a_night_of_which_there_is_no_run_is_missed() -> None:
    nights = {"merge": {"2026-11-20", "2026-11-22"}, "minors": {"2026-11-20", "2026-11-22", "2026-11-23"}}
    found = missed(plan(), ["merge", "minors"], nights, MORNING_AFTER)
    told = [(each.start.date().isoformat(), each.automations, each.whole) for each in found]
    assert told == [("2026-11-23", ("merge",), False), ("2026-11-21", ("merge", "minors"), True)]


def test_a_night_that_may_still_begin_is_not_missed() -> None:
    nights = {"merge": {"2026-11-22"}}
    just_after = datetime(2026, 11, 23, 4, 29, tzinfo=OSLO)
    assert missed(plan(), ["merge"], nights, just_after) == []
    assert len(missed(plan(), ["merge"], nights, MORNING_AFTER)) == 1


@pytest.mark.parametrize(
    ("run", "missing"),
    [
        (("nightly", "RUNNING", 4), 0),
        (("nightly", "PENDING", 4), 0),
        (("nightly", "CRASHED", 4), 1),
        (("morning", "RUNNING", 4), 1),
        (("nightly", "RUNNING", 3), 1),
    ],
)
def test_what_waits_its_turn_in_a_round_that_is_going_is_not_missed(run: tuple[str, str, int], missing: int) -> None:
    nights = {"merge": {"2026-11-22"}, "minors": {"2026-11-22", "2026-11-23"}}
    deployment, state, hour = run
    start = datetime(2026, 11, 23, hour, tzinfo=OSLO).timestamp()
    going = PlannedRun("r", deployment, state, start, start, start, None)
    assert len(missed(plan(), ["merge", "minors"], nights, MORNING_AFTER, [going])) == missing


def test_an_automation_is_not_missed_before_its_first_night() -> None:
    nights = {"merge": {"2026-11-22", "2026-11-23"}, "new": {"2026-11-23"}}
    assert missed(plan(), ["merge", "new", "never"], nights, MORNING_AFTER) == []


def test_nothing_is_missed_by_a_timetable_that_is_off_or_on_days_it_leaves_out() -> None:
    """The 21st and 22nd are Saturday and Sunday."""
    nights = {"merge": {"2026-11-20", "2026-11-23"}}
    assert missed(plan(active=False), ["merge"], nights, MORNING_AFTER) == []
    assert missed(plan("0 4 * * 1-5"), ["merge"], nights, MORNING_AFTER) == []
    assert len(missed(plan(), ["merge"], nights, MORNING_AFTER)) == 2
