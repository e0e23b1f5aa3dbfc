"""The figures of a period are those of what happened in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from domain.errors import BusinessException
from hub.automation import ProtectedFound
from hub.fullmakt import Fullmakt, Fullmakter
from hub.insights.overview import Overview, overview
from hub.insights.period import Period
from hub.insights.throughput import Closed
from hub.storage.approvals import Approvals, pending
from tests.unit.hub.behaviours.house import KARI, NIGHT, OLA, QUEUE, House, night
from tests.unit.hub.fake_world import arbeid

TODAY = night(1)
WEEKS = Period.of_weeks(12, TODAY)
LIMITS = Fullmakter([Fullmakt(date(2026, 1, 1), "godkjenner", "*", 100_000)])


def figures(house: House, period: Period = WEEKS, today: date = TODAY, queue: str = QUEUE) -> Overview:
    with house.database.read() as c:
        return overview(c, [queue], period, today, {QUEUE: 6.0})


async def busy(house: House) -> None:
    """Five items: one straight through, one helped, one by hand; the night after, one the robot came through with by
    itself, and one that there was no more to do with."""
    house.queue("K1", "K2", "K3", "K4", "K5")
    house.world.plan_faults = [None, *(BusinessException("ESTATE") for _ in range(4))]
    await house.drain()
    house.people.take(2, KARI)
    house.people.retry(2, KARI, "put right")
    house.people.close(3, KARI, "done in PAX", NIGHT, how={"how": "registrert"})
    house.find(arbeid("K2"), arbeid("K4"), as_of=TODAY)
    await house.drain(as_of=TODAY)


async def test_what_was_closed_is_counted_by_who_did_it(house: House) -> None:
    await busy(house)
    seen = figures(house)
    assert {how: seen.count(how) for how in Closed} == {
        Closed.STRAIGHT: 2,
        Closed.HELPED: 1,
        Closed.BY_HAND: 1,
        Closed.GONE: 1,
        Closed.PROTECTED: 0,
    }
    assert seen.without_help() == 2 / 3
    assert seen.succeeded_again == 1
    assert seen.within_frist == 1.0
    assert (seen.came(), seen.came(week=NIGHT), seen.came(week=WEEKS.weeks[0])) == (5, 5, 0)


async def test_what_stopped_the_robot_and_what_people_did_then(house: House) -> None:
    await busy(house)
    seen = figures(house)
    assert seen.causes == [("business", "ESTATE", 4, 1.0)]
    assert (seen.follow_up.put_back, seen.follow_up.put_back_completed) == (1, 1)
    assert sorted(each.action for each in seen.follow_up.handled[QUEUE]) == ["close by hand", "retry"]
    assert seen.by_hand == Counter(registrert=1)
    saved = seen.saved(QUEUE)
    assert (saved.done, saved.measured, saved.unmeasured) == (3, 1, 1), "K3 was closed without being taken"
    assert saved.hours is not None
    assert abs(saved.hours - 3 * 6 / 60) < 0.1, "three of six minutes, less the moment K2 was in hand"


async def test_another_automation_and_an_earlier_period_have_nothing_of_it(house: House) -> None:
    await busy(house)
    for seen in (figures(house, queue="other"), figures(house, Period.of_weeks(4, night(-30)))):
        assert (seen.came(), seen.count(*Closed), seen.causes, seen.by_hand) == (0, 0, [], Counter())
        assert (seen.without_help(), seen.within_frist, seen.hours_to_handle(0.5)) == (None, None, None)


async def test_a_later_night_is_another_day_whatever_the_clock_says(house: House) -> None:
    await busy(house)
    house.queue("L1", as_of=night(7))
    await house.drain(as_of=night(7))
    seen = figures(house, Period.of_weeks(2, night(7)), today=night(7))
    assert [(week, seen.came(week=week), seen.count(*Closed, week=week)) for week in seen.period.weeks] == [
        (NIGHT, 5, 5),
        (night(7), 1, 1),
    ]
    first = figures(house, Period(NIGHT, night(6)), today=night(7))
    assert (first.came(), first.count(*Closed), sum(first.follow_up.stops.values())) == (5, 5, 4)


async def test_without_its_history_it_is_known_who_put_an_item_back(house: House) -> None:
    await busy(house)
    with house.without_triggers() as c:
        c.exec_driver_sql("UPDATE event SET salt = NULL, content = NULL")
    seen = figures(house)
    assert (seen.count(Closed.STRAIGHT), seen.count(Closed.HELPED)) == (2, 1)
    assert (seen.causes, seen.by_hand) == ([], Counter({"": 1}))


async def test_what_waits_is_counted_by_age_and_frist(house: House) -> None:
    house.find(arbeid("K1"), replace(arbeid("K2"), frist=NIGHT))
    house.world.plan_faults = [BusinessException("ESTATE") for _ in range(2)]
    house.world.krav = {"K1": "old", "K2": "old"}
    await house.drain()
    house.sql("UPDATE work_item SET created_at = created_at - 8.5 * 86400 WHERE id = 1")
    seen = figures(house).backlog
    assert (seen.waits, seen.overdue) == ({QUEUE: 2}, {QUEUE: 1})
    assert seen.ages == (1, 0, 0, 1, 0, 0), "one of today, and one between seven and fourteen days old"
    assert seen.oldest == house.item(1).created_at


async def test_the_protected_are_a_count(house: House) -> None:
    house.queue("K1")
    house.world.plan_faults = [ProtectedFound()]
    await house.drain()
    seen = figures(house)
    assert (seen.count(Closed.PROTECTED), seen.count(*Closed)) == (1, 1)


async def test_proposals_are_counted_for_each_fordringshaver(house: House) -> None:
    house.automation.worth = 50_000
    house.queue("K1", "K2", "K3")
    await house.drain()
    with house.database.read() as c:
        first, second, _ = pending(c)
    approvals = Approvals(house.database, house.chain, LIMITS)
    assert approvals.approve([first], OLA, ["godkjenner"], "right", NIGHT) == {}
    assert approvals.reject([second], OLA, "wrong", NIGHT) == {}
    await house.drain()
    seen = figures(house)
    (bym,) = seen.fordringshavere
    assert (bym.navn, bym.approved, bym.rejected, bym.waits, bym.approved_oere) == ("BYM", 1, 1, 1, 50_000)
    assert (seen.count(Closed.HELPED), seen.by_hand) == (1, Counter(REJECTED=1))
    assert seen.backlog.awaiting_approval == 1
