"""What the hub does when a whole system fails: the breaker, and accounts that are refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from domain.errors import BusinessException, LoginRejected, ScreenChanged, SystemException
from hub.storage import targets
from hub.storage.moves import NotPossible
from hub.target import TargetSpec
from tests.unit.hub.behaviours.attempts import settled
from tests.unit.hub.behaviours.house import KARI, House
from tests.unit.hub.behaviours.waiting import soon
from tests.unit.hub.fake_world import Fault, arbeid

DOWN = SystemException("WORLD", "connect", "nobody answers")
CLOSED = SystemException("WORLD", "unavailable", "503")
REFUSED = SystemException("WORLD", "auth", "403")


def breaker(house: House, name: str = "WORLD") -> targets.Target:
    with house.database.read() as c:
        return next(target for target in targets.every(c) if target.name == name)


def fail(house: House, *items: int | None, pause: float = 60.0) -> list[bool]:
    return [targets.failed(house.database, "WORLD", item, pause) for item in items]


def test_five_in_a_row_over_three_items_open_it(house: House) -> None:
    assert fail(house, 1, 1, 2, 2, 3) == [False, False, False, False, True]
    assert breaker(house).breaker == "open"


def test_one_bad_item_says_nothing_of_the_system(house: House) -> None:
    assert fail(house, *[1] * 20, *[2] * 20) == [False] * 40
    assert fail(house, 3) == [True]


def test_failures_before_any_item_is_taken_are_of_the_system(house: House) -> None:
    assert fail(house, *[None] * 5) == [False, False, False, False, True]


def test_a_success_in_between_begins_the_count_again(house: House) -> None:
    fail(house, 1, 2, 3, 4)
    targets.worked(house.database, ["WORLD"])
    assert fail(house, 5, 6, 7, 8) == [False] * 4
    assert breaker(house).breaker == "closed"


def test_one_probe_at_a_time(house: House) -> None:
    fail(house, 1, 2, 3, 4, 5, pause=60.0)
    assert not targets.take_probe(house.database, ["WORLD"], 60.0), "not before the pause is over"
    house.sql("UPDATE target SET retry_at = retry_at - 60")
    assert targets.take_probe(house.database, ["WORLD"], 60.0)
    assert not targets.take_probe(house.database, ["WORLD"], 60.0)
    assert fail(house, 6) == [True], "a probe that fails opens it again at once"
    house.sql("UPDATE target SET retry_at = retry_at - 60")
    assert targets.take_probe(house.database, ["WORLD"], 60.0)
    house.sql("UPDATE target SET retry_at = retry_at - 60")
    assert targets.take_probe(house.database, ["WORLD"], 60.0), "a probe that never answers does not hold it for ever"
    targets.worked(house.database, ["WORLD"])
    assert (breaker(house).breaker, breaker(house).failures) == ("closed", 0)


def test_a_probe_of_two_systems_takes_both_or_none(house: House) -> None:
    targets.ensure(house.database, "OTHER")
    fail(house, 1, 2, 3, 4, 5, pause=0.0)
    for item in range(5):
        targets.failed(house.database, "OTHER", item, 60.0)
    assert not targets.take_probe(house.database, ["WORLD", "OTHER"], 60.0)
    assert breaker(house).breaker == "open", "the one that was due is not spent in vain"


async def test_an_open_breaker_lets_one_item_through_until_it_works(house: House) -> None:
    house.queue(*(f"K{n}" for n in range(8)))
    house.policy = replace(house.policy, breaker_pause=0.15)
    house.world.plan_faults = [DOWN] * 8
    under_way, probes = [0], []

    async def watch() -> None:
        under_way[0] += 1
        if breaker(house).breaker == "probing":
            probes.append(under_way[0])
        await asyncio.sleep(0.02)
        under_way[0] -= 1

    house.world.hooks["plan"] = watch
    assert await house.drain(lanes=3, patience=30.0) == {"deferred": 8, "completed": 8}
    assert len(probes) >= 2, "five opened it and two were under way; the rest were probes"
    assert set(probes) == {1}, "one at a time"
    assert breaker(house).breaker == "closed"
    settled(house, *(f"K{n}" for n in range(8)))


async def test_an_item_that_waits_for_a_person_also_shows_that_the_system_works(house: House) -> None:
    house.queue("K1", "K2")
    fail(house, 7, 8, 9, 7, 8, pause=0.0)
    house.world.plan_faults = [BusinessException("ESTATE")]
    await house.drain(limit=5.0)
    assert breaker(house).breaker == "closed"


async def test_items_that_never_asked_a_system_say_nothing_of_it(house: House) -> None:
    house.specs = (TargetSpec("WORLD", ("WORLD", "REGISTER")),)
    house.know_targets()
    for item in (7, 8, 9, 10):
        targets.failed(house.database, "REGISTER", item, 0.0)
    house.queue("K1", "K2")
    await house.drain()
    assert breaker(house, "REGISTER").failures == 4
    assert targets.failed(house.database, "REGISTER", 11, 0.0), "the fifth in a row of those that did ask"
    house.queue("K3")
    await house.drain()
    assert breaker(house, "REGISTER").breaker == "closed", "a probe is passed all the same, and the next ones count on"
    targets.failed(house.database, "REGISTER", 12, 0.0)
    house.world.registers = frozenset({"REGISTER"})
    house.queue("K4")
    await house.drain()
    assert breaker(house, "REGISTER").failures == 0


async def test_finishing_a_stored_plan_says_nothing_of_the_registers(house: House) -> None:
    house.specs = (TargetSpec("WORLD", ("WORLD", "REGISTER")),)
    house.know_targets()
    house.queue("K1")
    house.world.save_faults = [Fault.ANSWER_LOST]
    house.policy = replace(house.policy, under_way={"WORLD": 3000.0})
    assert await house.drain() == {"deferred": 1}
    house.sql("UPDATE work_item SET ready_at = 0")
    for item in range(5):
        targets.failed(house.database, "REGISTER", item, 0.0)
    assert await house.drain() == {"completed": 1}
    assert breaker(house, "REGISTER").breaker == "probing", "nobody asked it"
    assert breaker(house).failures == 0


async def test_that_reading_works_does_not_hide_that_saving_fails(house: House) -> None:
    house.queue(*(f"K{n}" for n in range(7)))
    house.policy = replace(house.policy, under_way={"WORLD": 3000.0}, breaker_pause=3000.0)
    house.world.save_faults = [SystemException("WORLD", "answer", "500")] * 7
    assert await house.drain() == {"deferred": 5}
    assert breaker(house).breaker == "open"


async def test_a_register_that_is_down_stops_what_needs_it_and_nothing_else(house: House) -> None:
    house.specs = (TargetSpec("WORLD", ("WORLD", "REGISTER")), TargetSpec("OTHER", ("OTHER",)))
    house.know_targets()
    house.queue("K1")
    house.world.krav["K2"] = "old"
    house.find(arbeid("K1"), arbeid("K2", target="OTHER"))
    for item in range(5):
        targets.failed(house.database, "REGISTER", item, 60.0)
    assert await house.drain() == {"completed": 1}
    assert house.world.effects == {"K2": 1}


async def test_an_item_that_alone_is_refused_comes_to_a_person(house: House) -> None:
    house.queue("K1")
    house.world.plan_faults = [*[REFUSED] * 19, CLOSED]
    assert await house.drain(limit=20.0) == {"deferred": 19, "system": 1}
    row = house.item()
    assert (row.waiting_kind, row.reason, row.spent) == ("system", "WORLD_UNAVAILABLE", 0)
    house.people.retry(1, KARI, "PAX has let us in to it")
    house.world.plan_faults = [REFUSED] * 3
    assert await house.drain() == {"deferred": 3, "completed": 1}, "what was tried before the person is not counted"


async def test_a_system_that_is_down_for_all_lets_no_item_end(house: House) -> None:
    house.queue("K1")
    house.policy = replace(house.policy, breaker_pause=0.0)
    fail(house, 7, 8, 9, 7, 8, pause=0.0)
    house.world.plan_faults = [CLOSED] * 25
    assert await house.drain(limit=20.0, patience=20.0) == {"deferred": 25, "completed": 1}


async def test_a_refused_login_stops_the_system_for_every_worker_after_one_try(house: House) -> None:
    house.specs = (TargetSpec("WORLD", ("WORLD",), ("robot1", "robot2")),)
    house.know_targets()
    house.queue("K1", "K2")
    house.world.prepare_faults = [LoginRejected("WORLD", "the password of robot1 is refused")]
    assert await house.drain(patience=30.0) == {}
    assert await house.drain(lanes=2, patience=30.0) == {}, "another worker"
    assert house.world.logins == ["robot1"]
    assert breaker(house).blocked == "the password of robot1 is refused"
    assert house.states() == {"ready": 2}
    assert house.rows("attempt") == []
    targets.unblock(house.database, "WORLD", KARI, "a new password")
    assert await house.drain() == {"completed": 2}
    told = [(row.queue, row.actor, row.action, row.reason) for row in house.rows("queue_event")]
    assert told == [
        ("WORLD", "kraftverk", "block", "the password of robot1 is refused"),
        ("WORLD", "kari", "open", "a new password"),
    ]


def test_a_system_that_is_not_there_cannot_be_opened(house: House) -> None:
    with pytest.raises(NotPossible, match="no system WORLDD"):
        targets.unblock(house.database, "WORLDD", KARI, "well again")


async def test_a_login_refused_in_the_middle_costs_the_item_nothing(house: House) -> None:
    house.queue("K1", "K2")
    house.world.plan_faults = [LoginRejected("WORLD", "the token is refused")]
    assert await house.drain(patience=30.0) == {"deferred": 1}
    assert breaker(house).blocked == "the token is refused"
    assert house.item().spent == 0
    assert house.states() == {"deferred": 1, "ready": 1}


async def test_a_system_nobody_has_named_before_can_be_blocked_too(house: House) -> None:
    house.queue("K1")
    house.world.plan_faults = [LoginRejected("MASKINPORTEN", "the key is refused")]
    await house.drain(limit=1.0)
    assert breaker(house, "MASKINPORTEN").blocked == "the key is refused"


async def test_pages_that_are_not_as_we_know_them_stop_the_system(house: House) -> None:
    house.queue("K1")
    house.world.prepare_faults = [ScreenChanged("WORLD", "the landmark «Søk» is missing")]
    assert await house.drain(patience=30.0) == {}
    assert breaker(house).blocked == "the landmark «Søk» is missing"


SLOW = SystemException("WORLD", "parse", "what was looked for did not appear in time")


@pytest.mark.parametrize("fault", [DOWN, CLOSED, SLOW, RuntimeError("a slip")])
async def test_a_preparation_that_fails_is_tried_again(house: House, fault: Exception) -> None:
    house.queue("K1", "K2")
    house.world.prepare_faults = [fault]
    assert await house.drain(patience=30.0) == {"completed": 2}
    assert len(house.world.logins) == 2


async def test_a_system_that_fails_is_prepared_anew(house: House) -> None:
    house.queue("K1", "K2", "K3")
    house.world.look_faults = [SystemException("WORLD", "answer", "the session is gone")]
    await house.drain()
    assert len(house.world.logins) == 2
    settled(house, "K1", "K2", "K3")


async def test_the_breaker_keeps_a_closed_system_from_being_asked_again_and_again(house: House) -> None:
    house.queue("K1")
    house.world.prepare_faults = [CLOSED] * 50
    house.policy = replace(house.policy, breaker_pause=3000.0)
    drain = asyncio.create_task(house.drain(lanes=5, patience=30.0))
    await soon(lambda: breaker(house).breaker == "open", "the breaker opens")
    drain.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drain
    assert len(house.world.logins) == 5
    assert await house.drain(lanes=5) == {}, "nor by another worker"
    assert len(house.world.logins) == 5
