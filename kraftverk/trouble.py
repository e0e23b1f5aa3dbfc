"""What goes wrong in the demo's own world, so that its console has an oppgave of every kind.

Two cases are held open by somebody when the robot comes to merge them: both end as «Teknisk feil». Later one of them is
put back, Pilen takes the save and its answer is lost, and then Pilen is down: whether it was done is «uvisst».
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from flows.installation import Installation
from hub.audit import Actor
from hub.states import State
from hub.storage.by_hand import ByHand
from hub.storage.moves import NotPossible
from hub.storage.schema import work_item
from kraftverk.simulators import Simulators

QUEUE = "parking-merge"
SOMEBODY = Actor("demo", "drift")
PATIENCE = 240.0
"""Seconds; what has not happened by then is left as it is."""


@dataclass
class Trouble:
    installation: Installation
    simulators: Simulators
    _locked: dict[str, int] = field(default_factory=dict)
    """System -> the item whose cases are held open there."""

    def begin(self) -> None:
        """Hold the cases of the last group of each system open, as soon as there are groups; once."""
        if self._locked:
            return
        saker: set[str] = set()
        for system in ("PAX", "PILEN"):
            last = self._last(system)
            if last is not None:
                self._locked[system] = last[0]
                saker |= last[1]
        if saker:
            self.simulators.hold_open(sorted(saker))

    async def lose_an_answer(self, drain: Callable[[], Awaitable[None]]) -> None:
        """Put Pilen's item back and lose the answer to its save; `drain` takes up what is due, and ends.

        Nothing when something else has become of the item: of faults on request, or of a person in the console.
        """
        self.simulators.hold_open([])
        item = self._locked.get("PILEN")
        if item is None or self._state(item) != State.WAITING:
            return
        before = len(self.simulators.effects())
        self.simulators.set_fault("PILEN", "answer_lost", 1.0, times=1)
        try:
            ByHand(self.installation.database, self.installation.chain).retry(item, SOMEBODY, "Saken er lukket igjen")
        except NotPossible:
            self.simulators.set_fault("PILEN", "answer_lost", 0.0)
            return
        drained = asyncio.ensure_future(drain())
        await self._until(lambda: len(self.simulators.effects()) > before)
        self.simulators.set_fault("PILEN", "server_error", 1.0)
        await drained
        deadline = time.monotonic() + PATIENCE
        while self._state(item) != State.WAITING and time.monotonic() < deadline:
            await drain()  # the scheduled one comes only once a minute
            await asyncio.sleep(1)
        self.simulators.set_fault("PILEN", "server_error", 0.0)

    def _last(self, system: str) -> tuple[int, set[str]] | None:
        """The group that the robot comes to last, with its cases."""
        mine = sa.and_(work_item.c.queue == QUEUE, work_item.c.target == system, work_item.c.state == State.READY)
        query = sa.select(work_item.c.id, work_item.c.payload).where(mine).order_by(work_item.c.id.desc()).limit(1)
        with self.installation.database.read() as c:
            row = c.execute(query).first()
        return None if row is None else (row.id, set(json.loads(row.payload)["krav"].values()))

    def _state(self, item_id: int) -> str:
        with self.installation.database.read() as c:
            return str(c.execute(sa.select(work_item.c.state).where(work_item.c.id == item_id)).scalar_one())

    @staticmethod
    async def _until(happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            if await asyncio.to_thread(happened) or time.monotonic() > deadline:
                return
            await asyncio.sleep(0.3)
