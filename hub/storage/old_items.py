"""Closed items whose time is up: their pictures first, then their content, and at last all but what is counted."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.retention import SLETTET, Emptied, imprint
from hub.storage.helped import helped
from hub.storage.schema import (
    CLOSED,
    OPEN,
    approval,
    attempt,
    beslutning,
    event,
    evidence,
    item_key,
    step,
    work_item,
    work_queue,
)

RETENTION = "deleted by retention"
"""Why a picture is missing."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures of items closed before a day."""

    before: date
    navn: str = "bilder"

    def due(self, c: Connection, most: int | None) -> Sequence[int]:
        joined = evidence.join(work_item, work_item.c.id == evidence.c.item_id)
        old = sa.and_(sa.text(CLOSED), work_item.c.closed_as_of < self.before.isoformat())
        query = sa.select(evidence.c.id).select_from(joined).where(evidence.c.file.is_not(None), old)
        return c.execute(query.order_by(evidence.c.id).limit(most)).scalars().all()

    def empty(self, c: Connection, ids: Sequence[int]) -> list[str]:
        these = evidence.c.id.in_(ids)
        files = list(c.execute(sa.select(evidence.c.file).where(these, evidence.c.file.is_not(None))).scalars())
        c.execute(evidence.update().where(these).values(file=None, missing_because=RETENTION))
        return files


@dataclass(frozen=True, slots=True)
class Content:
    """What items closed before a day were found on, planned to no end, and failed with."""

    before: date
    navn: str = "oppgavers innhold"

    def due(self, c: Connection, most: int | None) -> Sequence[int]:
        return _closed_before(c, self.before, Emptied.CONTENT, most)

    def empty(self, c: Connection, ids: Sequence[int]) -> list[str]:
        gone = {"payload": "{}", "emptied": Emptied.CONTENT.value}
        whole = sa.and_(work_item.c.id.in_(ids), work_item.c.emptied < Emptied.CONTENT.value)
        c.execute(work_item.update().where(whole).values(**gone))
        nothing_done = set(ids) - _vouchers(c, ids)
        c.execute(step.delete().where(step.c.item_id.in_(nothing_done)))
        return _silence(c, ids)


@dataclass(frozen=True, slots=True)
class Everything:
    """All that tells whom and what an item closed before a day was about, and who had a hand in it."""

    before: date
    today: date
    navn: str = "oppgaver anonymisert"

    def due(self, c: Connection, most: int | None) -> Sequence[int]:
        due = _closed_before(c, self.before, Emptied.EVERYTHING, most)
        held = _in_force(c, self.before, self.today)
        return [item_id for item_id in due if item_id not in held]

    def empty(self, c: Connection, ids: Sequence[int]) -> list[str]:
        self._anonymise(c, ids)
        for table in (step, approval, beslutning, item_key):
            c.execute(table.delete().where(table.c.item_id.in_(ids)))
        told = sa.and_(event.c.item_id.in_(ids), event.c.content.is_not(None))
        c.execute(event.update().where(told).values(salt=None, content=None))
        return _silence(c, ids)

    @staticmethod
    def _anonymise(c: Connection, ids: Sequence[int]) -> None:
        """Whoever closed the very same facts is not asked about them again: only their imprint is kept."""
        resting = _resting(c, ids)
        nobody = {"ordered_by": SLETTET, "ordered_before": None, "assigned_to": None}
        nothing = {"krav": "", "payload": "{}", "fingerprint": "", "rests": 0, "emptied": Emptied.EVERYTHING.value}
        name = {"reference": sa.literal(f"{SLETTET}:") + sa.cast(work_item.c.id, sa.Text), "occasion": 1}
        somebody = sa.case((helped(), SLETTET))
        whole = sa.and_(work_item.c.id.in_(ids), work_item.c.emptied < Emptied.EVERYTHING.value)
        c.execute(work_item.update().where(whole).values(edited_by=somebody, **nobody, **nothing, **name))
        if resting:
            mine = work_item.c.id == sa.bindparam("of")
            c.execute(work_item.update().where(mine).values(rests=1, fingerprint=sa.bindparam("print")), resting)


def _closed_before(c: Connection, before: date, until: Emptied, most: int | None) -> Sequence[int]:
    """Queue by queue, so that it is read in the index of what is closed."""
    out: list[int] = []
    for queue in c.execute(sa.select(work_queue.c.name).order_by(work_queue.c.name)).scalars().all():
        old = (work_item.c.closed_as_of < before.isoformat(), work_item.c.emptied < until.value)
        query = sa.select(work_item.c.id).where(sa.text(CLOSED), work_item.c.queue == queue, *old)
        out += c.execute(query.limit(None if most is None else most - len(out))).scalars()
    return sorted(out)


def _vouchers(c: Connection, ids: Collection[int]) -> set[int]:
    """Those of the items by which something was changed, or that somebody was asked to approve."""
    changed = sa.select(step.c.item_id).where(step.c.item_id.in_(ids), step.c.kind.in_(("started", "done", "undone")))
    asked = sa.select(approval.c.item_id).where(approval.c.item_id.in_(ids))
    return set(c.execute(sa.union(changed, asked)).scalars())


def _silence(c: Connection, ids: Collection[int]) -> list[str]:
    """Take away what attempts said and showed; the pictures to delete."""
    said = sa.and_(attempt.c.item_id.in_(ids), attempt.c.message.is_not(None))
    c.execute(attempt.update().where(said).values(message=None))
    shown = evidence.c.item_id.in_(ids)
    files = list(c.execute(sa.select(evidence.c.file).where(shown, evidence.c.file.is_not(None))).scalars())
    c.execute(evidence.delete().where(shown))
    return files


def _resting(c: Connection, ids: Collection[int]) -> list[dict[str, object]]:
    """The imprints of those that rest. One that was taken up again later, under the same reference, does not."""
    later = work_item.alias()
    namesake = sa.and_(later.c.queue == work_item.c.queue, later.c.reference == work_item.c.reference)
    taken_up = sa.exists().where(namesake, later.c.occasion > work_item.c.occasion)
    query = sa.select(work_item.c.id, work_item.c.krav, work_item.c.fingerprint)
    whole = sa.and_(work_item.c.id.in_(ids), work_item.c.emptied < Emptied.EVERYTHING.value)
    rows = c.execute(query.where(whole, work_item.c.rests == 1, ~taken_up))
    return [{"of": row.id, "print": imprint(row.krav.split(";"), row.fingerprint)} for row in rows]


def _in_force(c: Connection, before: date, today: date) -> set[int]:
    """Items in which something was decided that still holds: until a day to come, or for an item that is open."""
    old = sa.and_(work_item.c.closed_as_of < before.isoformat(), work_item.c.emptied < Emptied.EVERYTHING.value)
    query = sa.select(beslutning.c.item_id, beslutning.c.data, beslutning.c.fingerprint, work_item.c.queue)
    decided = c.execute(query.join(work_item, work_item.c.id == beslutning.c.item_id).where(sa.text(CLOSED), old)).all()
    if not decided:
        return set()
    standing = set(c.execute(sa.select(work_item.c.queue, work_item.c.fingerprint).where(sa.text(OPEN))).tuples())

    def holds(row: Row[Any]) -> bool:
        to_come = any(_is_to_come(value, today) for value in json.loads(row.data).values())
        return to_come or (row.queue, row.fingerprint) in standing

    return {row.item_id for row in decided if holds(row)}


def _is_to_come(value: str, today: date) -> bool:
    try:
        return date.fromisoformat(value) >= today
    except ValueError:
        return False
