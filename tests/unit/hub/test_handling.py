"""How long people took, worked out by hand: pure, with no database."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from domain.kalender import OSLO
from hub.insights.handling import Handled, Told, handled, percentile
from hub.insights.period import Period


def at(text: str) -> float:
    """«23 08:10» in November 2026."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=OSLO).timestamp()


def stop(when: str) -> Told:
    return Told(at(when), "business", "kraftverk", False, "waiting")


def act(when: str, action: str, actor: str = "kari", to: str = "ready") -> Told:
    return Told(at(when), action, actor, True, to)


def take(when: str, actor: str = "kari") -> Told:
    return act(when, "take", actor, "waiting")


def test_from_the_stop_and_from_taking_it() -> None:
    (once,) = handled([stop("23 03:00"), take("23 08:10"), act("23 08:25", "retry")])
    assert once == Handled(at("23 08:25"), "retry", at("23 03:00"), at("23 08:10"))
    assert once.waited == 5 * 3600 + 25 * 60
    assert once.worked == 15 * 60


@pytest.mark.parametrize(
    "events",
    [
        [act("23 09:00", "retry")],
        [take("23 08:00", "ola"), act("23 09:00", "retry")],
        [take("23 08:00"), act("23 08:10", "give back", to="waiting"), act("23 09:00", "retry")],
        [take("23 15:00"), act("24 09:00", "close by hand", to="handled_manually")],
        [act("23 08:00", "take several", to="waiting"), act("23 09:00", "retry")],
        [take("23 07:00"), act("23 08:00", "take several", to="waiting"), act("23 09:00", "retry")],
    ],
    ids=[
        "nobody took it",
        "another took it",
        "given back",
        "finished another day",
        "taken with others",
        "taken with others after it was taken alone",
    ],
)
def test_what_is_not_known_is_not_measured(events: list[Told]) -> None:
    (once,) = handled([stop("23 03:00"), *events])
    assert once.worked is None
    assert once.waited is not None


def test_midnight_in_oslo_is_between_two_days() -> None:
    (evening,) = handled([stop("23 03:00"), take("23 23:30"), act("23 23:59", "retry")])
    (night,) = handled([stop("23 03:00"), take("23 23:30"), act("24 00:01", "retry")])
    assert (evening.worked, night.worked) == (29 * 60, None)


def test_each_stop_is_dealt_with_by_itself() -> None:
    events = [stop("23 03:00"), take("23 08:00"), act("23 08:30", "retry"), stop("23 08:40"), act("23 10:40", "decide")]
    first, second = handled(events)
    assert (first.waited, first.worked) == (5.5 * 3600, 30 * 60)
    assert (second.waited, second.worked) == (2 * 3600, None)


def test_settling_a_part_is_no_end() -> None:
    events = [stop("23 03:00"), act("23 04:00", "settle", to="waiting"), act("23 05:00", "settle")]
    (once,) = handled(events)
    assert once.waited == 2 * 3600


def test_what_never_stopped_has_not_waited() -> None:
    (once,) = handled([act("23 05:00", "close by hand", to="handled_manually")])
    assert (once.waited, once.worked) == (None, None)


@pytest.mark.parametrize(
    ("numbers", "share", "expected"),
    [
        ([], 0.5, None),
        ([7.0], 0.9, 7.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        ([4.0, 1.0, 3.0, 2.0], 0.9, 4.0),
        ([float(n) for n in range(1, 11)], 0.9, 9.0),
    ],
)
def test_the_nearest_rank(numbers: list[float], share: float, expected: float | None) -> None:
    assert percentile(numbers, share) == expected


def test_twelve_weeks_end_with_this_one() -> None:
    monday, sunday = date(2026, 11, 23), date(2026, 11, 29)
    for last in (monday, sunday):
        period = Period.of_weeks(12, last)
        # eleven weeks, 77 days, before 23 November: 23 + 31 + 23 days back to 7 September
        assert (period.first, period.weeks[0], period.weeks[-1], len(period.weeks)) == (
            date(2026, 9, 7),
            date(2026, 9, 7),
            monday,
            12,
        )


def test_a_period_touches_the_weeks_at_its_ends() -> None:
    period = Period(date(2026, 11, 29), date(2026, 11, 30))  # a Sunday and a Monday
    assert period.weeks == [date(2026, 11, 23), date(2026, 11, 30)]
    assert period.number_of_weeks == pytest.approx(2 / 7)
