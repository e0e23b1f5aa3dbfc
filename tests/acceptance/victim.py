"""Worker processes that are killed at an exact instruction: around one effect, before their ledger says it is done."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection

from config.settings import load
from flows import registry, routine
from flows.installation import Installation
from flows.routine import Night
from flows.systems import Systems
from hub.automation import Action, Fence, Plan, WorkItem
from kraftverk.world import World
from tests.warm import TURN, forks

Act = Callable[[Sequence[str], Fence], Awaitable[None]]


class Place(StrEnum):
    """Where in an act its process is killed."""

    BEFORE = "before"
    """Its start is durable, and nothing has been sent."""
    HALFWAY = "halfway"
    """Of an act by file: the file is written, and not yet where it is taken."""
    AFTER = "after"
    """It has happened, and nobody has read that back."""


Doom = Mapping[str, Place]
"""Effects, by their keys or by how these begin, that nobody survives: the first that is met decides."""


def run_until_killed(
    world: World, as_of: date, automation: str, dooms: Sequence[Doom], within: float = 60.0
) -> list[int | None]:
    """For each doom a process carries out what is ready until it meets it. Returns how they ended: -9 of one that did.

    One comes after the other, all forked from one process that has imported what they need, Prefect too.
    """
    receiving, sending = forks().Pipe(duplex=False)
    parent = forks().Process(target=_work_in_turn, args=(sending, world, as_of, automation, dooms, within))
    with TURN:
        parent.start()
    sending.close()
    ends: list[int | None] = receiving.recv()
    parent.join()
    return ends


def _work_in_turn(
    sending: Connection, world: World, as_of: date, automation: str, dooms: Sequence[Doom], within: float
) -> None:
    registry.module(automation)
    ends = []
    for doom in dooms:
        worker = get_context("fork").Process(target=_work, args=(world, as_of, automation, doom))
        worker.start()
        worker.join(within)
        ends.append(worker.exitcode)
        worker.kill()
    sending.send(ends)


def _work(world: World, as_of: date, automation: str, doom: Doom) -> None:
    module = registry.module(automation)
    planned = module.AUTOMATION.actions

    def doomed(item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
        actions: Sequence[Action] = planned(item, plan, systems)
        for action in actions:
            for place in _places(doom, action.keys):
                action.act = partial(_act_and_die, action.act, place)  # type: ignore[method-assign]
        return actions

    module.AUTOMATION.actions = doomed
    installation = Installation.open(load(world.config, world.secrets))
    night = Night(module.METADATA, module.AUTOMATION, installation, as_of, "natt")
    asyncio.run(routine.perform(night, patience=0.0))


def _places(doom: Doom, keys: Sequence[str]) -> Iterator[Place]:
    return (place for key, place in doom.items() if any(f"{each}:".startswith(f"{key}:") for each in keys))


async def _act_and_die(act: Act, place: Place, keys: Sequence[str], fence: Fence) -> None:
    if place is Place.HALFWAY:
        os.fsync = _die  # type: ignore[assignment]
    await act(keys, _Deadly() if place is Place.BEFORE else fence)
    _die()


class _Deadly:
    """A fence nobody passes."""

    def check(self) -> None:
        _die()


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
