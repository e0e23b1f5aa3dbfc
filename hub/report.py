"""The control report of one night's run of one automation: what came in, and where each of it went."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.states import FINISHED, State
from hub.storage import runs
from hub.storage.schema import work_item

STILL_OPEN = (State.READY, State.DEFERRED, State.RUNNING)


@dataclass(frozen=True, slots=True)
class ReportItem:
    reference: str
    status: str
    """A state, or the waiting kind of one that waits."""
    result: str
    reason: str
    krav: tuple[str, ...]
    attempts: int


@dataclass(frozen=True, slots=True)
class ReportLine:
    code: str
    krav: str | None
    last_interrupt_date: str | None
    last_safe_workday: str | None
    antall: int | None


@dataclass(frozen=True, slots=True)
class ControlReport:
    """in = completed + waiting + awaiting_approval + handled_manually + cancelled + still open."""

    automation: str
    as_of: date
    items: tuple[ReportItem, ...]
    lines: tuple[ReportLine, ...]
    states: dict[str, int]
    found: bool
    """Whether the latest find that came to its end was of this night."""

    @property
    def came_in(self) -> int:
        return sum(self.states.values())

    @property
    def counts(self) -> dict[str, int]:
        """How many krav stand under each code; those of protected persons are only counted, also in the store."""
        counts: Counter[str] = Counter()
        for line in self.lines:
            counts[line.code] += 1 if line.antall is None else line.antall
        return {code: n for code, n in sorted(counts.items()) if n}

    @property
    def still_open(self) -> int:
        return sum(self.states.get(state.value, 0) for state in STILL_OPEN)


def control_report(c: Connection, automation: str, as_of: date) -> ControlReport:
    """Everything this night closed, and everything that is open after it."""
    closed_tonight = sa.and_(
        work_item.c.state.in_([s.value for s in FINISHED]), work_item.c.closed_as_of == as_of.isoformat()
    )
    is_open = work_item.c.state.not_in([s.value for s in FINISHED])
    query = (
        sa.select(work_item)
        .where(work_item.c.queue == automation, sa.or_(closed_tonight, is_open))
        .order_by(work_item.c.id)
    )
    items, states = [], {state.value: 0 for state in State}
    for row in c.execute(query):
        states[row.state] += 1
        reference = row.reference if row.occasion == 1 else f"{row.reference}:{row.occasion}"
        krav = tuple(row.krav.split(";")) if row.krav else ()
        items.append(
            ReportItem(reference, row.waiting_kind or row.state, row.result or "", row.reason or "", krav, row.attempts)
        )
    latest = runs.latest_find(c, automation)
    tonight = latest if latest is not None and latest.as_of == as_of.isoformat() else None
    lines = runs.lines(c, tonight.id) if tonight is not None else []
    return ControlReport(
        automation,
        as_of,
        tuple(items),
        tuple(
            ReportLine(line.code, line.krav, line.last_interrupt_date, line.last_safe_workday, line.antall)
            for line in lines
        ),
        states,
        tonight is not None,
    )
