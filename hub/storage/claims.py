"""The hot path: claiming items, writing their ledger, finishing them. Every write is fenced by the lease."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.audit import MACHINE, START, Actor, Chain
from hub.automation import Json, WorkItem
from hub.clock import steady
from hub.states import State, WaitingKind, allowed
from hub.storage.database import Database
from hub.storage.moves import story
from hub.storage.sql import POSTGRESQL, SQLITE


class LeaseLost(Exception):
    """The item belongs to somebody else now, or its lease has run out: drop everything, write nothing."""


class LeaseShort(LeaseLost):
    """Not enough of the lease is left to begin an act."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An item this worker holds, with the fencing number that every write must show."""

    item: WorkItem
    lease_no: int
    spent: int
    free: int
    """Attempts that failed and cost it nothing, since it was last put back."""
    seq: int
    chain: str
    since: float
    """Before the claim was asked for, on the steady clock: the lease lasts at least until `since` + its length."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended, and what becomes of the item."""

    state: State
    action: str
    waiting_kind: WaitingKind | None = None
    reason: str | None = None
    result: str | None = None
    krav: tuple[str, ...] | None = None
    spent: bool = False
    free: bool = False
    """The attempt failed and costs nothing."""
    delay: float = 0.0
    """Seconds until the item may be claimed again, when it goes back."""
    message: str | None = None
    """The technician's words: ids only."""


@dataclass(frozen=True, slots=True)
class StepEntry:
    kind: str
    key: str
    data: str = "{}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a worker asks for: the next item of a queue whose target is one of `targets`."""

    queue: str
    targets: tuple[str, ...]
    holder: str
    run_id: int | None = None


class Claims:
    """Not thread-safe: one for each thread that talks to the database, on the driver's own connection.

    The connection is opened when it is first needed, and again after the database has been away.
    """

    def __init__(self, database: Database, chain: Chain, lease: float) -> None:
        self._database = database
        self._postgres = database.dialect == "postgresql"
        self._sql = POSTGRESQL if self._postgres else SQLITE
        self._open: Any = None
        self._chain = chain
        self.lease = lease

    def close(self) -> None:
        connection, self._open = self._open, None
        if connection is not None:
            connection.close()

    def claim(self, wanted: Wanted) -> Claimed | None:
        with self._transaction() as connection:
            return self._claimed(connection, wanted, self._take_next(connection, wanted))

    def finish(self, held: Claimed, outcome: Outcome, as_of: date) -> None:
        """End the attempt and move the item. Raises LeaseLost when it is no longer ours."""
        with self._transaction() as connection:
            self._refuse_lost(self._finish(connection, held, outcome, as_of))

    def finish_and_claim(self, held: Claimed, outcome: Outcome, as_of: date, wanted: Wanted) -> Claimed | None:
        """End one and take the next in one commit."""
        with self._transaction() as connection:
            finished = self._finish(connection, held, outcome, as_of)
            following = self._take_next(connection, wanted)
            self._refuse_lost(finished)
            return self._claimed(connection, wanted, following)

    def write_steps(self, held: Claimed, entries: Sequence[StepEntry], margin: float = 0.0) -> None:
        """Append to the ledger, durable when this returns. Raises LeaseLost, or LeaseShort when less than `margin`
        seconds of the lease are left (the caller renews and tries again)."""
        with self._transaction() as connection:
            for entry in entries:
                values = {
                    "id": held.item.id,
                    "attempt": held.item.attempt,
                    "lease_no": held.lease_no,
                    "margin": margin,
                    "kind": entry.kind,
                    "key": entry.key,
                    "data": entry.data,
                }
                if connection.execute(self._sql.step, values).fetchone() is None:
                    raise LeaseShort if margin else LeaseLost

    def renew(self, item_id: int, lease_no: int) -> bool:
        """Whether the item is still ours, now for a whole lease more."""
        with self._connection() as connection:
            cursor = connection.execute(self._sql.renew, {"id": item_id, "lease_no": lease_no, "lease": self.lease})
            return bool(cursor.rowcount == 1)

    def _take_next(self, connection: Any, wanted: Wanted) -> tuple[Any, float]:
        """A cursor over the row of the item that is taken, or over none, and when it was asked for."""
        since = steady()
        targets: object = list(wanted.targets) if self._postgres else "|".join(("", *wanted.targets, ""))
        values = {"queue": wanted.queue, "targets": targets, "holder": wanted.holder, "lease": self.lease}
        return connection.execute(self._sql.claim, values), since

    def _claimed(self, connection: Any, wanted: Wanted, following: tuple[Any, float]) -> Claimed | None:
        cursor, since = following
        row = cursor.fetchone()
        if row is None:
            return None
        item_id, queue, target, reference, occasion, payload, as_of, no, spent, free, lease_no, seq, was, chain = row
        item = WorkItem(item_id, queue, target, reference, occasion, json.loads(payload), no, date.fromisoformat(as_of))
        if not chain:
            # PostgreSQL: the statement is older than the item's last event, which another transaction has just added.
            (chain,) = connection.execute(self._sql.link, {"id": item_id, "seq": seq - 1}).fetchone()
        told = story(Actor(wanted.holder, MACHINE.role), "claim", State(was), State.RUNNING, None)
        event = self._link(item_id, seq, chain, told)
        values = {
            "id": item_id,
            "no": no,
            "run": wanted.run_id,
            "holder": wanted.holder,
            "lease": self.lease,
            **event,
        }
        for text in self._sql.claim_record:
            connection.execute(text, values)
        return Claimed(item, lease_no, spent, free, seq, event["chain"], since)

    def _finish(self, connection: Any, held: Claimed, outcome: Outcome, as_of: date) -> Any:
        """What `_refuse_lost` is to be asked of before the commit. PostgreSQL has not answered yet, and may be sent
        more before it is waited for."""
        if not allowed(State.RUNNING, outcome.state):
            raise ValueError(f"an attempt cannot end in {outcome.state}")
        closed = outcome.state in (State.COMPLETED, State.CANCELLED)
        told = story(MACHINE, outcome.action, State.RUNNING, outcome.state, outcome.reason)
        event = self._link(held.item.id, held.seq + 1, held.chain, told | {"result": outcome.result})
        values = {
            "id": held.item.id,
            "lease_no": held.lease_no,
            "seq": held.seq,
            "no": held.item.attempt,
            "state": outcome.state.value,
            "waiting_kind": outcome.waiting_kind and outcome.waiting_kind.value,
            "reason": outcome.reason,
            "result": outcome.result,
            "krav": None if outcome.krav is None else ";".join(outcome.krav),
            "closed_as_of": as_of.isoformat() if closed else None,
            "spent": int(outcome.spent),
            "free": int(outcome.free),
            "delay": outcome.delay,
            "outcome": outcome.action,
            "code": outcome.reason,
            "message": outcome.message,
            **event,
        }
        finished = connection.execute(self._sql.finish, values)
        if not self._sql.finish_record:
            return finished
        if finished.rowcount != 1:
            raise LeaseLost
        for text in self._sql.finish_record:
            connection.execute(text, values)
        return None

    @staticmethod
    def _refuse_lost(finished: Any) -> None:
        if finished is not None and finished.fetchone() is None:
            raise LeaseLost

    def _link(self, item_id: int, seq: int, previous: str, content: Json) -> dict[str, Any]:
        link = self._chain.link(item_id, seq, previous or START, content)
        return {
            "event_seq": seq,
            "digest": link.digest,
            "chain": link.chain,
            "salt": link.salt,
            "content": link.content,
        }

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with self._connection() as connection:
            # a pipeline sends the statements of a transaction to PostgreSQL without waiting for each answer
            pipeline: AbstractContextManager[Any] = connection.pipeline() if self._postgres else nullcontext()
            with pipeline:
                connection.execute("BEGIN" if self._postgres else "BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        """The connection, without a transaction on it afterwards; one that cannot be rolled back is given up."""
        self._open = self._open or self._database.driver_connection()
        try:
            yield self._open
        except BaseException:
            try:
                self._open.rollback()
            except Exception:  # the first error says why
                with suppress(Exception):
                    self.close()
            raise
