"""Taking a find in: occasions, renewal, rest, and what is never touched (ROUTINES, Common to all, 1)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from hub.automation import Memo, Utelatt, Vernet
from hub.states import State, WaitingKind
from hub.storage import begun, completed, memos
from hub.storage.claims import Outcome
from tests.unit.hub.behaviours.house import KARI, QUEUE, House, night
from tests.unit.hub.fake_world import Fault, arbeid

BUSINESS = Outcome(State.WAITING, "business", WaitingKind.BUSINESS, reason="ESTATE", spent=True)
TECHNIQUE = Outcome(State.WAITING, "system", WaitingKind.SYSTEM, reason="WORLD_SEND", spent=True)


def end(house: House, outcome: Outcome, *, started: bool = False, krav: str = "K1") -> None:
    """The next item, of this krav, ends so, with or without an effect begun."""
    claims = house.claims()
    held = house.claim(claims)
    claims.write_steps(held, house.plan_steps(f"move:{krav}", started=started))
    house.finish(claims, held, outcome)


def items(house: House) -> list[tuple[Any, ...]]:
    return [(row.reference, row.occasion, row.waiting_kind or row.state) for row in house.rows("work_item")]


def test_found_twice_the_same_night_adds_nothing(house: House) -> None:
    house.find(arbeid("K1"), arbeid("K2"))
    before = house.everything() if house.database.dialect == "postgresql" else None
    taken = house.find(arbeid("K1"), arbeid("K2"))
    assert (taken.intake.add, taken.intake.renew, taken.intake.close) == ([], [], [])
    assert items(house) == [("WORLD:K1", 1, "ready"), ("WORLD:K2", 1, "ready")]
    assert len(house.rows("event")) == 2
    assert before is None or "renew" not in house.everything()


def test_found_twice_in_one_find_is_one_item(house: House) -> None:
    house.find(arbeid("K1"), arbeid("K1"), arbeid("K1", "K2"))
    assert items(house) == [("WORLD:K1", 1, "ready")], "at most one open item for each krav"


async def test_done_tonight_and_found_again_tonight_adds_nothing(house: House) -> None:
    house.queue("K1")
    await house.drain()
    house.world.krav["K1"] = "old"
    house.find(arbeid("K1"))
    assert items(house) == [("WORLD:K1", 1, "completed")]


async def test_found_again_a_later_night_is_a_new_occasion(house: House) -> None:
    for n in range(3):
        house.world.krav["K1"] = "old"
        house.find(arbeid("K1"), as_of=night(n))
        await house.drain(as_of=night(n))
    assert items(house) == [("WORLD:K1", n, "completed") for n in (1, 2, 3)]
    assert house.world.effects == {"K1": 3}


def test_what_is_left_of_a_unit_is_found_again_though_one_of_its_krav_is_a_protected_persons_now(house: House) -> None:
    house.find(arbeid("K1", "K2", reference="UNIT"))
    house.find(Vernet("K1"), arbeid("K2", reference="UNIT"), as_of=night(1))
    first, second = house.rows("work_item")
    assert (first.state, first.krav) == ("cancelled", "")
    assert (second.reference, second.krav, second.state) == ("UNIT", "K2", "ready")


def test_a_krav_that_has_gone_to_another_unit_leaves_the_name_to_what_is_left(house: House) -> None:
    house.find(arbeid("K1", "K2", reference="UNIT"))
    house.find(arbeid("K1", reference="ANOTHER"), arbeid("K2", reference="UNIT"), as_of=night(1))
    assert sorted(row.krav for row in house.rows("work_item")) == ["K1", "K2"]
    assert sorted(row.reference for row in house.rows("work_item")) == ["ANOTHER", "UNIT"]


@pytest.mark.parametrize("held_too", [False, True])
def test_a_name_in_use_is_not_given_twice(house: House, held_too: bool) -> None:
    """The item of UNIT runs when its krav is found of ANOTHER; what is found of UNIT waits for the next find."""
    house.find(arbeid("K1", reference="UNIT"))
    house.claim()
    if held_too:
        house.find(arbeid("K1", reference="UNIT"), arbeid("K2", reference="A THIRD"))
    found = [arbeid("K1", reference="ANOTHER"), arbeid("K2", reference="UNIT")]
    house.find(*found, as_of=night(1))
    names = [("UNIT", "K1"), ("A THIRD", "K2")] if held_too else [("UNIT", "K1")]
    assert [(row.reference, row.krav) for row in house.rows("work_item")] == names
    assert not house.rows("work_item", state="completed"), "it has not gone, it only has to wait"
    house.expire(1)
    house.items.take_back(QUEUE, house.policy)
    house.find(*found, as_of=night(2))
    assert sorted((row.reference, row.krav) for row in house.rows("work_item")) == [("ANOTHER", "K1"), ("UNIT", "K2")]


def test_a_waiting_item_is_renewed_by_a_later_find(house: House) -> None:
    house.find(arbeid("K1", "K2", fingerprint="old facts"))
    end(house, BUSINESS)
    before = house.item()
    house.find(arbeid("K1", "K3", fingerprint="new facts"), as_of=night(1))
    row = house.item()
    assert items(house) == [("WORLD:K1+K3", 1, "ready")], "the reference of what it is now"
    assert (row.krav, row.payload, row.fingerprint) == ("K1;K3", '{"krav": ["K1", "K3"]}', "new facts")
    assert (row.reason, row.spent, row.as_of) == (None, 0, night(1).isoformat())
    assert (row.created_at, row.id) == (before.created_at, before.id), "same item, same age"


def test_the_same_night_renews_nothing(house: House) -> None:
    house.find(arbeid("K1", fingerprint="f1"))
    end(house, BUSINESS)
    house.find(arbeid("K1", fingerprint="f2"))
    assert (house.item().fingerprint, house.item().waiting_kind) == ("f1", "business")


def test_an_earlier_night_run_again_touches_nothing(house: House) -> None:
    house.find(arbeid("K1"), as_of=night(2))
    house.find(arbeid("K2"), as_of=night(1))
    assert items(house) == [("WORLD:K1", 1, "ready"), ("WORLD:K2", 1, "ready")]


@pytest.mark.parametrize("outcome", [BUSINESS, TECHNIQUE])
def test_when_the_reason_has_gone_it_closes_itself(house: House, outcome: Outcome) -> None:
    house.find(arbeid("K1"))
    end(house, outcome)
    house.find(Utelatt("K1", "DISPUTED"), as_of=night(1))
    row = house.item()
    assert (row.state, row.result, row.closed_as_of) == ("completed", "NOTHING_TO_DO", night(1).isoformat())


def test_an_item_that_has_not_been_taken_up_closes_the_same_way(house: House) -> None:
    house.find(arbeid("K1"), arbeid("K2"))
    house.find(arbeid("K2"), as_of=night(1))
    assert items(house) == [("WORLD:K1", 1, "completed"), ("WORLD:K2", 1, "ready")]


def test_a_begun_item_is_neither_renewed_nor_closed(house: House) -> None:
    house.find(arbeid("K1", "K2"))
    end(house, BUSINESS, started=True)
    house.find(arbeid("K1", "K3"), as_of=night(1))
    assert items(house) == [("WORLD:K1+K2", 1, "business")]
    house.find(as_of=night(2))
    assert items(house) == [("WORLD:K1+K2", 1, "business")]


@pytest.mark.parametrize("found", [True, False])
def test_a_begun_item_that_technique_stopped_is_tried_again_with_its_own_plan(house: House, found: bool) -> None:
    house.find(arbeid("K1", "K2"))
    end(house, TECHNIQUE, started=True)
    house.find(*([arbeid("K1", "K2", "K3")] if found else []), as_of=night(1))
    row = house.item()
    assert (row.state, row.reference, row.spent) == ("ready", "WORLD:K1+K2", 0)
    assert len(house.rows("work_item")) == 1


def test_what_somebody_holds_is_left_in_his_hands(house: House) -> None:
    house.find(arbeid("K1"), arbeid("K2"))
    uncertain = Outcome(State.WAITING, "uncertain", WaitingKind.UNCERTAIN, reason="EFFECT_NOT_SETTLED")
    end(house, uncertain)
    house.claim()
    before = items(house)
    assert [state for _, _, state in before] == ["uncertain", "running"]
    house.find(arbeid("K1", "K4"), as_of=night(1))
    house.find(as_of=night(2))
    assert items(house) == before


def test_a_running_item_keeps_others_off_its_krav_for_the_night(house: House) -> None:
    house.find(arbeid("K1", "K2"))
    house.claim()
    house.find(arbeid("K2", "K3"), arbeid("K4"), as_of=night(1))
    assert items(house) == [("WORLD:K1+K2", 1, "running"), ("WORLD:K4", 1, "ready")]


def test_two_items_that_have_become_one(house: House) -> None:
    house.find(arbeid("K1", "K2"), arbeid("K3", "K4"))
    house.find(arbeid("K1", "K2", "K3", "K4"), as_of=night(1))
    assert items(house) == [("WORLD:K1+K2+K3+K4", 1, "ready"), ("WORLD:K3+K4", 1, "completed")]


def test_one_item_that_has_become_two(house: House) -> None:
    house.find(arbeid("K1", "K2", "K3", "K4"))
    house.find(arbeid("K1", "K2"), arbeid("K3", "K4"), as_of=night(1))
    assert items(house) == [("WORLD:K1+K2", 1, "ready"), ("WORLD:K3+K4", 1, "ready")]


def test_its_namesake_goes_on_when_several_overlap(house: House) -> None:
    house.find(arbeid("K1", "K2"), arbeid("K3", reference="the one"))
    house.find(arbeid("K2", "K3", reference="the one"), as_of=night(1))
    assert items(house) == [("WORLD:K1+K2", 1, "completed"), ("the one", 1, "ready")]


def test_renewed_into_a_reference_that_has_been(house: House) -> None:
    house.find(arbeid("K1", reference="A"))
    house.people.close(1, KARI, "handled", night(0))
    house.find(arbeid("K1", "K2", reference="B"), as_of=night(1))
    house.find(arbeid("K1", reference="A", fingerprint="f2"), as_of=night(2))
    assert items(house) == [("A", 1, "handled_manually"), ("A", 2, "ready")]


def test_nothing_is_renewed_into_what_a_person_has_closed(house: House) -> None:
    house.find(arbeid("K1", "K2", reference="A"))
    house.people.close(1, KARI, "skal ikke behandles", night(0))
    house.find(arbeid("K1", "K2", "K3", reference="B"), as_of=night(1))
    house.find(arbeid("K1", "K2", reference="A"), as_of=night(2))
    assert items(house) == [("A", 1, "handled_manually"), ("B", 1, "completed")]
    assert house.item(2).result == "NOTHING_TO_DO"


def test_closed_by_hand_it_rests_until_the_facts_change(house: House) -> None:
    house.find(arbeid("K1", fingerprint="f1"))
    house.people.close(1, KARI, "skal ikke behandles", night(0))
    house.find(arbeid("K1", fingerprint="f1"), as_of=night(1))
    assert items(house) == [("WORLD:K1", 1, "handled_manually")]
    house.find(arbeid("K1", fingerprint="f2"), as_of=night(2))
    assert items(house) == [("WORLD:K1", 1, "handled_manually"), ("WORLD:K1", 2, "ready")]


def test_it_rests_also_when_each_night_has_a_reference_of_its_own(house: House) -> None:
    house.find(arbeid("K1", reference="K1:night 0"))
    house.people.close(1, KARI, "skal ikke behandles", night(0))
    house.find(arbeid("K1", reference="K1:night 1"), arbeid("K2"), as_of=night(1))
    assert items(house) == [("K1:night 0", 1, "handled_manually"), ("WORLD:K2", 1, "ready")]
    house.find(arbeid("K1", reference="K1:night 2", fingerprint="f2"), as_of=night(2))
    assert items(house)[-1] == ("K1:night 2", 1, "ready")


def test_a_protected_krav_does_not_take_the_others_with_it(house: House) -> None:
    house.find(arbeid("K1", "K2"))
    house.find(Vernet("K2"), arbeid("K1", "K3"), as_of=night(1))
    assert items(house) == [("slettet:1", 1, "cancelled"), ("WORLD:K1+K3", 1, "ready")]


def test_a_krav_that_is_both_found_and_protected_is_protected(house: House) -> None:
    house.find(arbeid("K1"), Vernet("K1"))
    assert items(house) == []


async def test_a_find_while_workers_are_at_it_disturbs_nobody(house: House) -> None:
    """The find and the claims see each other's rows whole, or not at all."""
    krav = [f"K{n:02}" for n in range(40)]
    house.queue(*krav, as_of=night(0))
    drain = asyncio.create_task(house.drain(as_of=night(1), lanes=2))
    for n in range(1, 6):
        left = [arbeid(nr) for nr in krav if house.world.krav[nr] == "old"]
        await asyncio.to_thread(house.find, *left, as_of=night(n))
    await drain
    await house.drain(as_of=night(6))
    assert set(house.world.effects.values()) == {1}
    assert set(house.world.krav.values()) == {"new"}
    assert set(house.states()) == {"completed"}


def test_a_find_that_breaks_takes_nothing_in(house: House) -> None:
    house.find(arbeid("K1"), Memo("feed", "41"))
    strange = arbeid("K3", target="NOBODY KNOWS IT")
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        house.find(arbeid("K1"), Memo("feed", "42"), arbeid("K2"), strange, as_of=night(1))
    assert memos.read(house.database, QUEUE) == {"feed": "41"}, "what the feed told is asked for again"
    assert items(house) == [("WORLD:K1", 1, "ready")]
    assert house.item().as_of == night(0).isoformat()
    assert len(house.rows("report_line")) == 1


@pytest.mark.parametrize(("started", "krav"), [(False, "K2"), (True, "K1")])
def test_an_occasion_that_has_got_other_krav_is_the_same_item(house: House, started: bool, krav: str) -> None:
    """All it was about is settled, and something else has come. An item that has begun is finished first."""
    house.find(arbeid("K1"))
    end(house, TECHNIQUE, started=started)
    house.find(replace(arbeid("K2"), reference="WORLD:K1"), as_of=night(1))
    (row,) = house.rows("work_item")
    assert (row.reference, row.krav, row.state) == ("WORLD:K1", krav, "ready")


async def test_what_was_begun_is_finished_after_a_find_that_no_longer_sees_it(house: House) -> None:
    house.queue("K1")
    house.world.save_faults = [Fault.ANSWER_LOST]
    house.policy = replace(house.policy, under_way={"WORLD": 3000.0})
    await house.drain()
    house.find(as_of=night(1))
    house.sql("UPDATE work_item SET ready_at = 0")
    assert await house.drain(as_of=night(1)) == {"completed": 1}
    assert house.item().result == "MOVED"
    assert house.world.effects == {"K1": 1}


def test_what_a_find_asks_to_have_kept_is_there_for_the_next(house: House) -> None:
    house.find(Memo("feed", "41"), Memo("enhet:1", "konkurs"), Memo("enhet:2", "slettet"), arbeid("K1"))
    house.find(Memo("feed", "42"), Memo("enhet:1", None), Memo("never", None), as_of=night(1))
    assert memos.read(house.database, QUEUE) == {"feed": "42", "enhet:2": "slettet"}
    assert memos.read(house.database, "another") == {}


def test_of_two_memos_with_one_key_the_last_stands(house: House) -> None:
    house.find(Memo("feed", "41"), Memo("feed", "42"))
    assert memos.read(house.database, QUEUE) == {"feed": "42"}


async def test_what_has_been_carried_out_is_told_with_its_day(house: House) -> None:
    house.queue("K1", "K2")
    await house.drain()
    house.world.krav |= {"K1": "old", "K3": "old"}
    house.find(arbeid("K1"), arbeid("K3"), as_of=night(1))
    assert completed.read(house.database, QUEUE, "MOVED") == {"WORLD:K1": night(0), "WORLD:K2": night(0)}
    await house.drain(as_of=night(1))
    assert completed.read(house.database, QUEUE, "MOVED") == {
        "WORLD:K1": night(1),
        "WORLD:K2": night(0),
        "WORLD:K3": night(1),
    }
    assert completed.read(house.database, QUEUE, "NOTHING_TO_DO") == {}
    assert completed.read(house.database, "another", "MOVED") == {}


async def test_what_closed_items_have_begun_is_told_with_its_plan(house: House) -> None:
    """K1 is done; of K2 nobody knows, and a person closed it; K3 is still open; of K4 nothing was begun."""
    house.queue("K1")
    await house.drain()
    for krav, started in (("K2", True), ("K3", True), ("K4", False)):
        house.queue(krav)
        end(house, TECHNIQUE, started=started, krav=krav)
    open_ids = {row.reference: row.id for row in house.rows("work_item")}
    house.people.close(open_ids["WORLD:K2"], KARI, "ført for hånd", night(0))
    house.people.close(open_ids["WORLD:K4"], KARI, "ført for hånd", night(0))
    keys = [f"move:K{n}" for n in range(1, 6)]
    found = begun.read(house.database, QUEUE, keys)
    assert [(key, plan.result) for key, plan in found] == [("move:K1", "MOVED"), ("move:K2", "MOVED")]
    assert begun.read(house.database, QUEUE, ["move:K1"]) == found[:1]
    assert begun.read(house.database, "another", keys) == []
