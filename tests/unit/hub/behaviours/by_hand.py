"""What people do to items: put back, settle, close."""

from __future__ import annotations

import pytest

from domain.errors import BusinessException, SystemException
from hub.states import State
from hub.storage.claims import Outcome
from hub.storage.moves import Conflict, NotPossible
from tests.unit.hub.behaviours.attempts import settled
from tests.unit.hub.behaviours.house import KARI, NIGHT, House
from tests.unit.hub.fake_world import arbeid

BROKEN = SystemException("WORLD", "answer", "500")


async def uncertain(house: House, *krav: str) -> None:
    """An item whose effects may have happened."""
    house.world.krav = dict.fromkeys(krav, "old")
    house.find(arbeid(*krav))
    house.world.save_faults = [BROKEN] * 5
    assert await house.drain() == {"deferred": 4, "uncertain": 1}


async def test_put_back_goes_on_at_the_step_that_failed(house: House) -> None:
    house.automation.separately = True
    house.world.krav = {"K1": "old", "K2": "old"}
    house.find(arbeid("K1", "K2"))
    house.world.hooks["look"] = lambda: house.world.look_faults.extend([BROKEN] if house.world.effects else [])
    assert await house.drain() == {"deferred": 4, "system": 1}
    del house.world.hooks["look"]
    house.world.look_faults.clear()
    house.people.retry(1, KARI, "the system is up again")
    row = house.item()
    assert (row.state, row.waiting_kind, row.reason, row.spent) == ("ready", None, None, 0)
    assert await house.drain() == {"completed": 1}
    assert house.kinds().count("plan") == 1
    settled(house, "K1", "K2")


async def test_a_business_item_is_judged_anew_when_it_is_put_back(house: House) -> None:
    house.queue("K1")
    house.world.plan_faults = [BusinessException("ESTATE")]
    await house.drain()
    house.people.retry(1, KARI, "the register was wrong")
    assert await house.drain() == {"completed": 1}
    settled(house, "K1")


@pytest.mark.parametrize("state", ["ready", "deferred", "running", "awaiting_approval", "completed"])
def test_only_what_waits_can_be_put_back(house: House, state: str) -> None:
    house.queue("K1")
    if state != "ready":
        claims = house.claims()
        held = house.claim(claims)
        if state != "running":
            house.finish(claims, held, Outcome(State(state), "test"))
    with pytest.raises(NotPossible, match=f"is {state}: it does not wait for a person"):
        house.people.retry(1, KARI, "again")
    assert house.item().state == state


async def test_an_uncertain_item_is_settled_and_not_just_tried_again(house: House) -> None:
    await uncertain(house, "K1")
    with pytest.raises(NotPossible, match="settle it instead"):
        house.people.retry(1, KARI, "again")


async def test_a_person_says_it_happened(house: House) -> None:
    await uncertain(house, "K1", "K2")
    house.world.krav = dict.fromkeys(("K1", "K2"), "new")
    house.people.settle(1, True, KARI, "seen in PAX")
    assert await house.drain() == {"completed": 1}
    assert house.item().result == "MOVED"
    assert not house.world.effects, "the machine did nothing more"
    done = house.rows("step", kind="done")
    assert [row.key for row in done] == ["move:K1", "move:K2"]
    assert '"settled_by": "kari"' in done[0].data


async def test_a_person_says_it_did_not_happen(house: House) -> None:
    await uncertain(house, "K1")
    house.people.settle(1, False, KARI, "not there")
    assert await house.drain() == {"completed": 1}
    assert house.kinds().count("plan") == 2, "nothing has begun any more: the facts are read again"
    settled(house, "K1")


async def test_a_person_says_it_of_one_effect_at_a_time(house: House) -> None:
    await uncertain(house, "K1", "K2")
    house.world.krav["K1"] = "new"
    assert house.people.settle(1, {"move:K1": True}, KARI, "seen in PAX") == {"move:K2"}
    assert house.item().waiting_kind == "uncertain"
    with pytest.raises(NotPossible, match="move:K1 is no open effect of item 1"):
        house.people.settle(1, {"move:K1": True}, KARI, "seen in PAX")
    assert house.people.settle(1, {"move:K2": False}, KARI, "not there") == set()
    assert await house.drain() == {"completed": 1}
    assert house.kinds().count("plan") == 1, "its plan is finished as it is"
    assert house.world.effects == {"K2": 1}


async def test_a_person_says_it_of_each_effect(house: House) -> None:
    await uncertain(house, "K1", "K2", "K3")
    house.world.krav["K2"] = "new"
    assert house.people.settle(1, {"move:K2": True}, KARI, "seen in PAX") == {"move:K1", "move:K3"}
    assert house.item().waiting_kind == "uncertain", "the others are not settled yet"
    with pytest.raises(NotPossible, match=r"move:K2 is no open effect of item 1: move:K1, move:K3\."):
        house.people.settle(1, {"move:K2": False}, KARI, "no, not there")
    assert house.people.settle(1, {"move:K1": False, "move:K3": False}, KARI, "not there") == set()
    assert await house.drain() == {"completed": 1}
    assert house.world.effects == {"K1": 1, "K3": 1}
    assert (house.item().result, house.item().krav) == ("MOVED", "K1;K2;K3")


async def test_only_an_uncertain_item_is_settled(house: House) -> None:
    house.queue("K1")
    with pytest.raises(NotPossible, match="is not uncertain"):
        house.people.settle(1, True, KARI, "seen")
    with pytest.raises(NotPossible, match="There is no item 9"):
        house.people.settle(9, True, KARI, "seen")


async def test_where_nothing_is_in_doubt_there_is_nothing_to_settle(house: House) -> None:
    house.automation.separately = True
    house.world.krav = {"K1": "old", "K2": "old"}
    house.find(arbeid("K1", "K2"))
    house.world.hooks["verify"] = lambda: house.world.krav.update(K2="somewhere else")
    assert await house.drain() == {"uncertain": 1}
    with pytest.raises(NotPossible, match=r"No effect of item 1 is in doubt: put it back, or close it by hand\."):
        house.people.settle(1, False, KARI, "not there")
    house.world.hooks.clear()
    house.world.krav["K2"] = "old"
    house.people.retry(1, KARI, "moved back by whoever moved it")
    assert await house.drain() == {"completed": 1}
    settled(house, "K1", "K2")


async def test_closed_by_hand(house: House) -> None:
    await uncertain(house, "K1")
    house.people.close(1, KARI, "done in PAX", NIGHT)
    row = house.item()
    assert (row.state, row.waiting_kind, row.closed_as_of) == ("handled_manually", None, NIGHT.isoformat())
    assert await house.drain() == {}


def test_what_has_been_closed_stays_as_it_was_closed(house: House) -> None:
    house.queue("K1")
    house.people.close(1, KARI, "done", NIGHT)
    before = house.rows("event")
    with pytest.raises(NotPossible):
        house.people.close(1, KARI, "once more", NIGHT)
    with pytest.raises(NotPossible):
        house.people.retry(1, KARI, "again")
    assert house.item().rests == 1
    assert house.rows("event") == before


def test_nobody_closes_what_a_worker_holds(house: House) -> None:
    house.queue("K1")
    held = house.claim(claims := house.claims())
    with pytest.raises(NotPossible, match="is running and cannot become handled_manually"):
        house.people.close(1, KARI, "done", NIGHT)
    house.finish(claims, held, Outcome(State.COMPLETED, "complete", result="MOVED"))
    assert house.item().state == "completed"


async def test_who_acts_on_what_he_saw_is_told_when_it_has_changed(house: House) -> None:
    house.queue("K1")
    house.world.plan_faults = [BusinessException("ESTATE")]
    await house.drain()
    seen = house.item().seq
    house.people.retry(1, KARI, "again", seen)
    house.world.plan_faults = [BusinessException("MINOR")]
    await house.drain()
    with pytest.raises(Conflict):
        house.people.retry(1, KARI, "again", seen)
    with pytest.raises(Conflict):
        house.people.close(1, KARI, "done", NIGHT, seq=seen)
    assert house.item().reason == "MINOR"
