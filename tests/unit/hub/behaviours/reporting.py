"""The control report balances: what came in is somewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from domain.errors import BusinessException
from hub.automation import ProtectedFound, Utelatt, Varsel, Vernet
from hub.report import ControlReport, NightReport, control_report, night_report
from tests.unit.hub.behaviours.house import KARI, NIGHT, QUEUE, House, night
from tests.unit.hub.fake_world import Fault, arbeid


def report(house: House, as_of: date = NIGHT) -> ControlReport:
    with house.database.read() as c:
        return control_report(c, QUEUE, as_of)


async def test_what_came_in_is_the_sum_of_where_it_went(house: House) -> None:
    krav = [f"K{n}" for n in range(8)]
    house.queue(*krav)
    house.people.close(8, KARI, "done by hand", NIGHT)
    house.world.plan_faults = [BusinessException("ESTATE"), ProtectedFound()]
    house.world.save_faults = [Fault.ANSWER_LOST]
    house.policy = replace(house.policy, under_way={"WORLD": 3000.0})
    await house.drain(limit=60.0)
    made = report(house)
    assert made.states == {
        "ready": 0,
        "deferred": 1,
        "running": 0,
        "completed": 4,
        "waiting": 1,
        "awaiting_approval": 0,
        "handled_manually": 1,
        "cancelled": 1,
    }
    assert (made.came_in, made.still_open) == (8, 1)
    assert sorted(item.status for item in made.items) == sorted(
        ["business", "completed", "completed", "completed", "completed", "deferred", "handled_manually"]
    ), "who is protected leaves every list, and is counted"


async def test_a_drain_of_an_earlier_night_closes_what_a_later_one_found_in_that_night(house: House) -> None:
    house.queue("K1", as_of=night(1))
    await house.drain(as_of=NIGHT)
    made = report(house, night(1))
    assert (made.states["completed"], made.still_open) == (1, 0)
    assert '"as_of": "2026-11-24"' in house.rows("step")[0].data, "its facts were judged as of that night too"
    house.world.krav["K1"] = "old"
    assert house.find(arbeid("K1"), as_of=night(1)).intake.add == [], "it has been done that night"


async def test_each_item_with_its_occasion_result_reason_and_krav(house: House) -> None:
    house.queue("K1")
    await house.drain()
    house.world.krav = {"K1": "old", "K2": "old"}
    house.find(arbeid("K1"), arbeid("K2"), as_of=night(1))
    house.world.plan_faults = [BusinessException("ESTATE")]
    await house.drain(as_of=night(1))
    shown = [(i.reference, i.status, i.result, i.reason, i.krav, i.attempts) for i in report(house, night(1)).items]
    assert shown == [
        ("WORLD:K1:2", "business", "", "ESTATE", ("K1",), 1),
        ("WORLD:K2", "completed", "MOVED", "", ("K2",), 1),
    ]
    assert [i.reference for i in report(house).items][:1] == ["WORLD:K1"]


def test_the_lines_are_those_of_this_nights_last_find(house: House) -> None:
    house.find(Utelatt("K1", "MINOR"))
    house.find(Utelatt("K2", "MINOR"), Varsel("K3", "WARN", date(2026, 12, 1), date(2026, 11, 30)), Vernet("K4"))
    lines = [(x.code, x.krav, x.last_interrupt_date, x.last_safe_workday, x.antall) for x in report(house).lines]
    assert lines == [
        ("MINOR", "K2", None, None, None),
        ("PROTECTED", None, None, None, 1),
        ("WARN", "K3", "2026-12-01", "2026-11-30", None),
    ]
    assert report(house, night(1)).lines == ()


async def test_what_was_listed_with_its_result_stays_listed_when_the_night_is_begun_again(house: House) -> None:
    house.queue("K1", "K2")
    house.find(arbeid("K1"), Varsel("K1", "MOVED"), arbeid("K2"), Varsel("K2", "OLD"))
    await house.drain()
    house.find(Varsel("K2", "LATE"))
    assert [(line.code, line.krav) for line in report(house).lines if line.krav] == [("LATE", "K2"), ("MOVED", "K1")]
    house.find(as_of=night(1))
    assert [line.krav for line in report(house, night(1)).lines] == [None], "it is of its own night"


# --- what a report is checked against


def whole(house: House, as_of: date = NIGHT) -> NightReport:
    with house.database.read() as c:
        return night_report(c, QUEUE, as_of)


async def test_the_receipts_of_a_night_are_those_of_its_attempts(house: House) -> None:
    house.queue("K1")
    await house.drain()
    house.queue("K2", as_of=night(1))
    house.world.plan_faults = [BusinessException("ESTATE")]
    await house.drain(as_of=night(1))
    first, second = whole(house), whole(house, night(1))
    assert [(done.reference, dict(done.receipts)) for done in first.done] == [
        ("WORLD:K1", {"move:K1": {"place": "new"}})
    ]
    (effect,) = first.done[0].plan.effects
    assert (effect.before, effect.after) == ({"place": "old"}, {"place": "new"})
    assert second.done == ()
    assert [run.kind for run in second.runs] == ["find", "drain"]
    found = second.runs[0]
    assert (found.outcome, found.ordered_by) == ("completed", "test")
    assert found.ended_at is not None
    assert found.started_at <= found.ended_at
    await house.drain(as_of=night(1))
    assert len(whole(house, night(1)).runs) == 2


async def test_an_item_half_done_shows_what_is_done_and_each_night_its_own(house: House) -> None:
    house.world.krav = {"K1": "old", "K2": "old"}
    house.find(arbeid("K1", "K2"))
    house.automation.separately = True
    house.world.save_faults = [None, Fault.SAVES_NOTHING]
    house.policy = replace(house.policy, retry=replace(house.policy.retry, max_attempts=1))
    await house.drain()
    assert house.states() == {"uncertain": 1}
    assert [set(done.receipts) for done in whole(house).done] == [{"move:K1"}]
    house.people.settle(1, False, KARI, "seen")
    await house.drain(as_of=night(1))
    assert [set(done.receipts) for done in whole(house, night(1)).done] == [{"move:K2"}]
    assert [set(done.receipts) for done in whole(house).done] == [{"move:K1"}]


async def test_what_a_person_says_was_done_has_no_receipt(house: House) -> None:
    house.queue("K1")
    house.world.save_faults = [Fault.SAVES_NOTHING]
    house.policy = replace(house.policy, retry=replace(house.policy.retry, max_attempts=1))
    await house.drain()
    house.people.settle(1, True, KARI, "seen")
    assert [dict(done.receipts) for done in whole(house).done] == [{"move:K1": None}]


async def test_an_erased_item_has_no_receipts_and_is_counted(house: House) -> None:
    house.queue("K1", "K2")
    await house.drain(limit=60.0)
    house.queue("K3", as_of=night(1))
    house.find(Vernet("K3"), as_of=night(1))
    made = whole(house, night(1))
    assert (made.taken_in, made.control.states["cancelled"], made.done) == (1, 1, ())


async def test_an_earlier_night_is_not_told_of_what_came_later(house: House) -> None:
    house.queue("K1", "K2")
    house.world.plan_faults = [BusinessException("ESTATE"), BusinessException("ESTATE")]
    await house.drain()
    house.find(arbeid("K1"), arbeid("K3"), as_of=night(1))
    made = whole(house)
    assert (made.taken_in, made.control.came_in, made.control.closed_later) == (2, 2, 1)
    assert [item.reference for item in made.control.items] == ["WORLD:K1"]
    later = whole(house, night(1))
    assert (later.taken_in, later.control.came_in, later.control.closed_later) == (3, 3, 0)


async def test_no_item_ends_without_a_night_to_account_for_it(house: House) -> None:
    house.queue("K1", "K2")
    await house.drain()
    with pytest.raises(IntegrityError, match="closed_when_finished"):
        house.sql("UPDATE work_item SET closed_as_of = NULL WHERE id = 1")
    made = whole(house)
    assert (made.taken_in, made.control.came_in) == (2, 2)
