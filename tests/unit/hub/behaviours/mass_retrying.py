"""Many items put back at once: one first, then at a rate, stopped when one fails again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from sqlalchemy.exc import DBAPIError

from domain.errors import BusinessException, SystemException
from hub.audit import Actor
from hub.automation import Look, Vernet
from hub.mass_retry import Outlook, Progress, Result, may_release
from hub.missing import NoSuch
from hub.release import ReleaseLevel
from hub.storage import mass_retries, queues
from hub.storage.approvals import barred
from hub.storage.mass_retries import Busy, Job, MassRetries
from hub.storage.moves import NotPossible
from tests.unit.hub.behaviours.following_up import all_wait
from tests.unit.hub.behaviours.house import KARI, NIGHT, OLA, QUEUE, House, night
from tests.unit.hub.fake_world import HOLD_OUT, OTHERS_MONEY, Fault, arbeid

DISPUTED = BusinessException("DISPUTED")
BROKEN = SystemException("WORLD", "answer", "500")


async def three_wait(house: House) -> None:
    await all_wait(house, arbeid("K1"), arbeid("K2"), arbeid("K3"))


def jobs(house: House) -> MassRetries:
    return MassRetries(house.database, house.chain)


def as_they_stand(house: House, *ids: int) -> dict[int, int]:
    """These items as somebody sees them now."""
    return {item_id: house.item(item_id).seq for item_id in ids}


def start(
    house: House, shown: Mapping[int, int], actor: Actor = KARI, *, one_first: bool = True, per_minute: int = 60
) -> int:
    return jobs(house).start(shown, actor, "PAX is up", one_first=one_first, per_minute=per_minute)


def job(house: House, job_id: int = 1) -> Job:
    with house.database.read() as c:
        return mass_retries.show(c, job_id)


def results(house: House, job_id: int = 1) -> dict[int, str | None]:
    return {item.item_id: item.result for item in job(house, job_id).items}


def a_minute_later(house: House) -> None:
    house.sql("UPDATE mass_retry_item SET released_at = released_at - 61 WHERE settled_at IS NULL")


async def test_one_first_and_the_rest_when_it_is_completed(house: House) -> None:
    await three_wait(house)
    start(house, as_they_stand(house, 1, 2, 3))
    assert jobs(house).step() == {QUEUE}
    assert house.states() == {"ready": 1, "business": 2}
    assert jobs(house).step() == set(), "until the first has come to its end there is nothing to do"
    assert await house.drain() == {"completed": 3}, "the drain itself releases the rest"
    assert results(house) == {1: "completed", 2: "completed", 3: "completed"}
    assert job(house).row.state == "completed"
    assert house.world.effects == {"K1": 1, "K2": 1, "K3": 1}


async def test_a_drain_alone_takes_it_from_beginning_to_end(house: House) -> None:
    await three_wait(house)
    start(house, as_they_stand(house, 1, 2, 3))
    assert await house.drain() == {"completed": 3}
    assert job(house).row.state == "completed"


async def test_a_drain_asks_before_its_first_item_and_after_its_last(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And never between two: that is the hot path."""
    asked, step = Counter[str](), MassRetries.step

    def counted(self: MassRetries) -> set[str]:
        asked["step"] += 1
        return step(self)

    monkeypatch.setattr(MassRetries, "step", counted)
    house.queue(*(f"K{n}" for n in range(5)))
    assert await house.drain() == {"completed": 5}
    assert asked == {"step": 2}


async def test_each_is_told_of_as_the_persons_own_act(house: House) -> None:
    await three_wait(house)
    start(house, as_they_stand(house, 2))
    jobs(house).step()
    told = house.rows("event", item_id=2)[-1].content
    assert '"action":"retry"' in told
    assert '"actor":"kari","role":"power","reason":"PAX is up","mass_retry":1' in told
    assert house.item(2).edited_by == "kari"


async def test_whoever_started_it_is_not_the_second_person(house: House) -> None:
    house.automation.worth = 100
    await three_wait(house)
    start(house, as_they_stand(house, 1, 2), one_first=False)
    assert await house.drain() == {"awaiting_approval": 2}
    assert results(house) == {1: "proposed", 2: "proposed"}
    assert job(house).row.state == "completed"
    with house.database.read() as c:
        assert barred(c, "kari") == {1, 2}


async def test_one_that_waits_for_approval_is_not_yet_the_one_that_went_well(house: House) -> None:
    """So they go one at a time, and none stands behind somebody who has not answered."""
    house.automation.worth = 100
    await three_wait(house)
    start(house, as_they_stand(house, 1, 2, 3))
    jobs(house).step()
    assert house.states() == {"ready": 1, "business": 2}
    assert await house.drain() == {"awaiting_approval": 3}


async def test_one_that_fails_again_stops_the_job(house: House) -> None:
    await three_wait(house)
    house.world.plan_faults = [BusinessException("ESTATE")]
    start(house, as_they_stand(house, 1, 2, 3))
    assert await house.drain() == {"business": 1}
    found = job(house)
    assert found.row.state == "failed"
    assert [(item.result, item.code) for item in found.items] == [
        ("waiting", "ESTATE"),
        ("not tried", None),
        ("not tried", None),
    ]
    assert house.states() == {"business": 3}
    assert len(house.rows("event", item_id=2)) == 3, "found, begun, stopped: it was not touched"


async def test_one_in_the_middle_that_fails_stops_it_too(house: House) -> None:
    await three_wait(house)
    start(house, as_they_stand(house, 1, 2, 3), one_first=False, per_minute=2)
    house.world.plan_faults = [None, DISPUTED]
    assert await house.drain() == {"completed": 1, "business": 1}
    assert results(house) == {1: "completed", 2: "waiting", 3: "not tried"}
    assert job(house).row.state == "failed"


async def test_what_is_under_way_when_it_stops_is_followed_to_its_end(house: House) -> None:
    await three_wait(house)
    start(house, as_they_stand(house, 1, 2, 3), one_first=False, per_minute=2)
    jobs(house).step()
    jobs(house).stop(1, OLA)
    assert (job(house).row.state, job(house).row.stopped_by) == ("stopped", "ola")
    assert results(house) == {1: None, 2: None, 3: "not tried"}
    assert await house.drain() == {"completed": 2}
    assert results(house) == {1: "completed", 2: "completed", 3: "not tried"}


async def test_no_more_than_so_many_a_minute(house: House) -> None:
    await three_wait(house)
    start(house, as_they_stand(house, 1, 2, 3), one_first=False, per_minute=2)
    for _ in range(3):
        jobs(house).step()
    assert house.states() == {"ready": 2, "business": 1}
    a_minute_later(house)
    jobs(house).step()
    assert house.states() == {"ready": 3}


def test_how_many_may_go_is_a_matter_of_numbers() -> None:
    for completed, under_way, lately, one_first, may in (
        (0, 0, 0, True, 1),  # the first
        (0, 1, 1, True, 0),  # it is under way
        (0, 0, 3, True, 1),  # it came to something else than an end: the next one is the first
        (1, 0, 1, True, 9),  # it went well: 10 a minute, and one has gone
        (1, 0, 12, True, 0),
        (0, 0, 0, False, 10),
        (0, 10, 10, False, 0),
    ):
        assert may_release(Progress(completed, under_way, lately), one_first=one_first, per_minute=10) == may


@pytest.mark.parametrize("stopped", [QUEUE, queues.EVERYTHING])
async def test_nothing_is_released_into_a_queue_that_stands_still(house: House, stopped: str) -> None:
    await three_wait(house)
    start(house, as_they_stand(house, 1, 2, 3), one_first=False)
    queues.pause(house.database, stopped, "person", OLA, "wait")
    assert jobs(house).step() == set()
    assert house.states() == {"business": 3}
    queues.release(house.database, stopped, OLA, "go on")
    assert await house.drain() == {"completed": 3}


async def test_one_that_somebody_changed_after_the_preview_is_left(house: House) -> None:
    await three_wait(house)
    shown = as_they_stand(house, 1, 2, 3)
    house.people.comment(1, OLA, "I am on the telephone about it")
    house.people.close(2, OLA, "paid", NIGHT)
    start(house, shown)
    assert await house.drain() == {"completed": 1}
    assert results(house) == {1: "changed", 2: "changed", 3: "completed"}
    assert house.states() == {"business": 1, "handled_manually": 1, "completed": 1}
    assert job(house).row.state == "completed"


async def test_two_people_over_the_same_items_one_job_has_each(house: House) -> None:
    await three_wait(house)
    start(house, as_they_stand(house, 1, 2))
    second = start(house, as_they_stand(house, 2, 3), OLA)
    assert results(house, second) == {2: "elsewhere", 3: None}
    with pytest.raises(Busy) as caught:
        start(house, as_they_stand(house, 1, 2, 3), OLA)
    assert caught.value.job_id == second
    with pytest.raises(DBAPIError):
        house.sql("INSERT INTO mass_retry_item (job_id, item_id, no, seq) VALUES (2, 1, 9, 3)")
    assert await house.drain() == {"completed": 3}
    assert house.world.effects == {"K1": 1, "K2": 1, "K3": 1}
    assert [row.state for row in house.rows("mass_retry")] == ["completed", "completed"]


async def test_an_item_is_free_when_its_job_has_ended(house: House) -> None:
    await three_wait(house)
    house.world.plan_faults = [DISPUTED]
    start(house, as_they_stand(house, 1, 2))
    await house.drain()
    second = start(house, as_they_stand(house, 1, 2))
    assert await house.drain() == {"completed": 2}
    assert results(house, second) == {1: "completed", 2: "completed"}


async def test_it_goes_on_in_another_process(house: House) -> None:
    """All there is of a job is in its rows: one begun here, with the first item done, is gone on with there."""
    await three_wait(house)
    start(house, as_they_stand(house, 1, 2, 3))
    jobs(house).step()
    held = house.claim(claims := house.claims())
    house.expire(held.item.id)  # the worker that had it was killed
    claims.close()
    assert await house.drain() == {"completed": 3}
    assert results(house) == {1: "completed", 2: "completed", 3: "completed"}


async def test_what_is_in_doubt_is_never_released(house: House) -> None:
    await three_wait(house)
    house.world.save_faults = [Fault.ANSWER_LOST]
    house.world.krav["K4"] = "old"
    house.find(*(arbeid(nr) for nr in ("K1", "K2", "K3", "K4")), as_of=night(1))
    house.world.look_faults = [None, Look.UNKNOWN]
    house.world.plan_faults = [None, DISPUTED, DISPUTED, DISPUTED]
    await house.drain(night(1))
    (item_id,) = [row.id for row in house.rows("work_item") if row.waiting_kind == "uncertain"]
    start(house, as_they_stand(house, item_id), one_first=False)
    jobs(house).step()
    assert results(house) == {item_id: "changed"}
    assert house.item(item_id).state == "waiting"


async def test_of_a_protected_person_no_row_is_left_and_the_job_goes_on(house: House) -> None:
    await all_wait(house, arbeid("HEMMELIG-1"), arbeid("K2"))
    start(house, as_they_stand(house, 1, 2))
    jobs(house).step()
    house.find(Vernet("HEMMELIG-1"), arbeid("K2"), as_of=night(1))
    assert house.item(1).state == "cancelled"
    await house.drain(night(1))
    assert set(results(house)) == {2}
    assert job(house).row.state == "completed"
    assert "HEMMELIG" not in house.everything()


async def test_nobody_writes_over_how_it_began_or_what_became_of_it(house: House) -> None:
    await three_wait(house)
    start(house, as_they_stand(house, 1))
    await house.drain()
    for statement in (
        "UPDATE mass_retry SET person = 'ola'",
        "DELETE FROM mass_retry",
        "UPDATE mass_retry_item SET result = 'waiting'",
        "DELETE FROM mass_retry_item",
    ):
        with pytest.raises(DBAPIError):
            house.sql(statement)


async def test_one_that_has_ended_cannot_be_stopped(house: House) -> None:
    await three_wait(house)
    start(house, as_they_stand(house, 1))
    await house.drain()
    with pytest.raises(NotPossible):
        jobs(house).stop(1, KARI)
    with pytest.raises(NoSuch):
        jobs(house).stop(9, KARI)


async def test_unknown_items_are_refused_whole(house: House) -> None:
    await three_wait(house)
    with pytest.raises(NoSuch):
        start(house, {1: 3, 99: 1})
    assert house.rows("mass_retry") == house.rows("mass_retry_item") == []


def outlooks(house: House, *asks_two: str) -> dict[int, Outlook]:
    ids = [row.id for row in house.rows("work_item")]
    with house.database.read() as c:
        return {each.item.id: each.outlook for each in mass_retries.preview(c, ids, asks_two)}


async def test_the_preview_says_what_will_happen_to_each(house: House) -> None:
    await three_wait(house)
    house.people.decide(2, OTHERS_MONEY, {"krav": "K2"}, KARI, "it is paid")
    house.world.plan_faults = [DISPUTED]
    await house.drain()
    house.people.close(3, KARI, "paid", NIGHT)
    assert outlooks(house) == {1: Outlook.GOES_ON, 2: Outlook.NEEDS_APPROVAL, 3: Outlook.GONE}
    assert outlooks(house, QUEUE)[1] is Outlook.NEEDS_APPROVAL
    queues.set_release_level(house.database, QUEUE, ReleaseLevel.EVERY_EFFECT, KARI, "new version")
    assert outlooks(house)[1] is Outlook.NEEDS_APPROVAL
    start(house, as_they_stand(house, 1))
    assert outlooks(house)[1] is Outlook.BUSY


async def test_a_plan_that_has_begun_goes_on_and_asks_nobody_again(house: House) -> None:
    house.automation.separately = True
    house.world.krav = {"K1": "old", "K2": "old"}
    house.find(arbeid("K1", "K2"))
    house.world.hooks["act"] = lambda: house.world.save_faults.extend([None, DISPUTED])
    await house.drain()
    assert house.item().reason == "DISPUTED"
    assert outlooks(house, QUEUE) == {1: Outlook.SKIPS_DONE}


async def test_a_decision_of_one_person_does_not_need_another(house: House) -> None:
    await three_wait(house)
    house.people.decide(2, HOLD_OUT, {"krav": "K2"}, KARI, "it is paid")
    house.world.plan_faults = [DISPUTED]
    await house.drain()
    assert outlooks(house)[2] is Outlook.GOES_ON


def test_every_result_is_one_the_table_takes(house: House) -> None:
    assert {result.value for result in Result} == {
        *("completed", "proposed", "waiting", "by hand", "changed", "elsewhere", "not tried")
    }
