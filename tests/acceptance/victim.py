"""A worker process that is killed right after one effect has happened outside, before its ledger says so."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import date
from multiprocessing.connection import wait

from config.settings import load
from flows import registry, routine
from flows.effekter.endring import OneEffect
from flows.installation import Installation
from flows.routine import Night
from hub.automation import Fence
from kraftverk.world import World
from tests.warm import TURN, forks


def run_until_killed(world: World, as_of: date, automation: str, kind: str, within: float = 60.0) -> int | None:
    """Carry out what is ready until the first effect of this kind; returns how the process ended: -9 when it did."""
    process = forks().Process(target=_work, args=(world, as_of, automation, kind), daemon=True)
    with TURN:
        process.start()
    wait([process.sentinel], within)
    with TURN:
        code = process.exitcode
        process.kill()
    return code


def _work(world: World, as_of: date, automation: str, kind: str) -> None:
    act = OneEffect.act

    async def act_and_die(self: OneEffect, keys: Sequence[str], fence: Fence) -> None:
        await act(self, keys, fence)
        if self.effect.key.startswith(f"{kind}:"):
            os.kill(os.getpid(), signal.SIGKILL)

    OneEffect.act = act_and_die  # type: ignore[method-assign]
    module = registry.module(automation)
    installation = Installation.open(load(world.config, world.secrets))
    night = Night(module.METADATA, module.AUTOMATION, installation, as_of, "natt")
    asyncio.run(routine.perform(night, patience=0.0))
