"""What waits for people: their decisions, whose it is, what is postponed, and how it is found."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from domain.errors import BusinessException, SystemException
from hub.audit import Actor
from hub.automation import Arbeid, Vernet
from hub.states import State, WaitingKind
from hub.storage import beslutninger, keys, worklist
from hub.storage.approvals import barred, pending, with_plans
from hub.storage.by_hand import Held
from hub.storage.claims import Outcome
from hub.storage.moves import Conflict, NotPossible
from hub.storage.worklist import Cause, Selection, Totals, Whose
from tests.unit.hub.behaviours.attempts import settled
from tests.unit.hub.behaviours.auditing import broken
from tests.unit.hub.behaviours.house import ANSWER_TIME, KARI, NIGHT, OLA, QUEUE, House, night
from tests.unit.hub.fake_world import HOLD_OUT, OTHERS_MONEY, arbeid

DISPUTED = BusinessException("DISPUTED")
BROKEN = SystemException("WORLD", "answer", "500")
ALL = Selection("kari", NIGHT)


async def waiting(house: House, *krav: str) -> None:
    """One item of these krav, about which the automation has asked a person."""
    await all_wait(house, arbeid(*krav))


async def all_wait(house: House, *work: Arbeid, faults: Sequence[Exception] = ()) -> None:
    """These items, one after another, wait for a person."""
    house.world.krav |= {nr: "old" for each in work for nr in each.krav}
    house.find(*work)
    house.world.plan_faults = list(faults or [DISPUTED] * len(work))
    await house.drain()
    assert {row.state for row in house.rows("work_item")} == {"waiting"}


def found(house: House, text: str) -> list[int]:
    with house.database.read() as c:
        return list(keys.find_items(c, [text], 10))


def listed(house: House, selection: Selection) -> list[int]:
    with house.database.read() as c:
        return [row.id for row in worklist.page(c, selection, 0, 50)]


def totals(house: House, today: date = NIGHT) -> Totals:
    with house.database.read() as c:
        return worklist.totals(c, "kari", today)


async def test_the_next_plan_is_made_from_the_decision(house: House) -> None:
    await waiting(house, "K1", "K2")
    house.people.decide(1, HOLD_OUT, {"krav": "K2"}, KARI, "K2 is paid")
    assert await house.drain() == {"completed": 1}
    assert house.world.effects == {"K1": 1}
    assert house.item().krav == "K1"
    (row,) = house.rows("beslutning")
    assert (row.kode, row.code, row.person, row.role, row.reason) == (
        "HOLD_OUT",
        "DISPUTED",
        "kari",
        "power",
        "K2 is paid",
    )


async def test_a_decision_is_told_in_the_history(house: House) -> None:
    await waiting(house, "K1", "K2")
    house.people.decide(1, HOLD_OUT, {"krav": "K2"}, KARI, "K2 is paid")
    told = house.rows("event", item_id=1)[-1]
    assert '"action":"decide"' in told.content
    assert '"beslutning":"HOLD_OUT"' in told.content
    assert house.rows("beslutning")[0].seq == told.seq


async def test_the_newest_decision_counts(house: House) -> None:
    await waiting(house, "K1", "K2")
    house.world.plan_faults = [DISPUTED]
    house.people.decide(1, HOLD_OUT, {"krav": "K1"}, KARI, "K1 is paid")
    assert await house.drain() == {"business": 1}
    house.people.decide(1, HOLD_OUT, {"krav": "K2"}, OLA, "no, K2 is")
    assert await house.drain() == {"completed": 1}
    assert house.world.effects == {"K1": 1}


async def test_a_decision_about_other_facts_is_not_read(house: House) -> None:
    await waiting(house, "K1", "K2")
    house.world.plan_faults = [DISPUTED]
    house.people.decide(1, HOLD_OUT, {"krav": "K2"}, KARI, "K2 is paid")
    assert await house.drain() == {"business": 1}
    house.find(arbeid("K1", "K2", fingerprint="f2"), as_of=night(1))
    assert await house.drain(night(1)) == {"completed": 1}
    assert house.world.effects == {"K1": 1, "K2": 1}


async def test_a_decision_about_money_makes_the_plan_wait_for_somebody_else(house: House) -> None:
    await waiting(house, "K1", "K2")
    house.people.decide(1, OTHERS_MONEY, {"krav": "K2"}, KARI, "K2 is paid")
    assert await house.drain() == {"awaiting_approval": 1}
    assert not house.world.effects
    with house.database.read() as c:
        assert [plan.krav for _, plan in with_plans(c, pending(c))] == [("K1",)]
        assert barred(c, "kari") == {1}, "whoever decided is not the second person"
        assert barred(c, "ola") == set()


async def test_a_decision_needs_a_plan_that_has_not_begun(house: House) -> None:
    house.automation.separately = True
    house.world.krav = {"K1": "old", "K2": "old"}
    house.find(arbeid("K1", "K2"))
    house.world.hooks["act"] = lambda: house.world.save_faults.extend([None, DISPUTED])
    await house.drain()
    row = house.item()
    assert (row.state, row.reason) == ("waiting", "DISPUTED")
    with pytest.raises(NotPossible, match="has begun and is finished as it is"):
        house.people.decide(1, HOLD_OUT, {"krav": "K2"}, KARI, "K2 is paid")
    assert house.rows("beslutning") == []


async def test_a_decision_is_append_only(house: House) -> None:
    await waiting(house, "K1", "K2")
    house.people.decide(1, HOLD_OUT, {"krav": "K2"}, KARI, "K2 is paid")
    for statement in ("UPDATE beslutning SET data = '{}'", "DELETE FROM beslutning"):
        with pytest.raises(DBAPIError):
            house.sql(statement)


async def test_of_a_protected_person_no_decision_and_no_name_is_left(house: House) -> None:
    await waiting(house, "HEMMELIG-1")
    house.people.take(1, KARI)
    house.people.comment(1, KARI, "HEMMELIG-1 is odd")
    house.people.decide(1, HOLD_OUT, {"krav": "HEMMELIG-1"}, KARI, "HEMMELIG-1")
    house.find(Vernet("HEMMELIG-1"), as_of=night(1))
    assert house.item().state == "cancelled"
    assert house.rows("beslutning") == house.rows("item_key") == []
    assert (house.item().frist, house.item().assigned_to) == (None, None)
    assert "HEMMELIG" not in house.everything()


async def test_somebody_takes_it_and_gives_it_back(house: House) -> None:
    await waiting(house, "K1")
    house.people.take(1, KARI)
    assert house.item().assigned_to == "kari"
    assert listed(house, replace(ALL, whose=Whose.MINE)) == [1]
    assert listed(house, replace(ALL, whose=Whose.FREE)) == []
    house.people.give_back(1, KARI)
    assert house.item().assigned_to is None
    assert listed(house, replace(ALL, whose=Whose.FREE)) == [1]


async def test_of_many_those_are_taken_that_wait_and_that_nobody_has(house: House) -> None:
    await all_wait(house, arbeid("K1"), arbeid("K2"), arbeid("K3"))
    house.people.take(1, OLA)
    house.people.close(2, OLA, "done in the system", NIGHT)
    assert house.people.take_free([1, 2, 3, 99], KARI) == Held(now=1, before=0)
    assert [house.item(n).assigned_to for n in (1, 2, 3)] == ["ola", None, "kari"]
    assert house.people.take_free([1, 2, 3], KARI) == Held(now=0, before=1)
    assert house.people.take_free([], KARI) == Held(now=0, before=0)
    assert broken(house) == []


async def test_of_two_who_take_the_same_at_once_each_gets_what_the_other_has_not(house: House) -> None:
    await all_wait(house, *(arbeid(f"K{n}") for n in range(1, 9)))
    begin = threading.Barrier(2)

    def take(actor: Actor) -> int:
        begin.wait()
        return house.people.take_free(range(1, 9), actor).now

    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(take, (KARI, OLA)))
    assert sorted(taken) == [0, 8], "whoever comes first gets them all, and in one transaction"
    assert len({house.item(n).assigned_to for n in range(1, 9)}) == 1
    assert broken(house) == []


async def test_two_people_on_one_item_the_second_changes_nothing(house: House) -> None:
    await waiting(house, "K1")
    seen = house.item().seq
    house.people.take(1, KARI, seen)
    with pytest.raises(Conflict):
        house.people.take(1, OLA, seen)
    with pytest.raises(Conflict):
        house.people.decide(1, HOLD_OUT, {"krav": "K1"}, OLA, "mine", seen)
    assert house.item().assigned_to == "kari"
    assert house.rows("beslutning") == []


async def test_a_postponed_item_is_out_of_the_list_until_its_day(house: House) -> None:
    await waiting(house, "K1")
    house.people.postpone(1, night(3), KARI, "the owner answers on Thursday")
    assert listed(house, ALL) == []
    assert listed(house, replace(ALL, postponed=True)) == [1]
    assert totals(house) == Totals(waits=0, overdue=0, mine=0, free=0, postponed=1)
    assert listed(house, replace(ALL, today=night(3))) == [1]
    house.people.retry(1, KARI, "he has answered")
    assert house.item().postponed_until is None


async def test_a_find_lets_a_postponed_item_rest_until_its_day_or_until_its_facts_have_changed(house: House) -> None:
    await all_wait(house, arbeid("K1"), arbeid("K2"))
    for item_id in (1, 2):
        house.people.postpone(item_id, night(3), KARI, "the owner answers on Thursday")
    house.find(arbeid("K1"), replace(arbeid("K2"), fingerprint="changed"), as_of=night(1))
    assert [house.item(n).postponed_until for n in (1, 2)] == [night(3).isoformat(), None]
    assert [house.item(n).state for n in (1, 2)] == ["waiting", "ready"]
    house.find(arbeid("K1"), arbeid("K2"), as_of=night(3))
    assert (house.item(1).state, house.item(1).postponed_until) == ("ready", None)


async def test_a_postponed_item_is_closed_when_its_reason_has_gone(house: House) -> None:
    await waiting(house, "K1")
    house.people.postpone(1, night(3), KARI, "the owner answers on Thursday")
    house.find(as_of=night(1))
    assert (house.item().state, house.item().result) == ("completed", "NOTHING_TO_DO")


async def test_what_technique_stopped_and_a_person_postponed_is_not_tried_before_its_day(house: House) -> None:
    house.queue("K1")
    claims = house.claims()
    held = house.claim(claims)
    claims.write_steps(held, house.plan_steps("K1", started=True))
    house.finish(claims, held, Outcome(State.WAITING, "fail", WaitingKind.SYSTEM, "SYSTEM_DOWN"))
    house.people.postpone(1, night(2), KARI, "the owner mends it tomorrow")
    house.find(arbeid("K1"), as_of=night(1))
    assert house.item().state == "waiting"
    house.find(arbeid("K1"), as_of=night(2))
    assert house.item().state == "ready"


async def test_only_what_waits_is_taken_postponed_or_commented(house: House) -> None:
    house.queue("K1")
    for act in (
        lambda: house.people.take(1, KARI),
        lambda: house.people.give_back(1, KARI),
        lambda: house.people.postpone(1, night(1), KARI, "later"),
        lambda: house.people.comment(1, KARI, "odd"),
        lambda: house.people.decide(1, HOLD_OUT, {"krav": "K1"}, KARI, "odd"),
    ):
        with pytest.raises(NotPossible):
            act()
    assert len(house.rows("event", item_id=1)) == 1


async def test_the_list_has_the_nearest_deadline_first(house: House) -> None:
    far, near = NIGHT + timedelta(days=60), NIGHT + timedelta(days=1)
    await all_wait(house, *(replace(arbeid(nr), frist=day) for nr, day in (("K1", far), ("K2", None), ("K3", near))))
    frister = {row.id: row.frist for row in house.rows("work_item")}
    assert frister[2] == (NIGHT + ANSWER_TIME).isoformat(), "what the law sets no deadline for has the office's own"
    assert [frister[item] for item in listed(house, ALL)] == sorted(frister.values())


async def test_a_deadline_of_the_office_is_not_moved_by_a_later_find(house: House) -> None:
    await waiting(house, "K1")
    house.world.plan_faults = [DISPUTED]
    house.find(arbeid("K1", fingerprint="f2"), as_of=night(4))
    assert house.item().frist == (NIGHT + ANSWER_TIME).isoformat()


async def test_causes_are_counted_whatever_cause_is_asked_for(house: House) -> None:
    await all_wait(house, *map(arbeid, ("K1", "K2", "K3")), faults=[DISPUTED, DISPUTED, *[BROKEN] * 5])
    asked = replace(ALL, kind=WaitingKind.SYSTEM, reason="WORLD_ANSWER")
    with house.database.read() as c:
        assert worklist.causes(c, asked) == [
            Cause(WaitingKind.BUSINESS, "DISPUTED", 2),
            Cause(WaitingKind.SYSTEM, "WORLD_ANSWER", 1),
        ]
    assert listed(house, asked) == [3]
    assert totals(house, night(30)) == Totals(waits=3, overdue=3, mine=0, free=3, postponed=0)


@pytest.mark.parametrize("text", ["PX-0123 4567", "px01234567", " PX01234567 ", "2024/00 017"])
def test_an_item_is_found_by_krav_and_case_whatever_the_punctuation(house: House, text: str) -> None:
    house.find(replace(arbeid("PX01234567"), saker=("202400017",)), arbeid("PX01234568"))
    assert found(house, text) == [1]


def test_a_name_that_begins_so_is_found_when_none_is_just_that(house: House) -> None:
    house.find(arbeid("PX0123"), arbeid("PX01234"), arbeid("PX01235"))
    assert found(house, "PX0123") == [1]
    assert found(house, "PX012") == [3, 2, 1]
    assert found(house, "PX0") == [], "too short to be anything but a guess"
    assert found(house, "/- ") == []


async def test_a_krav_that_a_later_find_leaves_out_still_leads_to_the_item(house: House) -> None:
    house.find(arbeid("K1000", "K3000"))
    house.find(arbeid("K2000", "K3000", fingerprint="f2"), as_of=night(1))
    assert found(house, "K1000") == found(house, "K2000") == [1]


async def test_those_of_the_same_cause_are_shown_together(house: House) -> None:
    await all_wait(house, *map(arbeid, ("K1", "K2", "K3")))
    with house.database.read() as c:
        count, rows = worklist.similar(c, house.item(1), NIGHT, 1)
        assert (count, [row.id for row in rows]) == (2, [2])
        assert worklist.following(c, ALL, 1) == 2
        assert worklist.following(c, ALL, 3) == 1
    house.people.close(1, KARI, "done", NIGHT)
    with house.database.read() as c:
        assert worklist.following(c, ALL, 1) == 2


async def test_those_that_rest_or_are_of_another_kind_are_not_shown_with_them(house: House) -> None:
    """As the list is that the page leads to."""
    await all_wait(house, *map(arbeid, ("K1", "K2", "K3", "K4")))
    house.sql("UPDATE work_item SET waiting_kind = 'uncertain' WHERE id = 4")
    house.people.postpone(2, night(3), KARI, "the owner answers on Thursday")
    with house.database.read() as c:
        assert [row.id for row in worklist.similar(c, house.item(1), NIGHT, 9)[1]] == [3]
        assert [row.id for row in worklist.similar(c, house.item(1), night(3), 9)[1]] == [2, 3]


async def test_whoever_took_it_has_it_again_when_it_comes_back(house: House) -> None:
    await waiting(house, "K1")
    house.people.take(1, KARI)
    house.world.plan_faults = [DISPUTED]
    house.people.retry(1, KARI, "again")
    await house.drain()
    assert listed(house, replace(ALL, whose=Whose.MINE)) == [1]
    house.people.retry(1, Actor("kari", "saksbehandler"), "again")
    assert await house.drain() == {"completed": 1}
    settled(house, "K1")


async def test_a_find_reads_every_decision_of_its_queue_also_of_closed_items(house: House) -> None:
    await waiting(house, "K1", "K2")
    house.people.decide(1, HOLD_OUT, {"krav": "K2"}, KARI, "K2 is paid")
    assert await house.drain() == {"completed": 1}
    (said,) = beslutninger.read_all(house.database, QUEUE)
    assert (said.kode, said.data, said.person, said.fingerprint) == ("HOLD_OUT", {"krav": "K2"}, "kari", "f1")
    assert beslutninger.read_all(house.database, "another") == ()


async def test_the_newest_decision_on_the_same_facts_counts(house: House) -> None:
    await all_wait(house, arbeid("K1", fingerprint="facts"), arbeid("K2", fingerprint="others"))
    for item, krav in ((1, "K7"), (2, "K8")):
        house.people.decide(item, HOLD_OUT, {"krav": krav}, KARI, "paid")
    assert await house.drain() == {"completed": 2}
    house.find(arbeid("K3", fingerprint="facts"), as_of=night(1))
    house.world.krav["K3"] = "old"
    house.world.plan_faults = [BusinessException("ESTATE")]
    await house.drain(as_of=night(1))
    house.people.decide(3, HOLD_OUT, {"krav": "K9"}, KARI, "that one after all")
    said = beslutninger.find_newest(house.database, QUEUE, "facts")
    assert said is not None
    assert said.data == {"krav": "K9"}
    assert beslutninger.find_newest(house.database, QUEUE, "never seen") is None
    assert beslutninger.find_newest(house.database, "another", "facts") is None


async def test_whoever_decided_on_the_facts_is_not_the_second_person_in_a_later_item_either(house: House) -> None:
    await all_wait(house, arbeid("K1", fingerprint="facts"), arbeid("K2", fingerprint="others"))
    house.people.decide(1, HOLD_OUT, {"krav": "K9"}, KARI, "K9 is paid")
    assert await house.drain() == {"completed": 1}
    house.world.krav["K1"] = "old"
    house.find(arbeid("K1", reference="later", fingerprint="facts"), arbeid("K2", fingerprint="others"), as_of=night(1))
    house.world.plan_faults = [DISPUTED, DISPUTED]
    await house.drain(night(1))
    (later,) = [row.id for row in house.rows("work_item") if row.reference == "later"]
    for item_id in (later, 2):
        house.people.decide(item_id, OTHERS_MONEY, {"krav": "K9"}, OLA, "moved by hand")
    assert await house.drain(night(1)) == {"awaiting_approval": 2}
    with house.database.read() as c:
        assert barred(c, "kari") == {later}
        assert barred(c, "ola") == {later, 2}
