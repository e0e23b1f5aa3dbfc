"""Claims items of one queue until nothing is ready, in as many lanes as asked for."""

from __future__ import annotations

import asyncio
import os
import socket
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from hub.audit import Chain
from hub.automation import Automation
from hub.lane import OSLO, Lane, Workplace
from hub.lease import LeaseKeeper
from hub.policy import Policy
from hub.ports import OpenSystems, Progress, Systems
from hub.storage import targets
from hub.storage.claims import Claimed, Claims, LeaseLost, Wanted
from hub.storage.database import Database
from hub.storage.items import Grace, Items
from hub.storage.thread import StoreThread
from hub.target import TargetSpec

POLL = 0.5
"""Seconds between two looks for work while a lane waits."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a drain is asked to do. Times in seconds."""

    as_of: date
    run_id: int
    lanes: int = 1
    patience: float = 0.0
    """Wait for items that run elsewhere or may be claimed within this time; 0 ends when nothing is ready."""
    limit: float = 6 * 3600.0
    """No new item is claimed after this."""


@dataclass(slots=True)
class Drain:
    database: Database
    chain: Chain
    queue: str
    automation: Automation[Any]
    policy: Policy
    targets: Sequence[TargetSpec]
    open_systems: OpenSystems[Systems]
    evidence_dir: Path
    progress: Progress | None = None
    counts: Counter[str] = field(default_factory=Counter)

    async def run(self, order: Order) -> Counter[str]:
        """Work until done; returns how many attempts ended in which way."""
        store = StoreThread()
        items = Items(self.database, self.chain)
        claims = await store(Claims, self.database, self.chain, self.policy.lease)
        try:
            with LeaseKeeper(lambda: Claims(self.database, self.chain, self.policy.lease), self.policy.lease) as keeper:
                place = Workplace(
                    self.database,
                    claims,
                    items,
                    store,
                    keeper,
                    self.queue,
                    self.automation,
                    self.policy,
                    tuple(self.targets),
                    order.as_of,
                    order.run_id,
                    self.evidence_dir,
                )
                await self._take_back(place)
                lanes: list[Lane] = []
                upkeep = asyncio.create_task(self._upkeep(place, lanes))
                try:
                    await self._drive(place, lanes, order)
                finally:
                    upkeep.cancel()
        finally:
            await store(claims.close)
            store.close()
        return self.counts

    async def _drive(self, place: Workplace, lanes: list[Lane], order: Order) -> None:
        started = monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(order.lanes):
                group.create_task(self._lane(place, lanes, number, order, started))

    async def _lane(self, place: Workplace, lanes: list[Lane], number: int, order: Order, started: float) -> None:
        async with AsyncExitStack() as stack:
            systems = await stack.enter_async_context(self.open_systems())
            lane = Lane(place, systems, f"{socket.gethostname()}-{os.getpid()}-{order.run_id}-{number}")
            lanes.append(lane)
            stack.push_async_callback(lane.leave)
            held: Claimed | None = None
            while monotonic() - started < order.limit or held is not None:
                if held is None:
                    wanted = await lane.wanted()
                    held = await place.store(place.claims.claim, wanted) if wanted else None
                if held is not None:
                    held = await self._one(place, lane, held, monotonic() - started < order.limit)
                elif await self._worth_waiting(place, order):
                    await asyncio.sleep(POLL)
                else:
                    return

    async def _one(self, place: Workplace, lane: Lane, held: Claimed, go_on: bool) -> Claimed | None:
        outcome = await lane.perform(held)
        if outcome is None:
            self.counts["dropped"] += 1
            return None
        wanted: Wanted | None = await lane.wanted() if go_on else None
        following: Claimed | None = None
        try:
            if wanted is None:
                await place.store(place.claims.finish, held, outcome, place.as_of)
            else:
                following = await place.store(place.claims.finish_and_claim, held, outcome, place.as_of, wanted)
        except LeaseLost:
            self.counts["dropped"] += 1
            return None
        self.counts[outcome.waiting_kind or outcome.state.value] += 1
        if self.progress:
            await self.progress(dict(self.counts))
        return following

    async def _worth_waiting(self, place: Workplace, order: Order) -> bool:
        if not order.patience:
            return False
        pending = await place.store(place.items.pending, self.queue, order.patience)
        with self.database.read() as c:
            blocked = {name for name, sick in targets.unwell(c).items() if sick.blocked}
        now = datetime.now(OSLO).time()
        return any(
            pending.get(spec.name) and spec.is_open(now) and not blocked & set(spec.needs) for spec in self.targets
        )

    async def _upkeep(self, place: Workplace, lanes: list[Lane]) -> None:
        """Take lost items back and keep the leased accounts, as long as the drain lives."""
        while True:
            await asyncio.sleep(self.policy.lease / 6)
            await self._take_back(place)
            for lane in list(lanes):
                await lane.tend_sessions()

    async def _take_back(self, place: Workplace) -> None:
        await place.store(place.items.take_back, self.queue, Grace(self.policy.grace), self.policy.retry)
