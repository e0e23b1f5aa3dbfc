"""Two-person control: plans that wait for a second person, and what that person says of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from hub.audit import NOBODY_KNOWS, Actor, Chain
from hub.automation import Json, Plan
from hub.fullmakt import EVERY_KRAVTYPE, Fullmakter
from hub.states import State
from hub.storage.database import Database
from hub.storage.moves import NO_MORE_WAITING, Conflict, Moves, NotPossible
from hub.storage.schema import BARRED, IN_WORK, NOT_ALONE, approval, step, work_item

REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan as it was shown: what a decision about it is bound to."""

    item_id: int
    queue: str
    reference: str
    seq: int
    since: float
    """When the item was first found, in seconds since 1970: a later night renews it, and it is as old as it was."""
    plan: Plan

    @property
    def liste(self) -> str:
        """The list it stands on: its fordringshaver, or its automation when only the release level asks."""
        return self.queue if self.plan.forslag is None else self.plan.forslag.fordringshaver

    @property
    def kravtype(self) -> str:
        return EVERY_KRAVTYPE if self.plan.forslag is None else self.plan.forslag.kravtype

    @property
    def begrunnelse(self) -> str:
        """Why; the plan's result when only the release level asks."""
        return self.plan.result if self.plan.forslag is None else self.plan.forslag.begrunnelse

    @property
    def beloep_oere(self) -> int:
        return 0 if self.plan.forslag is None else self.plan.forslag.beloep_oere


def pending(c: Connection, queue: str | None = None) -> list[Proposal]:
    """Everything that waits for a second person, the oldest first."""
    waits = work_item.c.state == State.AWAITING_APPROVAL.value
    plans = step.alias()
    of_item = sa.and_(plans.c.item_id == work_item.c.id, plans.c.kind == "plan")
    newest = sa.select(sa.func.max(plans.c.seq)).where(of_item).scalar_subquery()
    joined = work_item.join(step, sa.and_(step.c.item_id == work_item.c.id, step.c.seq == newest))
    query = sa.select(work_item, step.c.data).select_from(joined).where(waits)
    if queue:
        query = query.where(work_item.c.queue == queue)
    return [
        Proposal(row.id, row.queue, row.reference, row.seq, row.created_at, Plan.from_json(row.data))
        for row in c.execute(query.order_by(work_item.c.created_at, work_item.c.id))
    ]


def count_pending(c: Connection) -> int:
    """How many proposals wait for a second person."""
    waits = sa.and_(sa.text(IN_WORK), work_item.c.state == State.AWAITING_APPROVAL.value)
    return c.execute(sa.select(sa.func.count()).select_from(work_item).where(waits)).scalar_one()


def barred(c: Connection, person: str) -> set[int]:
    """The waiting items this person may not decide about, by the very words the database refuses it with."""
    about = BARRED.replace("NEW.item_id", "asked.id").replace("NEW.person", ":person")
    asked = work_item.alias("asked")
    waits = asked.c.state == State.AWAITING_APPROVAL.value
    return set(c.execute(sa.select(asked.c.id).where(waits, sa.text(f"({about})")), {"person": person}).scalars())


def is_approved(c: Connection, item_id: int, plan_hash: str) -> bool:
    said = sa.select(approval.c.decision).where(approval.c.item_id == item_id, approval.c.plan_hash == plan_hash)
    return c.execute(said).scalar() == "approved"


class Approvals:
    """Each method is one transaction, about one proposal as the person saw it."""

    def __init__(self, database: Database, chain: Chain, fullmakter: Fullmakter) -> None:
        self._database = database
        self._moves = Moves(database, chain)
        self._fullmakter = fullmakter

    def within_fullmakt(self, proposal: Proposal, roller: Collection[str], on: date) -> bool:
        """Whether somebody with these roles may approve so much of this kravtype."""
        limit = self._fullmakter.limit(roller, proposal.kravtype, on)
        return limit is not None and proposal.beloep_oere <= limit

    def approve(self, proposal: Proposal, person: Actor, roller: Collection[str], reason: str, on: date) -> None:
        """Let the plan be carried out, if the facts still say the same then.

        Raises NotPossible when the person ordered or edited the work or lacks the fullmakt, Conflict when the item has
        changed since it was shown.
        """
        if not self.within_fullmakt(proposal, roller, on):
            raise NotPossible(f"Item {proposal.item_id} is above what {person.name} has fullmakt to approve.")
        with self._database.begin() as c:
            self._decide(c, proposal, "approved", person, reason)
            values = NO_MORE_WAITING | {"spent": 0, "ready_at": self._database.now}
            self._move(c, proposal, State.READY, person, "approve", reason, values)

    def reject(self, proposal: Proposal, person: Actor, reason: str, as_of: date) -> None:
        """Close the item: it rests until the facts it was found on have changed. Raises as `approve`."""
        with self._database.begin() as c:
            self._decide(c, proposal, "rejected", person, reason)
            values = NO_MORE_WAITING | {"rests": 1, "reason": REJECTED, "closed_as_of": as_of.isoformat()}
            self._move(c, proposal, State.HANDLED_MANUALLY, person, "reject", reason, values)

    def _move(
        self, c: Connection, shown: Proposal, to: State, person: Actor, action: str, reason: str, values: Json
    ) -> None:
        detail = {"plan": shown.plan.hash}
        self._moves.move(c, shown.item_id, to, person, action, reason, values, shown.seq, detail)

    def _decide(self, c: Connection, shown: Proposal, decision: str, person: Actor, reason: str) -> None:
        row = self._moves.row(c, shown.item_id)
        if row.seq != shown.seq or row.state != State.AWAITING_APPROVAL.value:
            raise Conflict
        said = {"decision": decision, "person": person.name, "role": person.role, "reason": reason}
        values = {"item_id": shown.item_id, "plan_hash": shown.plan.hash, "at": self._database.now, **said}
        try:
            c.execute(approval.insert().values(**values))
        except DBAPIError as error:
            if NOT_ALONE not in str(error.orig):
                raise
            told = f"{person.name} ordered or edited item {shown.item_id}: another person must decide."
            if row.ordered_by == NOBODY_KNOWS:
                told = f"Nobody knows who ordered item {shown.item_id}: it can be decided after the next night's find."
            raise NotPossible(told) from None
