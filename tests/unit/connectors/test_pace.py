"""How often a system is called at most."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from connectors.call import Call
from connectors.http import Api
from connectors.pace import Pace
from connectors.retry import CallPolicy
from tests.unit.connectors.stubs import answer, stub


@dataclass
class Time:
    """A clock that moves when somebody sleeps."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        await asyncio.sleep(0)


async def test_each_waits_for_its_turn_in_the_order_they_came() -> None:
    time = Time()
    pace = Pace(5, clock=time.clock, sleep=time.sleep)
    await asyncio.gather(*(pace.turn() for _ in range(4)))
    assert time.slept == [0.2, 0.4, 0.6]


async def test_after_a_pause_nobody_waits_and_nothing_is_saved_up() -> None:
    time = Time()
    pace = Pace(5, clock=time.clock, sleep=time.sleep)
    await pace.turn()
    time.now += 60
    await pace.turn()
    assert time.slept == []
    await pace.turn()
    assert time.slept == [0.2], "a minute without calls gives no right to many at once"


@pytest.mark.parametrize("changes", [False, True])
async def test_two_lanes_with_one_pace_share_it(changes: bool) -> None:
    time = Time()
    policy = CallPolicy(pace=Pace(2, clock=time.clock, sleep=time.sleep))
    async with stub(answer({})).client() as http:
        lanes = [Api("SYSTEM", "http://system.example", http, policy) for _ in range(2)]
        for lane in (*lanes, lanes[0]):
            await lane.send(Call(method="POST", route="/", changes=changes))
    assert time.slept == [0.5, 1.0]
