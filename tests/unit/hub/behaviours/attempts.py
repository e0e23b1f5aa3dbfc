"""One attempt at one item, and the next: plan, look, act, verify, and what a failure leaves behind."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from domain.errors import BusinessException, Phase, SystemException
from hub.policy import Policy
from hub.retry import RetryPolicy
from tests.unit.hub.behaviours.house import HURRY, House, night
from tests.unit.hub.fake_world import Fault, arbeid

DOWN = SystemException("WORLD", "connect", "nobody answers")
BROKEN = SystemException("WORLD", "answer", "500")
REFUSED = SystemException("WORLD", "answer", "the version has changed", nothing_done=True)


def settled(house: House, *krav: str, attempts: int | None = None) -> None:
    """Every krav was moved once, and the item that did it says so."""
    assert {nr: house.world.effects[nr] for nr in krav} == dict.fromkeys(krav, 1)
    assert {row.result for row in house.rows("work_item")} == {"MOVED"}
    assert house.states() == {"completed": len(house.rows("work_item"))}
    if attempts is not None:
        assert len(house.rows("attempt")) == attempts


def one_item(house: House, *krav: str) -> None:
    house.world.krav.update(dict.fromkeys(krav, "old"))
    house.find(arbeid(*krav))


async def test_the_plan_and_the_start_are_durable_before_anything_is_done(house: House) -> None:
    one_item(house, "K1", "K2")
    seen: list[list[str]] = []
    house.world.hooks = {"look": lambda: seen.append(house.kinds()), "act": lambda: seen.append(house.kinds())}
    assert await house.drain() == {"completed": 1}
    assert seen == [["plan"], ["plan", "started", "started"]]
    assert house.kinds() == ["plan", "started", "started", "done", "done"]
    settled(house, "K1", "K2", attempts=1)


async def test_the_ledger_says_what_was_decided_and_keeps_the_receipts(house: House) -> None:
    one_item(house, "K1")
    await house.drain()
    steps = house.rows("step")
    plan = json.loads(steps[0].data)
    assert (plan["result"], plan["rules"], plan["versions"]) == ("MOVED", ["TEST-1"], {"rates": "2026-1"})
    assert plan["effects"][0]["before"] == {"place": "old"}
    assert json.loads(steps[-1].data) == {"place": "new"}
    assert (house.item().krav, house.item().result, house.item().spent) == ("K1", "MOVED", 1)


async def test_nothing_to_do_is_completed_and_touches_nothing(house: House) -> None:
    one_item(house, "K1")
    house.world.krav["K1"] = "new"
    assert await house.drain() == {"completed": 1}
    assert house.item().result == "NOTHING_TO_DO"
    assert not house.world.effects
    assert house.kinds() == ["plan"]


async def test_what_is_already_so_when_we_look_is_success(house: House) -> None:
    one_item(house, "K1", "K2")
    house.world.hooks["look"] = lambda: house.world.krav.update(K1="new")
    assert await house.drain() == {"completed": 1}
    assert (house.item().result, house.item().krav) == ("MOVED", "K1;K2")
    assert house.world.effects == {"K2": 1}


async def test_a_plan_nothing_of_which_has_started_is_made_anew(house: House) -> None:
    one_item(house, "K1")
    house.world.look_faults = [BROKEN]
    house.world.hooks["look"] = lambda: house.world.krav.update(K1="new")
    assert await house.drain() == {"deferred": 1, "completed": 1}
    assert house.kinds() == ["plan", "plan"]
    assert house.item().result == "NOTHING_TO_DO", "somebody moved it by hand between the attempts"
    assert not house.world.effects


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.SAVES_HALF, Fault.SAVES_LATE, Fault.SAVES_NOTHING, BROKEN])
async def test_a_save_that_went_wrong_is_finished_as_planned_and_never_repeated(
    house: House, fault: Fault | SystemException
) -> None:
    one_item(house, "K1", "K2", "K3")
    house.world.save_faults = [fault]
    assert await house.drain() == {"deferred": 1, "completed": 1}
    assert house.kinds().count("plan") == 1, "an effect had started: the plan stands"
    settled(house, "K1", "K2", "K3", attempts=2)
    assert house.item().krav == "K1;K2;K3"


async def test_half_of_the_group_is_left_in_peace_the_second_time(house: House) -> None:
    one_item(house, "K1", "K2", "K3", "K4")
    house.world.save_faults = [Fault.SAVES_HALF, Fault.SAVES_HALF]
    await house.drain()
    settled(house, "K1", "K2", "K3", "K4", attempts=3)


async def test_a_save_that_shows_a_little_late_is_waited_for(house: House) -> None:
    one_item(house, "K1")
    house.world.save_faults = [Fault.SAVES_LATE]
    house.world.settle = 5.0
    assert await house.drain() == {"completed": 1}
    settled(house, "K1", attempts=1)
    assert house.world.reached["verify"] == 2


async def test_an_act_is_ended_at_its_limit(house: House) -> None:
    one_item(house, "K1")
    house.policy = replace(house.policy, lease=5.0, act_limit=0.3)
    house.world.save_faults = [Fault.HANGS]
    assert await house.drain() == {"deferred": 1, "completed": 1}
    settled(house, "K1", attempts=2)
    first = house.rows("attempt")[0]
    assert first.code == "WORLD_SEND"
    assert "act_limit of 0.3 s passed" in first.message


async def test_the_second_act_goes_on_where_the_first_came_to(house: House) -> None:
    house.automation.separately = True
    one_item(house, "K1", "K2", "K3")
    met = iter([None, BROKEN])
    house.world.hooks["act"] = lambda: house.world.save_faults.extend([fault] if (fault := next(met, None)) else [])
    assert await house.drain() == {"deferred": 1, "completed": 1}
    settled(house, "K1", "K2", "K3", attempts=2)
    done = [row.key for row in house.rows("step", kind="done")]
    assert done == ["move:K1", "move:K2", "move:K3"]


@pytest.mark.parametrize("phase", ["send", "answer", "parse", "unavailable"])
async def test_what_had_no_good_answer_is_left_alone_for_as_long_as_it_may_be_on_its_way(
    house: House, phase: Phase
) -> None:
    one_item(house, "K1")
    house.policy = Policy(lease=20.0, act_limit=5.0, under_way={"WORLD": 2.0, "SLOW": 3000.0}, retry=HURRY)
    house.world.save_faults = [SystemException("WORLD", phase, "a gateway answers as it likes")]
    assert await house.drain() == {"deferred": 1}
    row = house.item()
    assert row.ready_at - row.updated_at == pytest.approx(7.0, abs=0.1), "act_limit, and as long as that system takes"
    assert house.world.reached["abandon"] == (phase == "send"), "nothing of ours may still send it"


async def test_what_rests_in_doubt_holds_up_no_other(house: House) -> None:
    house.queue("K1", "K2")
    house.policy = Policy(lease=20.0, act_limit=5.0, under_way={"WORLD": 3000.0}, retry=HURRY)
    house.world.save_faults = [Fault.ANSWER_LOST]
    assert await house.drain(patience=300.0) == {"deferred": 1, "completed": 1}


async def test_a_save_that_lands_after_a_gateway_has_called_it_failed_is_not_made_again(house: House) -> None:
    one_item(house, "K1")
    house.policy = Policy(lease=20.0, act_limit=5.0, retry=HURRY)
    house.world.save_faults = [Fault.ANSWERED_FOR]
    assert await house.drain() == {"deferred": 1}
    house.world.arrive()
    house.sql("UPDATE work_item SET ready_at = 0")
    assert await house.drain() == {"completed": 1}
    settled(house, "K1", attempts=2)


async def test_a_look_that_fails_does_not_make_what_is_in_doubt_rest_once_more(house: House) -> None:
    one_item(house, "K1")
    house.policy = Policy(lease=20.0, act_limit=5.0, under_way={"WORLD": 3000.0}, retry=HURRY)
    house.world.save_faults = [Fault.ANSWER_LOST]
    assert await house.drain() == {"deferred": 1}
    house.sql("UPDATE work_item SET ready_at = 0")
    house.world.look_faults = [DOWN]
    assert await house.drain() == {"deferred": 1, "completed": 1}
    settled(house, "K1", attempts=3)


async def test_what_the_system_itself_refused_has_not_begun(house: House) -> None:
    one_item(house, "K1", "K2")
    house.world.save_faults = [REFUSED]

    def paid() -> None:
        house.world.krav["K2"] = "new"

    house.world.hooks["act"] = lambda: paid() if house.world.reached["act"] == 1 else None
    assert await house.drain() == {"deferred": 1, "completed": 1}
    assert house.kinds() == ["plan", "started", "started", "undone", "undone", "plan", "started", "done"]
    assert house.item().krav == "K1", "the facts were read again, and K2 dropped out"
    assert house.world.effects == {"K1": 1}


async def test_what_is_refused_every_time_is_in_no_doubt(house: House) -> None:
    one_item(house, "K1")
    house.world.save_faults = [REFUSED] * 5
    assert await house.drain() == {"deferred": 4, "system": 1}
    assert not house.world.effects


async def test_what_was_refused_for_a_business_reason_is_closed_when_the_reason_has_gone(house: House) -> None:
    one_item(house, "K1")
    house.world.save_faults = [BusinessException("DEBTOR_DIFFERS", nothing_done=True)]
    assert await house.drain() == {"business": 1}
    house.find(as_of=night(1))
    assert (house.item().state, house.item().result) == ("completed", "NOTHING_TO_DO")


async def test_what_is_done_before_a_refusal_stays_done(house: House) -> None:
    house.automation.separately = True
    one_item(house, "K1", "K2")
    house.world.save_faults = [None, REFUSED]
    assert await house.drain() == {"deferred": 1, "completed": 1}
    assert house.kinds().count("plan") == 1, "an effect is done: the plan stands"
    settled(house, "K1", "K2", attempts=2)


async def test_a_started_effect_that_looking_cannot_settle_is_uncertain(house: House) -> None:
    one_item(house, "K1")
    house.world.save_faults = [Fault.ANSWER_LOST]

    def strange() -> None:
        if house.world.effects["K1"]:
            house.world.krav["K1"] = "somewhere else"

    house.world.hooks["look"] = strange
    assert await house.drain() == {"deferred": 1, "uncertain": 1}
    row = house.item()
    assert (row.state, row.waiting_kind, row.reason) == ("waiting", "uncertain", "EFFECT_NOT_SETTLED")
    assert house.world.effects == {"K1": 1}
    assert house.rows("attempt")[-1].message == "WORLD: look", "the last step reached"
    assert house.rows("evidence")[-1].missing_because == "there is no browser"
    assert await house.drain() == {}, "nobody repeats it"


async def test_facts_that_changed_between_plan_and_look_make_a_new_plan(house: House) -> None:
    one_item(house, "K1", "K2")

    def once() -> None:
        del house.world.hooks["look"]
        house.world.krav["K1"] = "somewhere else"

    house.world.hooks["look"] = once
    house.world.hooks["plan"] = lambda: house.world.krav.update(K1="new") if "look" not in house.world.hooks else None
    assert await house.drain() == {"deferred": 1, "completed": 1}
    assert house.world.effects == {"K2": 1}
    assert house.item().krav == "K2"


async def test_an_effect_this_version_does_not_know_is_uncertain(house: House) -> None:
    one_item(house, "K1")
    house.world.save_faults = [BROKEN]
    house.policy = replace(house.policy, retry=RetryPolicy(backoff=60.0))
    assert await house.drain() == {"deferred": 1}
    house.sql("UPDATE work_item SET ready_at = 0")
    house.automation.knows = "move2:"
    assert await house.drain() == {"uncertain": 1}
    assert house.item().reason == "EFFECT_UNKNOWN_TO_VERSION"
    assert not house.world.effects


async def test_a_begun_plan_of_a_newer_version_is_finished_when_its_effects_are_known(house: House) -> None:
    one_item(house, "K1")
    claims = house.claims()
    held = house.claim(claims)
    newer = house.plan_steps("move:K1", started=True)
    plan = json.loads(newer[0].data) | {"said_by_a_newer_version": 1}
    claims.write_steps(held, [replace(newer[0], data=json.dumps(plan)), *newer[1:]])
    house.expire(1)
    assert await house.drain() == {"completed": 1}
    settled(house, "K1")


async def test_a_business_reason_waits_for_a_person_with_the_decision_kept(house: House) -> None:
    one_item(house, "K1")
    house.world.plan_faults = [BusinessException("ESTATE", "K1")]
    assert await house.drain() == {"business": 1}
    row = house.item()
    assert (row.state, row.waiting_kind, row.reason, row.spent) == ("waiting", "business", "ESTATE", 1)
    decision = house.rows("step", kind="decision")[0]
    assert json.loads(decision.data) == {"code": "ESTATE", "detail": "K1", "as_of": "2026-11-23", "policy": "1"}
    assert await house.drain() == {}, "trying again would not help"


async def test_technique_that_fails_too_often_waits_for_a_person(house: House) -> None:
    one_item(house, "K1")
    house.world.look_faults = [BROKEN] * 9
    assert await house.drain() == {"deferred": 4, "system": 1}
    row = house.item()
    assert (row.state, row.waiting_kind, row.reason, row.spent) == ("waiting", "system", "WORLD_ANSWER", 5)
    assert not house.world.effects


async def test_an_effect_that_may_have_happened_is_uncertain_when_the_attempts_are_used_up(house: House) -> None:
    one_item(house, "K1")
    house.world.save_faults = [BROKEN] * 9
    assert await house.drain() == {"deferred": 4, "uncertain": 1}
    assert house.item().waiting_kind == "uncertain"


async def test_a_fault_nobody_has_classified_is_of_technique(house: House) -> None:
    one_item(house, "K1")
    house.world.plan_faults = [ZeroDivisionError("a slip"), KeyError("another")]
    assert await house.drain() == {"deferred": 2, "completed": 1}
    assert [row.code for row in house.rows("attempt")] == ["KRAFTVERK_ANSWER", "KRAFTVERK_ANSWER", None]
    assert "a slip" not in house.everything(), "an exception's own text may hold anything"
    settled(house, "K1", attempts=3)


@pytest.mark.parametrize("phase", ["connect", "auth", "unavailable"])
async def test_a_closed_system_costs_the_item_nothing(house: House, phase: str) -> None:
    one_item(house, "K1")
    house.world.plan_faults = [SystemException("WORLD", phase, "closed") for _ in range(12)]  # type: ignore[arg-type]
    assert await house.drain() == {"deferred": 12, "completed": 1}
    assert house.item().spent == 1


async def test_after_an_effect_has_begun_every_failure_costs(house: House) -> None:
    one_item(house, "K1")
    house.world.save_faults = [DOWN] * 2
    assert await house.drain() == {"deferred": 2, "completed": 1}
    assert house.item().spent == 3


async def test_a_started_effect_is_not_looked_at_before_the_system_has_settled(house: House) -> None:
    one_item(house, "K1")
    house.policy = replace(house.policy, under_way={"WORLD": 3000.0})
    house.world.save_faults = [Fault.ANSWER_LOST]
    assert await house.drain() == {"deferred": 1}
    row = house.item()
    assert row.ready_at - row.updated_at == pytest.approx(3000.0, abs=1.0)


async def test_back_off_keeps_a_failing_item_away(house: House) -> None:
    one_item(house, "K1")
    house.policy = replace(house.policy, retry=RetryPolicy(backoff=800.0))
    house.world.plan_faults = [BROKEN]
    assert await house.drain() == {"deferred": 1}
    row = house.item()
    assert 599.0 < row.ready_at - row.updated_at < 1001.0


async def test_a_failure_leaves_a_picture_or_says_why_there_is_none(house: House) -> None:
    house.queue("K1", "K2")
    house.world.shot = b"a masked picture"
    house.world.plan_faults = [BROKEN]
    await house.drain()
    (row,) = house.rows("evidence")
    assert (row.item_id, row.attempt, row.file, row.missing_because) == (1, 1, "1-1.png", None)
    assert (house.evidence / row.file).read_bytes() == b"a masked picture"


async def test_a_picture_that_fails_changes_nothing_for_the_item(house: House) -> None:
    house.queue("K1", "K2")
    house.world.plan_faults = [BROKEN]

    def fail() -> None:
        raise RuntimeError("the browser is gone")

    house.world.hooks["picture"] = fail
    assert await house.drain() == {"deferred": 1, "completed": 2}
    assert house.rows("evidence")[0].missing_because == "the picture failed: RuntimeError"
    settled(house, "K1", "K2")


async def test_a_system_that_is_away_costs_a_half_done_item_no_attempt(house: House) -> None:
    """K1 was moved in the first attempt; in the later ones nothing has been done when it turns out to be away."""
    house.automation.separately = True
    one_item(house, "K1", "K2")
    away = SystemException("WORLD", "connect", "nobody answers", nothing_done=True)
    house.world.save_faults = [None, away, *[away] * 3]
    assert await house.drain() == {"deferred": 4, "completed": 1}
    settled(house, "K1", "K2", attempts=5)
    assert house.item().spent == 2, "the first, which did something, and the last"


async def test_what_one_try_may_have_done_is_not_taken_back_by_the_next_that_did_nothing(house: House) -> None:
    """The first had no answer and may show late; the second was not even let in."""
    house.queue("K1")
    lost = SystemException("WORLD", "send", "no answer")
    away = SystemException("WORLD", "connect", "nobody answers", nothing_done=True)
    house.world.save_faults = [lost, away]
    assert await house.drain(limit=20.0, patience=20.0) == {"deferred": 2, "completed": 1}
    assert house.kinds() == ["plan", "started", "started", "started", "done"]
    assert house.world.effects == {"K1": 1}
