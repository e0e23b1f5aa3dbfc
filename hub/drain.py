"""Claims items of one queue until nothing is ready, in as many lanes as asked for."""

from __future__ import annotations

import asyncio
import logging
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

from domain.kalender import OSLO
from hub.audit import Chain
from hub.automation import Automation
from hub.failure import log_unforeseen
from hub.lane import Lane, Workplace
from hub.lease import LeaseKeeper
from hub.policy import Policy
from hub.ports import OpenSystems, Progress, Systems
from hub.sessions import Sessions
from hub.states import State
from hub.storage import targets
from hub.storage.claims import Claimed, Claims, LeaseLost, Outcome
from hub.storage.database import Database, StoreAway
from hub.storage.items import Items, delete_pictures
from hub.storage.mass_retries import MassRetries
from hub.storage.moves import NotPossible
from hub.storage.reads import Reads
from hub.storage.thread import StoreThread
from hub.target import TargetSpec

log = logging.getLogger(__name__)
POLL = 0.5
"""Seconds between two looks for work while a lane waits."""
PROGRESS_LIMIT = 5.0


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
        store = StoreThread(self.database)
        claims = Claims(self.database, self.chain, self.policy.lease)
        try:
            with LeaseKeeper(lambda: Claims(self.database, self.chain, self.policy.lease), self.policy.lease) as keeper:
                place = Workplace(
                    self.database,
                    claims,
                    Items(self.database, self.chain),
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
                await self._release_more(place)
                until = monotonic() + order.limit
                await self._drive(place, order, until)
                while monotonic() < until and self.queue in await self._release_more(place):
                    await self._drive(place, order, until)
        finally:
            await store(claims.close)
            store.close()
        return self.counts

    async def _drive(self, place: Workplace, order: Order, until: float) -> None:
        """A lane that breaks ends alone: the others go on, and the first failure is told when all have ended."""
        lanes: list[Lane] = []
        failures: list[Exception] = []

        async def alone(number: int) -> None:
            try:
                await self._lane(place, lanes, number, order, until)
            except Exception as error:
                log_unforeseen(log, f"lane {number} broke", error)
                failures.append(error)

        upkeep = asyncio.create_task(self._upkeep(place, lanes))
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(order.lanes):
                    group.create_task(alone(number))
        finally:
            upkeep.cancel()
            await asyncio.wait({upkeep})
        if failures:
            raise failures[0]

    async def _lane(self, place: Workplace, lanes: list[Lane], number: int, order: Order, until: float) -> None:
        holder = f"{socket.gethostname()}-{os.getpid()}-{order.run_id}-{number}"
        sessions = Sessions(self.database, place.store, holder, self.policy.lease)
        async with AsyncExitStack() as stack:
            # given back last: closing the systems logs the account out
            stack.push_async_callback(sessions.give_back)
            systems = await stack.enter_async_context(self.open_systems())
            lane = Lane(place, systems, sessions)
            lanes.append(lane)
            await self._work(place, lane, order, until)

    async def _work(self, place: Workplace, lane: Lane, order: Order, until: float) -> None:
        held: Claimed | None = None
        away_since: float | None = None
        while held is not None or monotonic() < until:
            try:
                if held is None:
                    held = await self._claim(place, lane)
                if held is not None:
                    held = await self._one(place, lane, held, until)
                elif await self._worth_waiting(place, order):
                    await asyncio.sleep(POLL)
                else:
                    return
                away_since = None
            except StoreAway as error:
                held = None  # its lease runs out, and it is taken back like that of any worker that went silent
                away_since = away_since or monotonic()
                if monotonic() - away_since > self.policy.lease:
                    raise
                log.warning("%s: %s", lane.sessions.holder, error)
                await asyncio.sleep(POLL)

    async def _claim(self, place: Workplace, lane: Lane) -> Claimed | None:
        wanted = await lane.wanted()
        return await place.store(place.claims.claim, wanted) if wanted else None

    async def _one(self, place: Workplace, lane: Lane, held: Claimed, until: float) -> Claimed | None:
        """One attempt with its end; returns the item claimed in the same commit."""
        following: Claimed | None = None
        with place.keeper.holding(held, self.policy.attempt_limit) as fence:
            outcome = await lane.perform(held, fence)
            try:
                if outcome is not None:
                    following = await self._end(place, lane, held, outcome, until)
            except (LeaseLost, NotPossible) as error:
                log.warning("item %s: dropped at its end, %s", held.item.id, str(error) or "its lease is lost")
                outcome = None
        if outcome is None:
            self.counts["dropped"] += 1
            return None
        self.counts[outcome.waiting_kind or outcome.state.value] += 1
        await self._tell_progress()
        return following

    async def _end(self, place: Workplace, lane: Lane, held: Claimed, outcome: Outcome, until: float) -> Claimed | None:
        as_of = place.night_of(held)
        if outcome.state is State.CANCELLED:
            files = await place.store(place.items.cancel_protected, held.item.id, as_of, held.seq)
            delete_pictures(place.evidence_dir, files)
            return None
        wanted = await lane.wanted() if monotonic() < until else None
        if wanted is None:
            await place.store(place.claims.finish, held, outcome, as_of)
            return None
        return await place.store(place.claims.finish_and_claim, held, outcome, as_of, wanted)

    async def _tell_progress(self) -> None:
        """Progress is for people: no item waits long for it, and none fails with it."""
        if self.progress is None:
            return
        try:
            async with asyncio.timeout(PROGRESS_LIMIT):
                await self.progress(dict(self.counts))
        except Exception as error:
            log.warning("progress could not be told: %s", type(error).__name__)

    async def _worth_waiting(self, place: Workplace, order: Order) -> bool:
        """Whether an item runs elsewhere or is soon due, and nothing but time stands in its way."""
        if not order.patience or not await place.store(Reads(self.database, self.queue).may_act):
            return False
        pending = await place.store(place.items.pending, self.queue, order.patience)
        blocked = await place.store(targets.blocked, self.database)
        now = datetime.now(OSLO).time()
        return any(
            pending.get(spec.name) and spec.is_open(now) and blocked.isdisjoint(spec.needs) for spec in self.targets
        )

    async def _upkeep(self, place: Workplace, lanes: list[Lane]) -> None:
        """Keep the leased accounts, take lost items back and let mass retries go on, as long as the drain lives."""
        while True:
            await asyncio.sleep(self.policy.lease / 6)
            try:
                for lane in list(lanes):
                    await lane.tend_sessions()
                await self._take_back(place)
                await self._release_more(place)
            except StoreAway as error:
                log.warning("upkeep: %s", error)
            except Exception as error:
                log_unforeseen(log, "upkeep failed, and is tried again", error)

    async def _take_back(self, place: Workplace) -> None:
        await place.store(place.items.take_back, self.queue, self.policy)

    async def _release_more(self, place: Workplace) -> set[str]:
        """Let mass retries go on; the queues that were given something to do. Beside the items, not between them."""
        queues: set[str] = await place.store(MassRetries(self.database, self.chain).step)
        return queues
