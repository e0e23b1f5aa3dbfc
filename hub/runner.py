"""One attempt at one item: plan, look, act, verify. The one place that turns an error into a state."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from domain.errors import BusinessException, LoginRejected, SystemException
from hub.automation import Action, Automation, Json, Look, Plan, ProtectedFound, WorkItem
from hub.clock import steady
from hub.failure import log_unforeseen
from hub.lease import Fence
from hub.policy import Policy
from hub.release import needs_approval
from hub.retry import delay, free_delay, spends_attempt
from hub.states import State, WaitingKind
from hub.storage.claims import Claimed, Claims, LeaseLost, LeaseShort, Outcome, StepEntry
from hub.storage.database import StoreAway
from hub.storage.ledger import Ledger
from hub.storage.reads import Reads

log = logging.getLogger(__name__)
OURSELVES = "KRAFTVERK"
"""The system that failed when nobody knows which."""
NOT_DUE = 1e9
"""Seconds: what waits for approval is due when somebody gives it, and is passed over within the index until then."""
VERIFY_EVERY = 0.25
"""Seconds between two readings back while a save settles."""


class Uncertain(Exception):
    """A started effect cannot be settled by looking: a person decides."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class StopRequested(Exception):
    """The queue was paused while the item was under way: it goes back before its next act."""


def as_system_exception(error: Exception) -> SystemException:
    """Unclassified is of technique (STYLE 1)."""
    if isinstance(error, SystemException):
        return error
    log_unforeseen(log, "unclassified failure", error)
    return SystemException(OURSELVES, "answer", type(error).__name__)


def code_of(error: SystemException) -> str:
    """The failure in the error catalogue: system and phase."""
    return f"{error.system}_{error.phase}".upper().replace("-", "_")


class Bench:
    """The hub's side of an attempt: its ledger and its fence, on the store's own thread."""

    def __init__(
        self,
        claims: Claims,
        held: Claimed,
        fence: Fence,
        call: Callable[..., Any],
        reads: Reads,
    ) -> None:
        self.held = held
        self.fence = fence
        self._claims = claims
        self._call = call
        self._reads = reads

    async def ledger(self) -> Ledger:
        ledger: Ledger = await self._call(self._reads.ledger, self.held.item.id)
        return ledger

    async def with_decisions(self, item: WorkItem) -> WorkItem:
        """The item with what people have decided about it; only one that has been tried can have waited for them."""
        if item.attempt == 1:
            return item
        return replace(item, beslutninger=await self._call(self._reads.beslutninger, item.id))

    async def waits_for_approval(self, plan: Plan, item: WorkItem, sample_share: float) -> bool:
        """Whether a second person must approve `plan` and has not."""
        level = await self._call(self._reads.release_level)
        if not needs_approval(plan, item, level, sample_share):
            return False
        return not await self._call(self._reads.is_approved, self.held.item.id, plan.hash)

    async def is_well(self, system: str) -> bool:
        well: bool = await self._call(self._reads.is_well, system)
        return well

    async def write(self, *entries: StepEntry, margin: float = 0.0) -> None:
        await self._call(self._claims.write_steps, self.held, entries, margin)

    async def begin(self, keys: Sequence[str], system: str, act_limit: float) -> None:
        """Make *started* durable. The database itself refuses when less than `act_limit` of the lease is left."""
        if not await self._call(self._reads.may_act):
            raise StopRequested
        self.fence.check()
        entries = [StepEntry("started", key, json.dumps({"system": system})) for key in keys]
        try:
            await self.write(*entries, margin=act_limit)
        except LeaseShort:
            renewed_from = steady()
            if not await self._call(self._claims.renew, self.held.item.id, self.held.lease_no):
                raise LeaseLost from None
            self.fence.extend(renewed_from)
            await self.write(*entries, margin=act_limit)


class Attempt:
    """Carries one claimed item as far as it goes and says how it ended. Raises LeaseLost or StoreAway, nothing else."""

    def __init__(self, automation: Automation[Any], systems: Any, policy: Policy, as_of: date, bench: Bench) -> None:
        self._automation = automation
        self._systems = systems
        self._policy = policy
        self._as_of = as_of
        self._bench = bench
        self._item = bench.held.item
        self._begun_now = False
        self.decided = False
        """The automation read its facts and decided."""
        self.touched: set[str] = set()
        """Systems that were acted on and read back."""
        self.failure: SystemException | None = None
        self.last_step: str | None = None

    async def run(self) -> Outcome:
        ledger = Ledger()
        try:
            ledger = await self._bench.ledger()
            plan = ledger.plan if ledger.plan and ledger.begun else await self._make_plan()
            if plan is not ledger.plan:
                ledger = Ledger(plan=plan)
                if await self._bench.waits_for_approval(plan, self._item, self._policy.sample_share):
                    proposed = State.AWAITING_APPROVAL
                    return Outcome(proposed, "propose", result=plan.result, krav=plan.krav, spent=True, delay=NOT_DUE)
            return await self._carry_out(plan, ledger)
        except ProtectedFound:
            return Outcome(State.CANCELLED, "protected")
        except BusinessException as error:
            await self._bench.write(StepEntry("decision", error.code, json.dumps(self._record(error))))
            return Outcome(
                State.WAITING, "business", WaitingKind.BUSINESS, reason=error.code, spent=True, message=str(error)
            )
        except Uncertain as error:
            return Outcome(
                State.WAITING, "uncertain", WaitingKind.UNCERTAIN, reason=error.code, spent=True, message=self.last_step
            )
        except StopRequested:
            return Outcome(State.READY, "stopped")
        except (LeaseLost, StoreAway):
            raise
        except Exception as error:
            return await self._failed(as_system_exception(error), ledger)

    async def _make_plan(self) -> Plan:
        self._item = await self._bench.with_decisions(self._item)
        try:
            plan = await self._automation.plan(self._item, self._systems, self._as_of)
        except (BusinessException, ProtectedFound):
            self.decided = True
            raise
        self.decided = True
        await self._bench.write(StepEntry("plan", plan.result, plan.to_json()))
        return plan

    async def _carry_out(self, plan: Plan, ledger: Ledger) -> Outcome:
        actions = self._automation.actions(self._item, plan, self._systems)
        planned = {effect.key for effect in plan.effects}
        if planned - {key for action in actions for key in action.keys} - ledger.done.keys():
            raise Uncertain("EFFECT_UNKNOWN_TO_VERSION")
        for action in actions:
            left = [key for key in action.keys if key in planned and key not in ledger.done]
            if left:
                await self._bring_about(action, left, ledger)
        return Outcome(State.COMPLETED, "complete", result=plan.result, krav=plan.krav, spent=True)

    async def _bring_about(self, action: Action, keys: Sequence[str], ledger: Ledger) -> None:
        """Look, act on what is missing, read back. *Started* is durable before the act, *done* keeps the receipt."""
        self.last_step = f"{action.system}: look"
        seen = await self._look(action, keys)
        self._refuse_unknown(keys, seen, ledger)
        there = [key for key in keys if seen[key] is Look.ALL]
        await self._done(action, there, ledger)
        missing = [key for key in keys if seen[key] is not Look.ALL]
        if not missing:
            return
        fresh = [key for key in missing if key not in ledger.started]
        self.last_step = f"{action.system}: act"
        await self._bench.begin(missing, action.system, self._policy.act_limit)
        begun_before, self._begun_now = self._begun_now, True
        ledger.started.update(dict.fromkeys(missing, action.system))
        try:
            async with asyncio.timeout(self._policy.act_limit):
                await action.act(missing, self._bench.fence)
        except TimeoutError:
            raise SystemException(action.system, "send", f"act_limit of {self._policy.act_limit:g} s passed") from None
        except (BusinessException, SystemException) as error:
            if error.nothing_done:
                await self._not_done(fresh, ledger)
                self._begun_now = begun_before
            raise
        self.last_step = f"{action.system}: verify"
        await self._done(action, missing, ledger)

    async def _look(self, action: Action, keys: Sequence[str]) -> Mapping[str, Look]:
        seen = await action.look()
        return {key: seen.get(key, Look.UNKNOWN) for key in keys}

    @staticmethod
    def _refuse_unknown(keys: Sequence[str], seen: Mapping[str, Look], ledger: Ledger) -> None:
        unknown = [key for key in keys if seen[key] is Look.UNKNOWN]
        if not unknown:
            return
        if ledger.begun:
            raise Uncertain("EFFECT_NOT_SETTLED")
        raise SystemException(OURSELVES, "verify", "the facts changed between plan and act")

    async def _done(self, action: Action, keys: Sequence[str], ledger: Ledger) -> None:
        if not keys:
            return
        receipts = await self._settled(action, keys)
        await self._bench.write(*(StepEntry("done", key, json.dumps(receipts[key])) for key in keys))
        ledger.done.update({key: dict(receipts[key]) for key in keys})
        self.touched.add(action.system)

    async def _not_done(self, keys: Sequence[str], ledger: Ledger) -> None:
        """The system itself says that nothing was changed: with nothing else begun, the plan is made anew.

        It says so of this try alone: what an earlier one began, and had no answer to, stays begun.
        """
        if not keys:
            return
        await self._bench.write(*(StepEntry("undone", key) for key in keys))
        for key in keys:
            del ledger.started[key]

    async def _settled(self, action: Action, keys: Sequence[str]) -> Mapping[str, Json]:
        """Read back until it shows, for as long as the system may take to show a save."""
        until = time.monotonic() + action.settle
        while True:
            try:
                return await action.verify(keys)
            except SystemException as error:
                if error.phase != "verify" or time.monotonic() >= until:
                    raise
            await asyncio.sleep(VERIFY_EVERY)

    async def _failed(self, error: SystemException, ledger: Ledger) -> Outcome:
        self.failure = error
        code = code_of(error)
        # Its words name krav, and stay in the attempt alone: they are erased there when the item is.
        log.warning("item %s attempt %s: %s", self._item.id, self._item.attempt, code)
        spent = spends_attempt(error, self._begun_now) and not isinstance(error, LoginRejected)
        retry = self._policy.retry
        said = f"{self.last_step}; {error}"
        # Whatever came back, a gateway may have said it: what was asked for may still be on its way behind it. What an
        # earlier attempt left in doubt has rested already.
        quiet = self._policy.grace(ledger.in_doubt) if self._begun_now and ledger.open else 0.0
        if await self._gives_up(error, spent):
            kind = WaitingKind.UNCERTAIN if ledger.open else WaitingKind.SYSTEM
            return Outcome(State.WAITING, kind.value, kind, reason=code, spent=spent, delay=quiet, message=said)
        jitter = random.random()  # noqa: S311 (it spreads load, it guards nothing)
        held = self._bench.held
        wait = delay(retry, held.spent + 1, jitter) if spent else free_delay(retry, held.free + 1)
        return Outcome(
            State.DEFERRED, "retry", reason=code, spent=spent, free=not spent, delay=max(wait, quiet), message=said
        )

    async def _gives_up(self, error: SystemException, spent: bool) -> bool:
        """Whether a person is to look: the attempts are used up, or the system refuses this item alone."""
        held, retry = self._bench.held, self._policy.retry
        if spent:
            return held.spent + 1 >= retry.max_attempts
        return held.free + 1 >= retry.max_free and await self._bench.is_well(error.system)

    def _record(self, error: BusinessException) -> Json:
        return {
            "code": error.code,
            "detail": error.detail,
            "as_of": self._as_of.isoformat(),
            "policy": self._policy.version,
        }
