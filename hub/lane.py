"""One lane of a drain: its systems, its leased sessions, and one item at a time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from domain.errors import LoginRejected, ScreenChanged, SystemException
from domain.kalender import OSLO
from hub.automation import Automation, WorkItem
from hub.lease import Fence, LeaseKeeper
from hub.policy import Policy
from hub.ports import Systems
from hub.runner import OURSELVES, Attempt, Bench, as_system_exception
from hub.sessions import Sessions
from hub.states import WaitingKind
from hub.storage import targets
from hub.storage.claims import Claimed, Claims, LeaseLost, Outcome, Wanted
from hub.storage.database import Database, StoreAway
from hub.storage.items import Items
from hub.storage.reads import Reads
from hub.storage.thread import StoreThread
from hub.target import TargetSpec

log = logging.getLogger(__name__)
PICTURE_LIMIT = 20.0
BREAK_OFF_LIMIT = 20.0
"""Seconds for what must not hold up a lane."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """What the lanes of one drain share."""

    database: Database
    claims: Claims
    items: Items
    store: StoreThread
    keeper: LeaseKeeper
    queue: str
    automation: Automation[Any]
    policy: Policy
    targets: tuple[TargetSpec, ...]
    as_of: date
    run_id: int
    evidence_dir: Path

    def night_of(self, held: Claimed) -> date:
        """What the item is planned and closed as of: a drain that is late may meet what a later night has found."""
        return max(self.as_of, held.item.as_of)


@dataclass(slots=True)
class Lane:
    """Lives as long as its drain."""

    place: Workplace
    systems: Systems
    sessions: Sessions
    _prepared: set[str] = field(default_factory=set)
    _not_before: dict[str, float] = field(default_factory=dict)

    async def wanted(self) -> Wanted | None:
        """Ask for an item of any target that may be used now; None when there is no such target with work."""
        if not await self._store(Reads(self.place.database, self.place.queue).may_act):
            return None
        unwell = await self._store(_unwell, self.place.database)
        now = datetime.now(OSLO).time()
        names = [spec.name for spec in self.place.targets if spec.is_open(now) and await self._ready(spec, unwell)]
        return Wanted(self.place.queue, tuple(names), self.sessions.holder, self.place.run_id) if names else None

    async def perform(self, held: Claimed, fence: Fence) -> Outcome | None:
        """Carry the item through one attempt. None when it is not ours any more: nothing is written of it."""
        place = self.place
        bench = Bench(place.claims, held, fence, place.store, Reads(place.database, place.queue))
        attempt = Attempt(place.automation, self.systems, place.policy, place.night_of(held), bench)
        try:
            outcome = await self._while_ours(self._attempt(attempt, held), fence)
        except (LeaseLost, StoreAway) as error:
            log.warning("item %s: dropped, %s", held.item.id, str(error) or "its lease is lost")
            return None
        await self._tell_targets(held, attempt)
        return outcome

    async def tend_sessions(self) -> None:
        """Renew the leased accounts; one that is no longer ours is given up."""
        self._prepared -= await self.sessions.tend()

    async def _attempt(self, attempt: Attempt, held: Claimed) -> Outcome:
        outcome = await attempt.run()
        if attempt.failure or outcome.waiting_kind is WaitingKind.UNCERTAIN:
            await self._keep_picture(held)
        if attempt.failure and attempt.failure.phase == "send":
            await self._leave()
        return outcome

    async def _while_ours(self, work: Coroutine[Any, Any, Outcome], fence: Fence) -> Outcome:
        """Go on for as long as the lease lasts; break off whatever is under way when it is lost."""
        task = asyncio.create_task(work)
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=min(max(fence.left, 0.0), self.place.policy.lease / 6))
                fence.check()
            if task.cancelled():
                raise LeaseLost
            return task.result()
        except BaseException:
            await self._break_off(task)
            raise

    async def _break_off(self, task: asyncio.Task[Outcome]) -> None:
        task.cancel()
        await self._leave()
        with suppress(TimeoutError):
            async with asyncio.timeout(BREAK_OFF_LIMIT):
                await asyncio.gather(task, return_exceptions=True)

    async def _leave(self) -> None:
        """Nothing of what is under way may still go out. The lane prepares its systems anew for its next item."""
        self._prepared.clear()
        try:
            async with asyncio.timeout(BREAK_OFF_LIMIT):
                await self.systems.abandon()
        except Exception as error:
            log.warning("what was under way could not be broken off: %s", type(error).__name__)

    async def _keep_picture(self, held: Claimed) -> None:
        """Evidence is for people: that there is none never changes what becomes of the item."""
        png, reason = await self._picture(held.item)
        file = f"{held.item.id}-{held.item.attempt}.png" if png else None
        noted = (held.item.id, held.item.attempt, file, None if file else reason or "there is none")
        if not await self._store(self.place.items.add_evidence, *noted) or png is None or file is None:
            return
        try:
            await asyncio.to_thread(_keep_file, self.place.evidence_dir / file, png)
        except OSError as error:
            log.warning("item %s: its picture could not be kept: %s", held.item.id, type(error).__name__)

    async def _picture(self, item: WorkItem) -> tuple[bytes | None, str | None]:
        try:
            async with asyncio.timeout(PICTURE_LIMIT):
                return await self.systems.picture(item)
        except Exception as error:
            return None, f"the picture failed: {type(error).__name__}"

    async def _ready(self, spec: TargetSpec, unwell: dict[str, targets.Target]) -> bool:
        """Whether the system is fit for an item now; of one that has failed, whether this lane may try it."""
        sick = [need for need in spec.needs if need in unwell]
        if any(unwell[need].blocked for need in sick):
            return False
        if not sick and spec.name in self._prepared:
            return True
        if spec.name not in await self._store(self.place.items.targets_with_work, self.place.queue):
            return False
        if time.monotonic() < self._not_before.get(spec.name, 0.0):
            return False
        if sick and not await self._store(
            targets.take_probe, self.place.database, sick, self.place.policy.breaker_pause
        ):
            return False
        return await self._prepare(spec)

    async def _prepare(self, spec: TargetSpec) -> bool:
        if spec.name in self._prepared:
            return True
        account = await self.sessions.account(spec) if spec.accounts else None
        if spec.accounts and account is None:
            return False
        try:
            async with asyncio.timeout(self.place.policy.attempt_limit):
                await self.systems.prepare(spec.name, account)
        except Exception as error:
            self._not_before[spec.name] = time.monotonic() + self.place.policy.retry.free_wait
            await self._failed(as_system_exception(error), None)
            return False
        self._prepared.add(spec.name)
        return True

    async def _tell_targets(self, held: Claimed, attempt: Attempt) -> None:
        """The breakers hear which systems failed and which did what was asked of them.

        Most krav are of persons, and say nothing of a register of enheter. Only a probe is passed by whatever item is
        decided: if the system is no better, the next that ask it count on.
        """
        worked = attempt.touched | self.systems.take_answered()
        probed: set[str] = set()
        if attempt.decided:
            worked.add(held.item.target)
            probed.update(*(spec.needs for spec in self.place.targets if spec.name == held.item.target))
        if attempt.failure:
            worked.discard(attempt.failure.system)
            probed.discard(attempt.failure.system)
            await self._failed(attempt.failure, held.item.id)
            if attempt.failure.system in (held.item.target, OURSELVES):
                self._prepared.discard(held.item.target)
        if worked or probed:
            await self._store(targets.worked, self.place.database, worked, probed)

    async def _failed(self, error: SystemException, item_id: int | None) -> None:
        place = self.place
        if isinstance(error, LoginRejected | ScreenChanged):
            log.error("%s is stopped for all workers: %s", error.system, error.message)
            await self._store(targets.block, place.database, error.system, error.message)
        elif await self._store(targets.failed, place.database, error.system, item_id, place.policy.breaker_pause):
            log.error("%s: breaker open for %.0f s", error.system, place.policy.breaker_pause)

    async def _store(self, function: Any, *arguments: Any) -> Any:
        return await self.place.store(function, *arguments)


def _unwell(database: Database) -> dict[str, targets.Target]:
    with database.read() as c:
        return targets.unwell(c)


def _keep_file(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
