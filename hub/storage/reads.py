"""What an attempt asks the hub's database, each answer from a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass

from hub.beslutning import Beslutning
from hub.release import ReleaseLevel
from hub.storage import beslutninger, ledger, queues, targets
from hub.storage.approvals import is_approved
from hub.storage.database import Database
from hub.storage.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Reads:
    """Of one queue."""

    database: Database
    queue: str

    def ledger(self, item_id: int) -> Ledger:
        with self.database.read() as c:
            return ledger.read(c, item_id)

    def may_act(self) -> bool:
        """Whether nothing is paused and the queue is past its dry nights."""
        with self.database.read() as c:
            return queues.may_run(c, self.queue)

    def is_well(self, system: str) -> bool:
        """Whether nothing says that the system fails others too."""
        with self.database.read() as c:
            return system not in targets.unwell(c)

    def release_level(self) -> ReleaseLevel:
        with self.database.read() as c:
            known = queues.get(c, self.queue)
        return ReleaseLevel.DRY if known is None else known.release_level

    def beslutninger(self, item_id: int) -> tuple[Beslutning, ...]:
        """What people have decided about the item as it is now, oldest first."""
        with self.database.read() as c:
            return beslutninger.read(c, item_id)

    def is_approved(self, item_id: int, plan_hash: str) -> bool:
        """Whether a second person has approved just this plan of the item."""
        with self.database.read() as c:
            return is_approved(c, item_id, plan_hash)
