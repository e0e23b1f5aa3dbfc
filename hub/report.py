"""The control report of one night's run of one automation: what came in, and where each of it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.states import FINISHED, State
from hub.storage import runs
from hub.storage.receipts import ItemDone, done_in, named
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
    """in = completed + waiting + awaiting_approval + handled_manually + cancelled + still open (+ closed later)."""

    automation: str
    as_of: date
    items: tuple[ReportItem, ...]
    lines: tuple[ReportLine, ...]
    states: dict[str, int]
    found: bool
    """Whether the latest find that came to its end was of this night."""
    closed_later: int = 0
    """Open after this night, and closed in a later one: in the report of an earlier night, made afterwards."""

    @property
    def came_in(self) -> int:
        return sum(self.states.values()) + self.closed_later

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


@dataclass(frozen=True, slots=True)
class NightReport:
    """The control report with what it is checked against."""

    control: ControlReport
    taken_in: int
    """Items there were to account for, counted on their own: not by state, but by what earlier nights had closed."""
    done: tuple[ItemDone, ...]
    runs: tuple[runs.NightRun, ...]


def night_report(c: Connection, automation: str, as_of: date) -> NightReport:
    """The control report of one night, the count it must add up to, the receipts of its effects, and its runs."""
    return NightReport(
        control_report(c, automation, as_of),
        _taken_in(c, automation, as_of),
        done_in(c, automation, as_of),
        runs.of_night(c, automation, as_of),
    )


def control_report(c: Connection, automation: str, as_of: date) -> ControlReport:
    """Everything this night closed, and everything that is open after it. What a later night found is not of it."""
    closed_tonight = sa.and_(
        work_item.c.state.in_([s.value for s in FINISHED]), work_item.c.closed_as_of == as_of.isoformat()
    )
    is_open = work_item.c.state.not_in([s.value for s in FINISHED])
    here = _here(c, automation, as_of)
    query = sa.select(work_item).where(here, sa.or_(closed_tonight, is_open)).order_by(work_item.c.id)
    items, states = [], {state.value: 0 for state in State}
    for row in c.execute(query):
        states[row.state] += 1
        if row.state == State.CANCELLED:
            continue  # of a protected person: it is counted, and leaves every list
        krav = tuple(row.krav.split(";")) if row.krav else ()
        items.append(
            ReportItem(
                named(row), row.waiting_kind or row.state, row.result or "", row.reason or "", krav, row.attempts
            )
        )
    later = sa.select(sa.func.count()).where(here, work_item.c.closed_as_of > as_of.isoformat())
    latest = runs.latest_find(c, automation)
    tonight = latest if latest is not None and latest.as_of == as_of.isoformat() else None
    lines = _lines(c, tonight, items) if tonight is not None else []
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
        c.execute(later).scalar_one(),
    )


def _lines(c: Connection, find: Row[Any], items: Iterable[ReportItem]) -> list[Row[Any]]:
    """Those of the night's last find; and of an earlier one the lines whose code is the result their krav has got
    since: that the work is done takes nothing off the list, also when the night was begun again."""
    told = runs.lines(c, find.id)
    done = {(item.result, krav) for item in items if item.status == State.COMPLETED for krav in item.krav}
    done -= {(line.code, line.krav) for line in told}
    earlier = {(line.code, line.krav): line for line in runs.earlier_lines(c, find)}
    return told + [line for key, line in earlier.items() if key in done]


def _here(c: Connection, automation: str, as_of: date) -> sa.ColumnElement[bool]:
    """The items of this queue that there were before a later night began to find."""
    next_night = runs.next_find(c, automation, as_of)
    mine = work_item.c.queue == automation
    return mine if next_night is None else sa.and_(mine, work_item.c.created_at < next_night)


def _taken_in(c: Connection, automation: str, as_of: date) -> int:
    """All items but those of earlier and later nights. One that is finished and lacks its night is among them."""
    ours = sa.or_(work_item.c.closed_as_of.is_(None), work_item.c.closed_as_of >= as_of.isoformat())
    return c.execute(sa.select(sa.func.count()).where(_here(c, automation, as_of), ours)).scalar_one()
