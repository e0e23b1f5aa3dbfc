"""Two people: what waits for the second, who may be it, and what an approval is bound to."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from hub.audit import NOBODY_KNOWS, Actor
from hub.automation import Plan, Vernet
from hub.fullmakt import Fullmakt, Fullmakter
from hub.proposal import Hindrance, Proposal, draw, lists, seen
from hub.release import ReleaseLevel
from hub.storage import approvals as stored
from hub.storage import queues
from hub.storage.approvals import Approvals, barred, pending, with_plans
from hub.storage.proof import prove
from tests.unit.hub.behaviours.attempts import settled
from tests.unit.hub.behaviours.house import KARI, NIGHT, QUEUE, House, night
from tests.unit.hub.fake_world import Fault, arbeid

SIRI, TOM = Actor("siri", "godkjenner"), Actor("tom", "godkjenner")
LIMITS = Fullmakter([Fullmakt(date(2026, 1, 1), "godkjenner", "*", 100_000)])
WAITS = {"awaiting_approval": 1}


def approvals(house: House) -> Approvals:
    return Approvals(house.database, house.chain, LIMITS)


def proposal(house: House) -> Proposal:
    with house.database.read() as c:
        (only,) = pending(c)
    return only


def plan_of(house: House) -> Plan:
    with house.database.read() as c:
        ((_, plan),) = with_plans(c, pending(c))
    return plan


def approve(house: House, person: Actor = SIRI, shown: Proposal | None = None) -> dict[int, Hindrance]:
    """Returns what was left, and why."""
    return approvals(house).approve([shown or proposal(house)], person, {person.role}, "sett", NIGHT)


async def proposed(house: House, worth: int = 66_000, ordered_by: str = "test") -> Proposal:
    """One krav whose move waits for a second person."""
    house.automation.worth = worth
    house.world.krav = {"K1": "old"}
    house.find(arbeid("K1"), ordered_by=ordered_by)
    assert await house.drain() == WAITS
    return proposal(house)


async def test_nothing_is_done_before_a_second_person_has_approved(house: House) -> None:
    shown = await proposed(house)
    assert not house.world.effects
    assert (shown.liste, shown.kravtype, shown.beloep_oere, shown.result) == ("BYM", "SFO", 66_000, "MOVED")
    assert await house.drain() == {}, "it is nobody's to take"
    approve(house)
    assert await house.drain() == {"completed": 1}
    settled(house, "K1")


async def test_a_run_does_not_wait_for_what_waits_for_a_person(house: House) -> None:
    await proposed(house)
    async with asyncio.timeout(10):
        assert await house.drain(patience=3600.0) == {}


async def test_the_trail_shows_both_people_and_what_was_approved(house: House) -> None:
    await proposed(house, ordered_by="ola")
    plan = plan_of(house)
    approve(house)
    await house.drain()
    assert house.item().ordered_by == "ola"
    (row,) = house.rows("approval")
    assert (row.decision, row.person, row.role, row.reason) == ("approved", "siri", "godkjenner", "sett")
    told = [json.loads(row.content) for row in house.rows("event")]
    assert told[0]["ordered_by"] == "ola"
    (approved,) = [event for event in told if event["action"] == "approve"]
    assert (approved["actor"], approved["plan"]) == ("siri", plan.hash)


@pytest.mark.parametrize("part", ["ordered the find", "ordered the run", "put it back"])
async def test_whoever_had_a_hand_in_the_work_may_not_approve_it(house: House, part: str) -> None:
    house.automation.worth = 1
    house.world.krav = {"K1": "old"}
    house.find(arbeid("K1"), ordered_by="siri" if part == "ordered the find" else "test")
    if part == "put it back":
        house.sql("UPDATE work_item SET edited_by = 'siri'")
    await house.drain(ordered_by="siri" if part == "ordered the run" else "test")
    assert approve(house) == {1: Hindrance.OWN}
    assert approvals(house).reject([proposal(house)], SIRI, "nei", NIGHT) == {1: Hindrance.OWN}
    assert not house.rows("approval")
    assert house.item().state == "awaiting_approval"
    approve(house, TOM)
    assert house.item().state == "ready"


async def test_what_nobody_knows_who_ordered_waits_for_the_next_find(house: House) -> None:
    await proposed(house, ordered_by=NOBODY_KNOWS)
    assert approve(house) == {1: Hindrance.NOBODY_KNOWS}
    house.find(arbeid("K1"), as_of=night(1), ordered_by="ola")
    await house.drain(as_of=night(1))
    approve(house)
    assert await house.drain(as_of=night(1)) == {"completed": 1}


async def test_each_who_has_put_it_back_is_barred_not_only_the_last(house: House) -> None:
    house.automation.worth = 1
    house.queue("K1")
    for person in (SIRI, TOM):
        house.world.plan_faults = [ValueError()] * 5
        await house.drain()
        house.people.retry(1, person, "again")
    assert await house.drain() == WAITS
    for person in (SIRI, TOM):
        assert approve(house, person) == {1: Hindrance.OWN}
    with house.database.read() as c:
        assert [barred(c, name) for name in ("siri", "tom", "test", "eva")] == [{1}, {1}, {1}, set()]
    approve(house, Actor("eva", "godkjenner"))
    with house.database.read() as c:
        assert barred(c, "siri") == set(), "nothing waits any more"


async def test_putting_an_item_back_is_having_a_hand_in_it(house: House) -> None:
    house.automation.worth = 1
    house.queue("K1")
    house.world.plan_faults = [ValueError()] * 5
    assert await house.drain() == {"deferred": 4, "system": 1}
    house.people.retry(1, SIRI, "again")
    assert await house.drain() == WAITS
    assert approve(house) == {1: Hindrance.OWN}


async def test_the_database_itself_refuses_the_same_person(house: House) -> None:
    await proposed(house, ordered_by="siri")
    statement = (
        "INSERT INTO approval (item_id, plan_hash, decision, person, role, reason, at) "
        "VALUES (1, :hash, 'approved', :person, 'godkjenner', 'x', 0)"
    )
    with pytest.raises(DBAPIError, match="whoever ordered or edited the work may not approve it"):
        house.sql(statement, hash=plan_of(house).hash, person="siri")
    house.sql(statement, hash=plan_of(house).hash, person="tom")
    for change in ("UPDATE approval SET person = 'eva'", "DELETE FROM approval"):
        with pytest.raises(DBAPIError, match=r"append-only|only when its item is erased"):
            house.sql(change)


async def test_facts_that_have_changed_since_send_it_back(house: House) -> None:
    await proposed(house)
    first = plan_of(house)
    approve(house)
    house.world.facts = "changed"
    assert await house.drain() == WAITS
    assert not house.world.effects
    assert plan_of(house).hash != first.hash
    approve(house, TOM)
    assert await house.drain() == {"completed": 1}
    assert [row.person for row in house.rows("approval")] in (["siri", "tom"], ["tom", "siri"])


async def test_what_was_shown_before_it_changed_cannot_be_approved(house: House) -> None:
    shown = await proposed(house)
    house.find(arbeid("K1"), as_of=night(1))
    assert approve(house, shown=shown) == {1: Hindrance.CHANGED}
    house.world.facts = "changed"
    await house.drain(as_of=night(1))
    assert approve(house, shown=shown) == {1: Hindrance.CHANGED}
    assert not house.rows("approval")


async def test_a_plan_is_read_and_approved_only_as_it_was_shown(house: House) -> None:
    other = replace(await proposed(house), digest="a" * 12)
    with house.database.read() as c:
        assert list(with_plans(c, [other])) == []
    assert approve(house, shown=other) == {1: Hindrance.CHANGED}
    assert house.item().state == "awaiting_approval"


async def test_a_later_find_renews_it_and_it_waits_again_as_old_as_it_was(house: House) -> None:
    first = await proposed(house)
    born, plan = house.item().created_at, plan_of(house)
    assert first.since == born
    house.find(arbeid("K1", reference="K1:new limit"), as_of=night(1))
    assert await house.drain(as_of=night(1)) == WAITS
    assert (house.item().created_at, house.item().reference) == (born, "K1:new limit")
    assert proposal(house).since == born
    assert plan_of(house).hash == plan.hash, "another day alone makes no other plan"
    assert len(house.rows("work_item")) == 1


async def test_it_closes_itself_when_the_reason_has_gone(house: House) -> None:
    await proposed(house)
    house.find(as_of=night(1))
    assert (house.item().state, house.item().result) == ("completed", "NOTHING_TO_DO")


async def test_an_approval_given_late_is_carried_out(house: House) -> None:
    await proposed(house)
    for n in (1, 2):
        house.find(arbeid("K1"), as_of=night(n))
        await house.drain(as_of=night(n))
    approve(house)
    house.find(arbeid("K1"), as_of=night(3))
    assert await house.drain(as_of=night(3)) == {"completed": 1}
    settled(house, "K1")


async def test_rejected_it_rests_until_its_facts_have_changed(house: House) -> None:
    await proposed(house)
    assert approvals(house).reject([proposal(house)], SIRI, "skyldner har betalt", NIGHT) == {}
    row = house.item()
    assert (row.state, row.reason) == ("handled_manually", "REJECTED")
    house.find(arbeid("K1"), as_of=night(1))
    assert house.states() == {"handled_manually": 1}
    house.find(arbeid("K1", fingerprint="f2"), as_of=night(2))
    assert house.states() == {"handled_manually": 1, "ready": 1}
    assert await house.drain(as_of=night(2)) == WAITS


@pytest.mark.parametrize(("worth", "may"), [(100_000, True), (100_001, False)])
async def test_nobody_approves_above_the_fullmakt(house: House, worth: int, may: bool) -> None:
    await proposed(house, worth)
    assert approve(house) == ({} if may else {1: Hindrance.ABOVE})
    assert len(house.rows("approval")) == may


async def test_a_role_without_fullmakt_approves_nothing(house: House) -> None:
    shown = await proposed(house)
    reader = Actor("tom", "lesetilgang")
    assert approvals(house).approve([shown], reader, {"lesetilgang"}, "x", NIGHT) == {1: Hindrance.ABOVE}


async def test_what_has_begun_is_finished_without_asking_again(house: House) -> None:
    await proposed(house)
    approve(house)
    house.world.save_faults = [Fault.ANSWER_LOST]
    house.world.hooks["act"] = lambda: setattr(house.world, "facts", "changed meanwhile")
    assert await house.drain() == {"deferred": 1, "completed": 1}
    assert house.world.effects == {"K1": 1}


@pytest.mark.parametrize(
    ("level", "waiting"), [(ReleaseLevel.EVERY_EFFECT, 40), (ReleaseLevel.SAMPLE, None), (ReleaseLevel.LIVE, 0)]
)
async def test_the_release_level_says_how_much_waits(house: House, level: ReleaseLevel, waiting: int | None) -> None:
    queues.set_release_level(house.database, QUEUE, level, KARI, "we know it better")
    house.policy = replace(house.policy, sample_share=0.25)
    house.queue(*(f"K{n}" for n in range(40)))
    counts = await house.drain()
    seen = counts.get("awaiting_approval", 0)
    assert counts.get("completed", 0) == 40 - seen == len(house.world.effects)
    assert seen == waiting if waiting is not None else 0 < seen < 25


async def test_a_sample_is_not_drawn_anew(house: House) -> None:
    queues.set_release_level(house.database, QUEUE, ReleaseLevel.SAMPLE, KARI, "we know it better")
    house.policy = replace(house.policy, sample_share=0.25)
    house.queue(*(f"K{n}" for n in range(40)))
    waits = (await house.drain())["awaiting_approval"]
    left = [row.krav for row in house.rows("work_item") if row.state == "awaiting_approval"]
    house.find(*(arbeid(krav, reference=f"{krav}:another night") for krav in left), as_of=night(1))
    assert await house.drain(as_of=night(1)) == {"awaiting_approval": waits}


async def test_a_plan_that_changes_nothing_needs_nobody(house: House) -> None:
    queues.set_release_level(house.database, QUEUE, ReleaseLevel.EVERY_EFFECT, KARI, "new")
    house.world.krav = {"K1": "new"}
    house.find(arbeid("K1"))
    assert await house.drain() == {"completed": 1}


async def test_a_protected_persons_approval_is_erased_with_the_rest(house: House) -> None:
    await proposed(house)
    approve(house)
    house.find(Vernet("K1"), as_of=night(1))
    assert house.states() == {"cancelled": 1}
    assert not house.rows("approval")


async def several(house: House, count: int) -> list[Proposal]:
    """Proposals of 660 kroner for K0, K1, …: their items are 1, 2, …"""
    house.automation.worth = 66_000
    house.queue(*(f"K{n}" for n in range(count)))
    assert await house.drain() == {"awaiting_approval": count}
    with house.database.read() as c:
        return pending(c)


async def test_a_list_is_approved_but_for_what_has_changed_or_is_not_the_persons(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "AT_ONCE", 2)
    shown = await several(house, 5)
    house.sql("UPDATE work_item SET edited_by = 'siri' WHERE id = 3")
    approvals(house).reject([shown[3]], TOM, "feil", NIGHT)
    left = approvals(house).approve(shown, SIRI, {"godkjenner"}, "sett", NIGHT)
    assert left == {3: Hindrance.OWN, 4: Hindrance.CHANGED}
    assert house.states() == {"ready": 3, "awaiting_approval": 1, "handled_manually": 1}
    assert [(row.item_id, row.decision) for row in house.rows("approval")] == [
        (1, "approved"),
        (2, "approved"),
        (4, "rejected"),
        (5, "approved"),
    ]
    assert await house.drain() == {"completed": 3}
    with house.database.read() as c:
        assert prove(c, house.chain).broken == [], "every event follows the one before it"


async def test_who_had_a_hand_in_it_is_found_in_the_same_transaction(house: House) -> None:
    shown = await several(house, 2)
    house.sql("UPDATE work_item SET edited_by = 'siri;tom' WHERE id = 2")
    assert approvals(house).approve(shown, TOM, {"godkjenner"}, "sett", NIGHT) == {2: Hindrance.OWN}


async def test_what_was_seen_is_told_by_a_word_and_lists_by_who_is_owed(house: House) -> None:
    shown = await several(house, 3)
    assert seen(shown) == seen(reversed(shown))
    assert seen(shown) != seen(shown[:2])
    assert shown[0].mark == f"1:{shown[0].seq}:{shown[0].digest}"
    assert seen([replace(shown[0], seq=99)]) != seen([shown[0]]), "renewed since"
    (bym, queue) = lists([*shown[:2], replace(shown[2], forslag=None)])
    assert (bym.navn, bym.queue, len(bym.proposals), bym.beloep_oere) == ("BYM", QUEUE, 2, 132_000)
    assert (queue.navn, len(queue.proposals), queue.beloep_oere) == (QUEUE, 1, 0)


async def test_a_sample_is_the_same_for_the_same_seed_whoever_has_left(house: House) -> None:
    shown = await several(house, 30)
    drawn = draw(shown, 5, "a")
    assert len(drawn) == 5
    assert [proposal.item_id for proposal in drawn] == sorted(proposal.item_id for proposal in drawn)
    assert draw(shown, 5, "a") == drawn
    assert draw(shown, 5, "b") != drawn
    left = [proposal for proposal in shown if proposal != drawn[0]]
    assert all(proposal in draw(left, 5, "a") for proposal in drawn[1:])
    assert draw(shown, 99, "a") == shown


async def test_a_long_list_takes_no_more_statements_than_a_short_one(house: House) -> None:
    shown = await several(house, 30)
    asked: list[str] = []
    event.listen(house.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    counts = []
    for part in (shown[:2], shown[2:]):
        asked.clear()
        assert approvals(house).approve(part, SIRI, {"godkjenner"}, "sett", NIGHT) == {}
        counts.append(len(asked))
    assert counts[0] == counts[1]
