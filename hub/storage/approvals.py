"""Two-person control: plans that wait for a second person, and what that person says of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from sys import intern

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.audit import Actor, Chain
from hub.automation import Forslag, Json, Plan
from hub.fullmakt import Fullmakter
from hub.proposal import Approver, Hindrance, Proposal, digest
from hub.states import State
from hub.storage.backlog import THROUGH_CLAIMS
from hub.storage.database import Database
from hub.storage.moves import AFRESH, NO_MORE_WAITING, Moves
from hub.storage.schema import IN_WORK, approval, step, work_item
from hub.storage.triggers import BARRED

REJECTED = "REJECTED"
AT_ONCE = 200
"""Proposals decided in one transaction: a long list must not keep the workers from writing meanwhile (SQLite)."""
WAITS = sa.and_(sa.text(IN_WORK), work_item.c.state == State.AWAITING_APPROVAL.value)
_any_plan = step.alias()
_of_item = sa.and_(_any_plan.c.item_id == work_item.c.id, _any_plan.c.kind == "plan")
_newest = sa.select(sa.func.max(_any_plan.c.seq)).where(_of_item).scalar_subquery()
WITH_PLAN = work_item.join(step, sa.and_(step.c.item_id == work_item.c.id, step.c.seq == _newest))
"""Items with the plan that stands."""


def pending(c: Connection, queue: str | None = None, item_id: int | None = None) -> list[Proposal]:
    """Everything that waits for a second person, or what does of one queue or item, the oldest first."""
    columns = (work_item.c[name] for name in ("id", "queue", "reference", "seq", "created_at", "ordered_by"))
    query = sa.select(*columns, step.c.data).select_from(WITH_PLAN).where(WAITS)
    if queue:
        query = query.where(work_item.c.queue == queue)
    if item_id is not None:
        query = query.where(work_item.c.id == item_id)
    query = query.order_by(work_item.c.created_at, work_item.c.id).execution_options(yield_per=AT_ONCE)
    return [_proposal(*row) for row in c.execute(query)]


def _proposal(
    item_id: int, queue: str, reference: str, seq: int, since: float, ordered_by: str, stored: str
) -> Proposal:
    raw = json.loads(stored)
    queue, ordered_by, result = intern(queue), intern(ordered_by), intern(raw["result"])
    of = (item_id, queue, reference, seq, since, ordered_by, result, digest(stored))
    return Proposal(*of, Forslag.of(raw.get("forslag")))


def with_plans(c: Connection, proposals: Sequence[Proposal]) -> Iterator[tuple[Proposal, Plan]]:
    """Each with the plan it was shown with; one that has another plan by now, or none, is passed over."""
    for start in range(0, len(proposals), AT_ONCE):
        some = proposals[start : start + AT_ONCE]
        query = sa.select(work_item.c.id, step.c.data).select_from(WITH_PLAN)
        rows = c.execute(query.where(work_item.c.id.in_([each.item_id for each in some])))
        stored = {row.id: row.data for row in rows}
        for each in some:
            if each.item_id in stored and digest(stored[each.item_id]) == each.digest:
                yield each, Plan.from_json(stored[each.item_id])


def count_pending(c: Connection) -> int:
    """How many proposals wait for a second person."""
    query = sa.select(sa.func.count()).select_from(work_item)
    return c.execute(query.where(WAITS, *THROUGH_CLAIMS)).scalar_one()


def barred(c: Connection, person: str, among: Collection[int] | None = None) -> set[int]:
    """The waiting items this person may not decide about, by the very words the database refuses it with."""
    about = f"({BARRED})".replace("NEW.item_id", "asked.id").replace("NEW.person", ":person")
    asked = work_item.alias("asked")
    waits = sa.and_(sa.text(IN_WORK), asked.c.state == State.AWAITING_APPROVAL.value)
    query = sa.select(asked.c.id).where(waits, sa.text(about))
    if among is not None:
        query = query.where(asked.c.id.in_(among))
    return set(c.execute(query, {"person": person}).scalars())


def is_approved(c: Connection, item_id: int, plan_hash: str) -> bool:
    said = sa.select(approval.c.decision).where(approval.c.item_id == item_id, approval.c.plan_hash == plan_hash)
    return c.execute(said).scalar() == "approved"


@dataclass(frozen=True, slots=True)
class _Said:
    """What somebody says of a list, and what comes of it."""

    decision: str
    action: str
    hinders: Callable[[Approver, Proposal], Hindrance | None]
    to: State
    person: Actor
    roller: Collection[str]
    reason: str
    on: date
    values: Json


class Approvals:
    """What a second person decides about proposals as they were shown; one that is hindered stops none of the others.

    Whoever decides gets back the items that were left, and why.
    """

    def __init__(self, database: Database, chain: Chain, fullmakter: Fullmakter) -> None:
        self._database = database
        self._moves = Moves(database, chain)
        self._fullmakter = fullmakter

    def approver(
        self, c: Connection, person: str, roller: Collection[str], on: date, among: Collection[int] | None = None
    ) -> Approver:
        """That person, before what waits now, or before these items."""
        return Approver(self._fullmakter, roller, on, barred(c, person, among))

    def approve(
        self, proposals: Sequence[Proposal], person: Actor, roller: Collection[str], reason: str, on: date
    ) -> dict[int, Hindrance]:
        """Let the plans be carried out, if the facts still say the same then."""
        values = AFRESH | {"ready_at": self._database.now}
        said = _Said("approved", "approve", Approver.hinders, State.READY, person, roller, reason, on, values)
        return self._say(proposals, said)

    def reject(self, proposals: Sequence[Proposal], person: Actor, reason: str, on: date) -> dict[int, Hindrance]:
        """Close the items: each rests until the facts it was found on have changed."""
        values = NO_MORE_WAITING | {"rests": 1, "reason": REJECTED, "closed_as_of": on.isoformat()}
        said = _Said("rejected", "reject", Approver.bars, State.HANDLED_MANUALLY, person, (), reason, on, values)
        return self._say(proposals, said)

    def _say(self, proposals: Sequence[Proposal], said: _Said) -> dict[int, Hindrance]:
        left: dict[int, Hindrance] = {}
        for start in range(0, len(proposals), AT_ONCE):
            with self._database.begin() as c:
                left |= self._say_some(c, proposals[start : start + AT_ONCE], said)
        return left

    def _say_some(self, c: Connection, proposals: Sequence[Proposal], said: _Said) -> dict[int, Hindrance]:
        ids = [proposal.item_id for proposal in proposals]
        rows = {row.id: row for row in self._moves.rows(c, ids)}
        approver = self.approver(c, said.person.name, said.roller, said.on, ids)
        left: dict[int, Hindrance] = {}
        for shown in proposals:
            row = rows.get(shown.item_id)
            as_shown = row is not None and (row.seq, row.state) == (shown.seq, State.AWAITING_APPROVAL.value)
            if hindrance := said.hinders(approver, shown) if as_shown else Hindrance.CHANGED:
                left[shown.item_id] = hindrance
        wanted = [shown for shown in proposals if shown.item_id not in left]
        decided = {shown.item_id: plan.hash for shown, plan in with_plans(c, wanted)}
        left |= {shown.item_id: Hindrance.CHANGED for shown in wanted if shown.item_id not in decided}
        if decided:
            self._keep(c, decided, said)
            told = {item_id: {"plan": plan_hash} for item_id, plan_hash in decided.items()}
            moved = [rows[item_id] for item_id in sorted(decided)]
            self._moves.move_all(c, moved, said.to, said.person, said.action, said.reason, said.values, told)
        return left

    def _keep(self, c: Connection, decided: Mapping[int, str], said: _Said) -> None:
        """A row for each; the database has the last word on who may not be the second person."""
        at = c.execute(sa.select(self._database.now)).scalar_one()
        same = {"decision": said.decision, "person": said.person.name, "role": said.person.role, "reason": said.reason}
        rows = [{"item_id": item_id, "plan_hash": plan, **same, "at": at} for item_id, plan in decided.items()]
        self._database.insert_many(c, approval, rows)
