"""Several lanes in one worker: what goes wrong in one is that one's own."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

import pytest

from domain.errors import SystemException
from tests.unit.hub.behaviours.attempts import settled
from tests.unit.hub.behaviours.house import House
from tests.unit.hub.behaviours.waiting import soon
from tests.unit.hub.fake_world import World


async def test_a_lane_that_cannot_open_its_systems_leaves_the_work_to_the_others(house: House) -> None:
    house.queue(*(f"K{n}" for n in range(6)))
    opened = iter([None, RuntimeError("no browser"), None])

    def open_systems() -> AbstractAsyncContextManager[World]:
        if fault := next(opened):
            raise fault
        return house.world.open()

    with pytest.raises(RuntimeError, match="no browser"):
        await house.drain(lanes=3, open_systems=open_systems)
    settled(house, *(f"K{n}" for n in range(6)))


async def test_progress_that_cannot_be_told_holds_nothing_up(house: House) -> None:
    house.queue("K1", "K2")
    told: list[Any] = []

    async def progress(counts: Any) -> None:
        told.append(counts)
        raise ConnectionError("nobody listens")

    assert await house.drain(progress=progress) == {"completed": 2}
    assert told == [{"completed": 1}, {"completed": 2}]


async def test_a_lane_whose_lease_is_lost_breaks_off_and_goes_on_with_other_items(house: House) -> None:
    house.queue("K1", "K2", "K3")
    house.policy = replace(house.policy, lease=1.8, act_limit=1.0)
    saved: list[str] = []

    def lose() -> Any:
        if house.world.reached["act"] > 1:
            return None
        house.sql("UPDATE work_item SET lease_no = lease_no + 1 WHERE id = 1")
        return asyncio.Event().wait()

    house.world.hooks["act"] = lose
    house.world.hooks["abandon"] = lambda: saved.extend(house.world.effects)
    assert await house.drain() == {"dropped": 1, "completed": 2}
    assert saved == [], "what was under way was broken off before anything else was done"
    assert house.world.reached["abandon"] == 1
    assert house.world.reached["picture"] == 0, "the attempt was ended, not waited for"
    assert len(house.world.logins) == 2, "its systems were prepared anew"
    row = house.item()
    assert (row.state, house.world.effects["K1"]) == ("running", 0), "it is left to whoever has it"
    house.expire(1)
    house.sql("UPDATE work_item SET lease_until = 0 WHERE id = 1")
    assert await house.drain() == {"completed": 1}
    settled(house, "K1", "K2", "K3")


async def test_an_end_that_comes_too_late_is_dropped(house: House) -> None:
    house.queue("K1", "K2")

    def take_away() -> None:
        if house.world.reached["verify"] == 1:
            house.sql("UPDATE work_item SET lease_until = 0 WHERE id = 1")

    house.world.hooks["verify"] = take_away
    assert await house.drain() == {"dropped": 1, "completed": 1}
    await house.drain()
    settled(house, "K1", "K2")


async def test_an_item_that_is_cancelled_under_us_is_dropped(house: House) -> None:
    house.queue("K1", "K2")

    def cancel() -> None:
        if house.world.reached["look"] == 1:
            gone = "state = 'cancelled', closed_as_of = '2026-11-23', lease_until = NULL, holder = NULL"
            house.sql(f"UPDATE work_item SET {gone} WHERE id = 1")

    house.world.hooks["look"] = cancel
    assert await house.drain() == {"dropped": 1, "completed": 1}
    assert house.item().state == "cancelled"
    assert house.world.effects == {"K2": 1}


async def test_a_run_that_is_stopped_breaks_off_gives_back_and_loses_nothing(house: House) -> None:
    house.specs = (replace(house.specs[0], accounts=("robot1",)),)
    house.know_targets()
    house.queue("K1", "K2")
    house.world.hooks["act"] = lambda: asyncio.Event().wait()
    drain = asyncio.create_task(house.drain())
    await soon(lambda: house.world.reached["act"] == 1, "an act is under way")
    drain.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drain
    assert house.world.reached["abandon"] == 1
    assert house.world.sessions["robot1"] == 0
    assert [row.holder for row in house.rows("target_session")] == [None]
    assert not house.world.effects
    house.world.hooks.clear()
    house.expire(1)
    house.policy = replace(house.policy, lease=900.0, act_limit=1.0)
    assert await house.drain() == {"completed": 2}
    settled(house, "K1", "K2")


async def test_lost_items_are_taken_back_while_a_run_goes_on(house: House) -> None:
    house.queue("K1", "K2")
    house.policy = replace(house.policy, lease=1.2, act_limit=0.2)
    house.claim(house.claims(lease=0.6), "a worker that dies")
    states: list[str] = []
    house.world.hooks["plan"] = lambda: states.append(house.item(1).state)
    assert await house.drain(patience=20.0) == {"completed": 2}
    assert states == ["running", "running"], "K2 was planned while K1 was still held, then K1"
    assert [row.outcome for row in house.rows("attempt", item_id=1)] == ["lost", "complete"]


async def test_one_lane_waits_for_what_another_has_under_way(house: House) -> None:
    """With patience nobody goes home while an item may still come back."""
    house.queue("K1")
    house.world.look_faults = [SystemException("WORLD", "answer", "500")]
    assert await house.drain(lanes=3, patience=5.0) == {"deferred": 1, "completed": 1}


async def test_no_item_is_begun_after_the_limit(house: House) -> None:
    house.queue("K1", "K2")
    assert await house.drain(limit=0.0) == {}
    house.world.hooks["verify"] = lambda: asyncio.sleep(0.3)
    assert await house.drain(limit=0.2) == {"completed": 1}, "what is under way is ended"
