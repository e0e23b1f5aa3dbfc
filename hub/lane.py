"""One lane of a drain: its systems, its leased sessions, and one item at a time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.errors import LoginRejected, SystemException
from hub.automation import Automation
from hub.lease import Fence, LeaseKeeper
from hub.policy import Policy
from hub.ports import Systems
from hub.runner import Attempt, Bench
from hub.states import State, WaitingKind
from hub.storage import ledger, queues, targets
from hub.storage.claims import Claimed, Claims, LeaseLost, Outcome, Wanted
from hub.storage.database import Database
from hub.storage.items import Items, delete_pictures
from hub.storage.thread import StoreThread
from hub.target import TargetSpec

log = logging.getLogger(__name__)
OSLO = ZoneInfo("Europe/Oslo")


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


@dataclass(slots=True)
class Lane:
    """Lives as long as its drain. `holder` names it in leases."""

    place: Workplace
    systems: Systems
    holder: str
    _sessions: dict[str, str] = field(default_factory=dict)
    _prepared: set[str] = field(default_factory=set)
    _not_before: dict[str, float] = field(default_factory=dict)

    async def wanted(self) -> Wanted | None:
        """Ask for an item of any target that may be used now; None when there is no such target with work."""
        if not await self._store(_may_run, self.place.database, self.place.queue):
            return None
        unwell = await self._store(_unwell, self.place.database)
        with_work = await self._store(self.place.items.targets_with_work, self.place.queue)
        now = datetime.now(OSLO).time()
        names = [
            spec.name
            for spec in self.place.targets
            if spec.name in with_work
            and spec.is_open(now)
            and await self._usable(spec, unwell)
            and await self._prepare(spec)
        ]
        return Wanted(self.place.queue, tuple(names), self.holder, self.place.run_id) if names else None

    async def perform(self, held: Claimed) -> Outcome | None:
        """Carry the item through one attempt. None when it is not ours any more or its outcome is already written."""
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        assert task is not None

        def lost() -> None:
            loop.call_soon_threadsafe(attempt_task.cancel)

        policy = self.place.policy
        fence = Fence(held.item.id, held.lease_no, policy.lease, policy.attempt_limit, lost)
        bench = Bench(self.place.claims, held, fence, self.place.store, self._may_act)
        attempt = Attempt(self.place.automation, self.systems, policy, self.place.as_of, bench)
        attempt_task = asyncio.ensure_future(self._attempt(attempt, held))
        self.place.keeper.keep(fence)
        try:
            outcome = await attempt_task
            fence.check()
        except LeaseLost:
            await self._lost(held)
            return None
        except asyncio.CancelledError:
            if task.cancelling():
                raise
            await self._lost(held)
            return None
        finally:
            self.place.keeper.drop(fence)
        await self._tell_targets(held, attempt, outcome)
        if outcome.state is State.CANCELLED:
            files = await self._store(self.place.items.cancel_protected, held.item.id, self.place.as_of)
            delete_pictures(self.place.evidence_dir, files)
            return None
        return outcome

    async def tend_sessions(self) -> None:
        """Renew the leased accounts; one that is no longer ours is given up."""
        for name, account in list(self._sessions.items()):
            lease = self.place.policy.lease
            if not await self._store(targets.renew_session, self.place.database, name, account, self.holder, lease):
                del self._sessions[name]
                self._prepared.discard(name)

    async def leave(self) -> None:
        for name, account in self._sessions.items():
            await self._store(targets.give_session, self.place.database, name, account, self.holder)
        self._sessions.clear()

    async def _attempt(self, attempt: Attempt, held: Claimed) -> Outcome:
        outcome = await attempt.run(await self._store(_read_ledger, self.place.database, held.item.id))
        if attempt.failure or outcome.waiting_kind is WaitingKind.UNCERTAIN:
            await self._keep_picture(held)
        return outcome

    async def _keep_picture(self, held: Claimed) -> None:
        png, reason = await self.systems.picture(held.item.target)
        file = None
        if png is not None:
            file = f"{held.item.id}-{held.item.attempt}.png"
            self.place.evidence_dir.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread((self.place.evidence_dir / file).write_bytes, png)
        await self._store(self.place.items.add_evidence, held.item.id, held.item.attempt, file, reason)

    async def _lost(self, held: Claimed) -> None:
        log.warning("item %s: lease lost, dropped", held.item.id)
        await self.systems.abandon()
        self._prepared.clear()

    async def _usable(self, spec: TargetSpec, unwell: dict[str, targets.Target]) -> bool:
        for need in spec.needs:
            sick = unwell.get(need)
            if sick is None or (sick.breaker == "closed" and not sick.blocked):
                continue
            if sick.blocked or not await self._store(
                targets.take_probe, self.place.database, need, self.place.policy.breaker_pause
            ):
                return False
        return True

    async def _prepare(self, spec: TargetSpec) -> bool:
        if spec.name in self._prepared:
            return True
        if time.monotonic() < self._not_before.get(spec.name, 0.0):
            return False
        account = self._sessions.get(spec.name)
        if spec.accounts and account is None:
            lease = self.place.policy.lease
            account = await self._store(targets.take_session, self.place.database, spec.name, self.holder, lease)
            if account is None:
                return False
            self._sessions[spec.name] = account
        try:
            await self.systems.prepare(spec.name, account)
        except SystemException as error:
            await self._failed(error, item_id=0)
            self._not_before[spec.name] = time.monotonic() + self.place.policy.retry.free_wait
            return False
        self._prepared.add(spec.name)
        return True

    async def _tell_targets(self, held: Claimed, attempt: Attempt, outcome: Outcome) -> None:
        if attempt.failure:
            await self._failed(attempt.failure, held.item.id)
        elif outcome.state is State.COMPLETED:
            needs = next(spec.needs for spec in self.place.targets if spec.name == held.item.target)
            unwell = await self._store(_unwell, self.place.database)
            if unwell.keys() & set(needs):
                await self._store(targets.worked, self.place.database, needs)

    async def _failed(self, error: SystemException, item_id: int) -> None:
        if isinstance(error, LoginRejected) or (error.phase == "parse" and item_id == 0):
            log.error("%s is stopped for all workers: %s", error.system, error.message)
            await self._store(targets.block, self.place.database, error.system, error.message)
        elif await self._store(
            targets.failed, self.place.database, error.system, item_id, self.place.policy.breaker_pause
        ):
            log.error("%s: breaker open for %.0f s", error.system, self.place.policy.breaker_pause)
        if error.system in self._sessions:
            self._prepared.discard(error.system)

    def _may_act(self) -> bool:
        return _may_run(self.place.database, self.place.queue)

    async def _store(self, function: Any, *arguments: Any) -> Any:
        return await self.place.store(function, *arguments)


def _may_run(database: Database, queue: str) -> bool:
    with database.read() as c:
        return queues.may_run(c, queue)


def _unwell(database: Database) -> dict[str, targets.Target]:
    with database.read() as c:
        return targets.unwell(c)


def _read_ledger(database: Database, item_id: int) -> ledger.Ledger:
    with database.read() as c:
        return ledger.read(c, item_id)


def names(specs: Sequence[TargetSpec]) -> list[str]:
    """Every system the targets talk to."""
    return sorted({need for spec in specs for need in spec.needs} | {spec.name for spec in specs})
