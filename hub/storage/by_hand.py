"""What people do to items: put back, decide, settle, close, take, postpone, comment.

Each is one transaction with its event. `seq` is what the person saw: Conflict is raised when the item has changed
since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import Actor, Chain
from hub.automation import Json
from hub.beslutning import Beslutningstype
from hub.states import State, WaitingKind
from hub.storage import ledger
from hub.storage.database import Database
from hub.storage.moves import AFRESH, NO_MORE_WAITING, Conflict, Moves, NotPossible
from hub.storage.schema import beslutning, step


@dataclass(frozen=True, slots=True)
class Held:
    """Of items somebody wanted: how many they have taken now, and how many were theirs before."""

    now: int
    before: int


class ByHand:
    """The acts of people on items of every queue."""

    def __init__(self, database: Database, chain: Chain) -> None:
        self._database = database
        self._moves = Moves(database, chain)

    def retry(self, item_id: int, actor: Actor, reason: str, seq: int | None = None) -> None:
        """Put a waiting item back: it goes on at the step that failed. What is in doubt must be settled first."""
        with self._database.begin() as c:
            self.retry_within(c, item_id, actor, reason, seq)

    def retry_within(
        self, c: Connection, item_id: int, actor: Actor, reason: str, seq: int | None, detail: Json | None = None
    ) -> None:
        """`retry` inside a transaction that does more. What it raises is raised before anything is written."""
        self._put_back(c, self._not_in_doubt(c, item_id), actor, "retry", reason, seq, detail)

    def decide(
        self,
        item_id: int,
        kind: Beslutningstype,
        data: Mapping[str, str],
        actor: Actor,
        reason: str,
        seq: int | None = None,
    ) -> None:
        """Keep a decision and put the item back: its next plan is made from it.

        Raises NotPossible when a plan of the item has begun: it is finished as it is, and the decision would not be
        read.
        """
        with self._database.begin() as c:
            row = self._not_in_doubt(c, item_id)
            if ledger.read(c, item_id).begun:
                raise NotPossible(f"The plan of item {item_id} has begun and is finished as it is: put it back.")
            said = {"beslutning": kind.kode, "data": dict(data), "tekst": kind.describe(data)}
            self._put_back(c, row, actor, "decide", reason, seq, said)
            values = {
                "item_id": item_id,
                "seq": row.seq + 1,
                "code": row.reason,
                "fingerprint": row.fingerprint,
                "kode": kind.kode,
                "data": json.dumps(dict(data), ensure_ascii=False, sort_keys=True),
                "to_personer": int(kind.to_personer),
                "person": actor.name,
                "role": actor.role,
                "reason": reason,
                "at": self._database.now,
            }
            c.execute(beslutning.insert().values(**values))

    def close(
        self, item_id: int, actor: Actor, reason: str, as_of: date, seq: int | None = None, how: Json | None = None
    ) -> None:
        """Close an item a person has handled. It rests: it is not found again until its facts have changed.

        `how`: more that the event tells, such as what was done and under which reference.
        """
        values = NO_MORE_WAITING | {"rests": 1, "closed_as_of": as_of.isoformat()}
        with self._database.begin() as c:
            self._moves.move(c, item_id, State.HANDLED_MANUALLY, actor, "close by hand", reason, values, seq, how)

    def settle(
        self, item_id: int, happened: bool | Mapping[str, bool], actor: Actor, reason: str, seq: int | None = None
    ) -> set[str]:
        """A person says of these effects, or of all that are open, whether they happened. Returns those still open.

        With none left open the item is taken up again from there.
        """
        with self._database.begin() as c:
            row = self._moves.row(c, item_id)
            if seq is not None and row.seq != seq:
                raise Conflict
            if row.waiting_kind != WaitingKind.UNCERTAIN:
                raise NotPossible(f"Item {item_id} is not uncertain.")
            still_open = ledger.read(c, item_id).open
            if not still_open:
                raise NotPossible(f"No effect of item {item_id} is in doubt: put it back, or close it by hand.")
            said = happened if isinstance(happened, Mapping) else dict.fromkeys(still_open, happened)
            unknown = said.keys() - still_open
            if unknown:
                raise NotPossible(
                    f"{min(unknown)} is no open effect of item {item_id}: {', '.join(sorted(still_open))}."
                )
            self._say(c, row, said, {"settled_by": actor.name, "reason": reason})
            left = still_open - said.keys()
            to, values = (State.WAITING, {}) if left else (State.READY, AFRESH)
            edited = {**values, "edited_by": _with(row.edited_by, actor)}
            self._moves.move(c, item_id, to, actor, "settle", reason, edited, seq, {"happened": dict(said)})
            return left

    def take(self, item_id: int, actor: Actor, seq: int | None = None) -> None:
        """Make the waiting item this person's, also when it was another's."""
        self._note(item_id, actor, "take", None, {"assigned_to": actor.name}, seq)

    def take_free(self, item_ids: Sequence[int], actor: Actor) -> Held:
        """Take those of the items that wait and that nobody has. The others stay as they are."""
        with self._database.begin() as c:
            waiting = [row for row in self._moves.rows(c, item_ids) if row.state == State.WAITING]
            free = [row for row in waiting if row.assigned_to is None]
            if free:
                action = "take" if len(free) == 1 else "take several"
                self._moves.move_all(c, free, State.WAITING, actor, action, None, {"assigned_to": actor.name}, {})
            return Held(len(free), sum(row.assigned_to == actor.name for row in waiting))

    def give_back(self, item_id: int, actor: Actor, seq: int | None = None) -> None:
        """Let anybody take the waiting item."""
        self._note(item_id, actor, "give back", None, {"assigned_to": None}, seq)

    def postpone(self, item_id: int, until: date, actor: Actor, reason: str, seq: int | None = None) -> None:
        """Let the waiting item rest outside the list until that day."""
        values = {"postponed_until": until.isoformat()}
        self._note(item_id, actor, "postpone", reason, values, seq, {"until": until.isoformat()})

    def comment(self, item_id: int, actor: Actor, text: str, seq: int | None = None) -> None:
        """Add to the waiting item's history."""
        self._note(item_id, actor, "comment", text, {}, seq)

    def _note(
        self,
        item_id: int,
        actor: Actor,
        action: str,
        reason: str | None,
        values: Json,
        seq: int | None,
        detail: Json | None = None,
    ) -> None:
        with self._database.begin() as c:
            self._waiting(c, item_id)
            self._moves.move(c, item_id, State.WAITING, actor, action, reason, values, seq, detail)

    def _put_back(
        self,
        c: Connection,
        row: Row[Any],
        actor: Actor,
        action: str,
        reason: str,
        seq: int | None,
        detail: Json | None = None,
    ) -> None:
        again = AFRESH | {"edited_by": _with(row.edited_by, actor)}
        self._moves.move(c, row.id, State.READY, actor, action, reason, again, seq, detail)

    def _waiting(self, c: Connection, item_id: int) -> Row[Any]:
        row = self._moves.row(c, item_id)
        if row.state != State.WAITING:
            raise NotPossible(f"Item {item_id} is {row.state}: it does not wait for a person.")
        return row

    def _not_in_doubt(self, c: Connection, item_id: int) -> Row[Any]:
        row = self._waiting(c, item_id)
        if row.waiting_kind == WaitingKind.UNCERTAIN and ledger.read(c, item_id).open:
            raise NotPossible(f"Nobody knows whether the effect of item {item_id} happened: settle it instead.")
        return row

    def _say(self, c: Connection, row: Row[Any], said: Mapping[str, bool], data: Json) -> None:
        """Write a person's word on these effects into the ledger."""
        last = sa.select(sa.func.coalesce(sa.func.max(step.c.seq), 0)).where(step.c.item_id == row.id)
        seq = c.execute(last).scalar_one()
        same = {"item_id": row.id, "attempt": row.attempts, "data": json.dumps(data)}
        for n, (key, happened) in enumerate(sorted(said.items()), start=1):
            kind = "done" if happened else "undone"
            c.execute(step.insert().values(seq=seq + n, kind=kind, key=key, at=self._database.now, **same))


def _with(editors: str | None, actor: Actor) -> str:
    """Those who have put the item back or settled it, and this one."""
    known = editors.split(";") if editors else []
    return ";".join(dict.fromkeys([*known, actor.name]))
