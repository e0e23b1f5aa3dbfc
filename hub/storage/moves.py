"""Moving items between states outside the hot path, each move with its event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import MACHINE, START, Actor, Chain
from hub.automation import Json
from hub.states import FINISHED, State, allowed
from hub.storage import runs
from hub.storage.database import Database
from hub.storage.schema import (
    approval,
    attempt,
    beslutning,
    event,
    evidence,
    item_key,
    mass_retry_item,
    sample_item,
    step,
    work_item,
    work_order_krav,
)

NO_MORE_WAITING: Json = {"waiting_kind": None, "reason": None, "postponed_until": None}
AFRESH: Json = NO_MORE_WAITING | {"spent": 0, "free": 0}
"""Put back, with every attempt before it."""
"""Whoever has taken the item keeps it: should it wait again, it is theirs again."""


class NotPossible(Exception):
    """The item cannot be moved that way. The text is one sentence; nothing was written."""


class Conflict(NotPossible):
    """Somebody else has changed the item since it was read."""

    def __init__(self) -> None:
        super().__init__("Somebody else has changed the item since you saw it: look at it again.")


class Moves:
    """Used inside the caller's transaction."""

    def __init__(self, database: Database, chain: Chain) -> None:
        self._database = database
        self._chain = chain

    def move(
        self,
        c: Connection,
        item_id: int,
        to: State,
        actor: Actor,
        action: str,
        reason: str | None = None,
        values: Json | None = None,
        seq: int | None = None,
        detail: Json | None = None,
    ) -> None:
        """Change the state, and write who did it and why. `seq`: what the caller saw. `detail`: more that the event
        tells. Raises NotPossible, Conflict."""
        row = self.row(c, item_id)
        if seq is not None and row.seq != seq:
            raise Conflict
        self.move_all(c, [row], to, actor, action, reason, values, {item_id: detail or {}})

    def move_all(
        self,
        c: Connection,
        rows: Sequence[Row[Any]],
        to: State,
        actor: Actor,
        action: str,
        reason: str | None,
        values: Json | None,
        details: Mapping[int, Json],
    ) -> None:
        """Move items the caller has locked, all of them for a few statements. Raises NotPossible."""
        for row in rows:
            was = State(row.state)
            if was in FINISHED or (was is not to and not allowed(was, to)):
                raise NotPossible(f"Item {row.id} is {was} and cannot become {to}.")
        these = work_item.c.id.in_([row.id for row in rows])
        newest = sa.and_(event.c.item_id == work_item.c.id, event.c.seq == work_item.c.seq)
        links = sa.select(work_item.c.id, event.c.chain).join(event, newest).where(these)
        before = dict(c.execute(links).tuples().all())
        changed = {"state": to.value, "seq": work_item.c.seq + 1, "updated_at": self._database.now, **(values or {})}
        if c.execute(work_item.update().where(these).values(**changed)).rowcount != len(rows):
            raise Conflict
        entries = [
            (row.id, row.seq + 1, before.get(row.id, START), story(actor, action, State(row.state), to, reason))
            for row in rows
        ]
        self.tell(c, [(item, seq, link, told | details.get(item, {})) for item, seq, link, told in entries])

    def erase(self, c: Connection, item_id: int, as_of: date, seq: int | None = None) -> list[str]:
        """Cancel a protected person's item and take away what would tell who it is; returns the pictures to delete.

        The caller makes the database `forget` once this is committed.
        """
        runs.erase_lines(c, self.row(c, item_id).krav.split(";"))
        runs.silence_orders(c, work_order_krav.c.item_id == item_id)
        gone = {"krav": "", "payload": "{}", "fingerprint": "", "result": None, "lease_until": None, "holder": None}
        gone |= {"frist": None, "assigned_to": None}
        name = {"reference": f"slettet:{item_id}", "occasion": 1, "closed_as_of": as_of.isoformat()}
        self.move(c, item_id, State.CANCELLED, MACHINE, "cancel", None, NO_MORE_WAITING | gone | name, seq)
        mine = attempt.c.item_id == item_id
        ended = {"ended_at": self._database.now, "outcome": "cancel"}
        c.execute(attempt.update().where(mine, attempt.c.ended_at.is_(None)).values(**ended))
        c.execute(attempt.update().where(mine).values(message=None))
        pictures = sa.select(evidence.c.file).where(evidence.c.item_id == item_id, evidence.c.file.is_not(None))
        files = [file for (file,) in c.execute(pictures)]
        c.execute(event.update().where(event.c.item_id == item_id).values(salt=None, content=None))
        for table in (step, evidence, approval, beslutning, item_key, mass_retry_item, sample_item):
            c.execute(table.delete().where(table.c.item_id == item_id))
        return files

    def tell(self, c: Connection, entries: Iterable[tuple[int, int, str, Json]]) -> None:
        """Append events: (item, seq, the link before it, content)."""
        at = c.execute(sa.select(self._database.now)).scalar_one()
        rows = []
        for item_id, seq, before, content in entries:
            link = self._chain.link(item_id, seq, before, content)
            proof = {"item_id": item_id, "seq": seq, "at": at, "digest": link.digest, "chain": link.chain}
            rows.append({**proof, "salt": link.salt, "content": link.content})
        self._database.insert_many(c, event, rows)

    @staticmethod
    def row(c: Connection, item_id: int) -> Row[Any]:
        """The item, locked for the rest of the transaction. Raises NotPossible when there is none."""
        row = c.execute(sa.select(work_item).where(work_item.c.id == item_id).with_for_update()).first()
        if row is None:
            raise NotPossible(f"There is no item {item_id}.")
        return row

    @staticmethod
    def rows(c: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
        """Those of the items that are there, locked in one order whoever asks for them."""
        these = sa.select(work_item).where(work_item.c.id.in_(ids)).order_by(work_item.c.id)
        return c.execute(these.with_for_update()).all()


def story(actor: Actor, action: str, before: State | None, after: State, reason: str | None) -> Json:
    """What an event tells."""
    return {"action": action, "from": before, "to": after, "actor": actor.name, "role": actor.role, "reason": reason}
