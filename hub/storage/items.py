"""Work items outside the hot path: what is due, taking back lost leases, and their pictures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import MACHINE, Chain
from hub.automation import Json
from hub.policy import Policy
from hub.states import State, WaitingKind
from hub.storage import ledger
from hub.storage.database import Database
from hub.storage.moves import Moves
from hub.storage.schema import CLAIMABLE, IN_WORK, attempt, evidence, work_item

WORKER_LOST = "WORKER_LOST"


class Items:
    """The items of every queue. Each method is one transaction."""

    def __init__(self, database: Database, chain: Chain) -> None:
        self._database = database
        self._moves = Moves(database, chain)

    def take_back(self, queue: str, policy: Policy) -> int:
        """Take items back from workers that went silent. One with a started effect rests until it can be looked at."""
        with self._database.begin() as c:
            lost = sa.select(work_item).where(
                sa.text(IN_WORK),
                work_item.c.state == State.RUNNING,
                work_item.c.queue == queue,
                work_item.c.lease_until < self._database.now,
            )
            rows = list(c.execute(lost.with_for_update(skip_locked=True)))
            effects = ledger.standing(c, [row.id for row in rows])
            for row in rows:
                self._take_back(c, row, effects.get(row.id, ledger.Standing()), policy)
            return len(rows)

    def cancel_protected(self, item_id: int, as_of: date, seq: int) -> list[str]:
        """Cancel an item whose skyldner turned out to be protected, and erase what would tell who it is.

        Returns the names of its pictures, for the caller to delete. Raises Conflict when the item has changed since
        event `seq`.
        """
        with self._database.begin() as c:
            files = self._moves.erase(c, item_id, as_of, seq)
        self._database.forget()
        return files

    def targets_with_work(self, queue: str) -> set[str]:
        """Targets of the queue with an item that may be claimed now."""
        due = sa.and_(sa.text(CLAIMABLE), work_item.c.queue == queue, work_item.c.ready_at <= self._database.now)
        with self._database.read() as c:
            return {name for (name,) in c.execute(sa.select(work_item.c.target).where(due).distinct())}

    def pending(self, queue: str, within: float) -> dict[str, int]:
        """Items per target that are running, or may be claimed within so many seconds."""
        due = sa.and_(sa.text(CLAIMABLE), work_item.c.ready_at <= self._database.now + within)
        soon = sa.or_(work_item.c.state == State.RUNNING, due)
        query = sa.select(work_item.c.target, sa.func.count()).where(sa.text(IN_WORK), work_item.c.queue == queue, soon)
        with self._database.read() as c:
            return dict(c.execute(query.group_by(work_item.c.target)).tuples().all())

    def add_evidence(self, item_id: int, attempt_no: int, file: str | None, missing_because: str | None) -> bool:
        """Note a picture, or why there is none. False when the attempt is over: its item may have been erased since."""
        under_way = sa.and_(work_item.c.id == item_id, work_item.c.attempts == attempt_no)
        with self._database.begin() as c:
            row = c.execute(sa.select(work_item.c.state).where(under_way).with_for_update()).first()
            if row is None or row.state != State.RUNNING:
                return False
            shown = {"file": file, "missing_because": missing_because, "at": self._database.now}
            c.execute(evidence.insert().values(item_id=item_id, attempt=attempt_no, **shown))
            return True

    def sweep_pictures(self, folder: Path) -> int:
        """Delete the pictures that no row tells of: whoever erased their item died before the file was gone, or did it
        on another machine. Returns how many."""
        # Listed first: a picture that is made meanwhile has its row before its file.
        files = [file.name for file in folder.glob("*-*.png")]
        with self._database.read() as c:
            known = set(c.execute(sa.select(evidence.c.file).where(evidence.c.file.is_not(None))).scalars())
        orphans = [file for file in files if file not in known]
        delete_pictures(folder, orphans)
        return len(orphans)

    def _take_back(self, c: Connection, row: Row[Any], effects: ledger.Standing, policy: Policy) -> None:
        ended = {"ended_at": self._database.now, "outcome": "lost", "message": "the worker went silent"}
        c.execute(attempt.update().where(attempt.c.item_id == row.id, attempt.c.no == row.attempts).values(**ended))
        values: Json = {"lease_until": None, "holder": None, "spent": row.spent + 1}
        to = State.DEFERRED if effects.begun else State.READY
        if effects.begun:  # also when a person, who may be quick, decides next
            values |= {"ready_at": row.lease_until + policy.grace(effects.in_doubt)}
        if row.spent + 1 >= policy.retry.max_attempts:
            to, kind = State.WAITING, WaitingKind.UNCERTAIN if effects.open else WaitingKind.SYSTEM
            values |= {"waiting_kind": kind, "reason": WORKER_LOST}
        self._moves.move(c, row.id, to, MACHINE, "lost", WORKER_LOST, values)


def delete_pictures(folder: Path, files: Iterable[str]) -> None:
    """Pictures of an erased item, once its erasure is committed."""
    for file in files:
        (folder / file).unlink(missing_ok=True)
