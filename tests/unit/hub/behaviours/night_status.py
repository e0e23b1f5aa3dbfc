"""How a night stands, as the message of the morning counts it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import BusinessException
from hub.storage import night_status, runs
from hub.storage.night_status import Found, NightStatus
from tests.unit.hub.behaviours.house import ANSWER_TIME, KARI, NIGHT, QUEUE, House, night
from tests.unit.hub.fake_world import arbeid


def standing(house: House, n: int = 0) -> NightStatus:
    with house.database.read() as c:
        (status,) = night_status.read(c, [QUEUE], night(n))
    return status


async def test_what_is_done_and_what_waits_is_counted(house: House) -> None:
    house.queue("K1", "K2", "K3", "K4")
    house.world.plan_faults = [BusinessException("DISPUTED"), BusinessException("DISPUTED")]
    await house.drain()
    assert standing(house) == NightStatus(QUEUE, Found.DONE, done=2, waits=2, overdue=0, proposals=0)
    after = ANSWER_TIME.days + 1
    assert standing(house, after) == NightStatus(QUEUE, Found.NOT_BEGUN, done=0, waits=2, overdue=2, proposals=0)
    house.people.postpone(1, NIGHT + timedelta(days=2), KARI, "later")
    assert standing(house).waits == 1


async def test_what_there_was_nothing_to_do_with_is_not_called_done(house: House) -> None:
    house.queue("K1")
    house.find(as_of=night(1))
    assert [row.result for row in house.rows("work_item")] == ["NOTHING_TO_DO"]
    assert standing(house, 1).done == 0


async def test_a_proposal_waits_for_the_second_person(house: House) -> None:
    house.automation.worth = 66_000
    house.queue("K1")
    await house.drain()
    assert standing(house).proposals == 1


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        ([], Found.NOT_BEGUN),
        ([("find", None)], Found.UNDER_WAY),
        ([("find", "failed")], Found.FAILED),
        ([("find", "failed"), ("find", None)], Found.UNDER_WAY),
        ([("dry", "completed")], Found.DRY),
        ([("find", "completed"), ("find", "failed")], Found.DONE),
        ([("drain", "completed")], Found.NOT_BEGUN),
    ],
)
def test_a_night_has_run_when_a_find_of_it_came_to_its_end(
    house: House, ends: list[tuple[str, str | None]], found: Found
) -> None:
    for kind, outcome in ends:
        run_id = runs.begin(house.database, QUEUE, kind, night(3), "test", None)
        if outcome:
            runs.end(house.database, run_id, outcome)
    assert standing(house, 3).found is found
    assert standing(house, 4).found is Found.NOT_BEGUN, "of another night"


def test_when_it_began_is_told_of_one_that_is_under_way(house: House) -> None:
    runs.end(house.database, runs.begin(house.database, QUEUE, "find", NIGHT, "test", None), "failed")
    assert standing(house).began is None
    run_id = runs.begin(house.database, QUEUE, "find", NIGHT, "test", None)
    assert standing(house).began == house.rows("run", id=run_id)[0].started_at
    runs.end(house.database, run_id, "completed")
    assert standing(house).began is None


def test_an_automation_nobody_has_run_is_told_too(house: House) -> None:
    house.find(arbeid("K1"))
    with house.database.read() as c:
        both = night_status.read(c, ["never", QUEUE], NIGHT)
    assert [(each.automation, each.found) for each in both] == [("never", Found.NOT_BEGUN), (QUEUE, Found.DONE)]
