"""What is followed up and is no item: lines of the control reports that somebody must look at, mostly before a date.

Which lines there are, the finds say: a line that the latest find does not tell any more has cleared itself. What people
do with them is kept beside, as history, and known by automation, code and krav.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import MACHINE, Actor
from hub.follow_up import Codes
from hub.storage import runs
from hub.storage.database import Database
from hub.storage.keys import SHORTEST_PREFIX, normalised
from hub.storage.moves import Conflict
from hub.storage.schema import follow_up, report_line, run

LAST = "9999"
"""Sorts after every date."""


class Whose(StrEnum):
    MINE = "mine"
    FREE = "free"
    OPEN = "open"
    """Everything that nobody is done with."""
    DONE = "done"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the lines are asked for, and by whom."""

    person: str
    whose: Whose = Whose.OPEN
    code: str | None = None
    krav: str | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    code: str
    count: int
    nearest: str | None
    """The first day something of it must be done by."""


@dataclass(frozen=True, slots=True)
class Totals:
    open: int
    mine: int
    free: int
    done: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as a person saw it: its id, and that of the last thing anybody had done with it (0: nothing)."""

    line_id: int
    follow_up_id: int


class Lines:
    """The lines there are now, of these automations."""

    def __init__(self, c: Connection, codes: Mapping[str, Codes]) -> None:
        self._c = c
        self._lines = _current(c, codes)

    def totals(self, person: str, today: date) -> Totals:
        line = self._lines.c
        late = sa.func.coalesce(line.last_safe_workday, line.last_interrupt_date) < today.isoformat()

        def count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
            return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)), 0)

        is_open = line.done_id.is_(None)
        mine, free = line.taken_by == person, line.taken_by.is_(None)
        wanted = (count(is_open), count(is_open, mine), count(is_open, free), count(line.done_id.is_not(None)))
        return Totals(*self._c.execute(sa.select(*wanted, count(is_open, late))).one())

    def open_ids(self) -> set[int]:
        """The lines that nobody is done with."""
        return set(self._c.execute(sa.select(self._lines.c.id).where(self._lines.c.done_id.is_(None))).scalars())

    def causes(self, selection: Selection) -> list[Cause]:
        """How many there are of each code, the most urgent first, whatever code the selection asks for."""
        line = self._lines.c
        nearest = sa.func.min(sa.func.coalesce(line.last_safe_workday, line.last_interrupt_date))
        query = sa.select(line.code, sa.func.count(), nearest).where(*self._conditions(selection, with_code=False))
        order = (sa.func.coalesce(nearest, LAST), line.code)
        return [Cause(*row) for row in self._c.execute(query.group_by(line.code).order_by(*order))]

    def page(self, selection: Selection, offset: int, limit: int) -> Sequence[Row[Any]]:
        """Those that must be done first, then those without a date."""
        line = self._lines.c
        order = (
            sa.func.coalesce(line.last_safe_workday, line.last_interrupt_date, LAST),
            line.code,
            line.krav,
            line.id,
        )
        query = sa.select(self._lines).where(*self._conditions(selection)).order_by(*order)
        return self._c.execute(query.offset(offset).limit(limit)).all()

    def named(self, names: Sequence[str], limit: int) -> Sequence[Row[Any]]:
        """Those about krav of these names; of those whose name begins so when one name is asked for and none has just
        that one."""
        wanted = [key for key in map(normalised, names) if key]
        exact = self._about(self._lines.c.krav.in_(wanted), limit) if wanted else []
        if exact or len(wanted) != 1 or len(wanted[0]) < SHORTEST_PREFIX:
            return exact
        (begins,) = wanted
        return self._about(sa.func.substr(self._lines.c.krav, 1, len(begins)) == begins, limit)

    def _about(self, condition: sa.ColumnElement[bool], limit: int) -> Sequence[Row[Any]]:
        line = self._lines.c
        query = sa.select(self._lines).where(condition).order_by(line.krav, line.code, line.id)
        return self._c.execute(query.limit(limit)).all()

    def as_shown(self, shown: Collection[Shown]) -> list[Row[Any]]:
        """Those of them that stand as they were shown; also when a find has told the same again since."""
        known = {each.line_id: each.follow_up_id for each in shown}
        joined = report_line.join(run, run.c.id == report_line.c.run_id)
        query = sa.select(report_line, run.c.automation).select_from(joined).where(report_line.c.id.in_(known))
        then = {_facts(row): known[row.id] for row in self._c.execute(query)}
        about = self._lines.c.krav.in_({krav for _, _, krav, *_ in then})
        now = self._c.execute(sa.select(self._lines).where(about).order_by(self._lines.c.id)).all()
        return [row for row in now if then.get(_facts(row)) == (row.follow_up_id or 0)]

    def _conditions(self, selection: Selection, *, with_code: bool = True) -> list[sa.ColumnElement[bool]]:
        line = self._lines.c
        is_open = line.done_id.is_(None)
        whose: dict[Whose, list[sa.ColumnElement[bool]]] = {
            Whose.OPEN: [is_open],
            Whose.MINE: [is_open, line.taken_by == selection.person],
            Whose.FREE: [is_open, line.taken_by.is_(None)],
            Whose.DONE: [line.done_id.is_not(None)],
            Whose.EVERY: [],
        }
        out = whose[selection.whose]
        if with_code and selection.code:
            out.append(line.code == selection.code)
        if selection.krav:
            out.append(line.krav == selection.krav)
        return out


class FollowUps:
    """What people do with lines. Each act is one transaction, and one at a time."""

    def __init__(self, database: Database, codes: Mapping[str, Codes]) -> None:
        self._database = database
        self._codes = codes

    def take(self, shown: Collection[Shown], actor: Actor) -> int:
        """Make the lines this person's, also when they were another's, or done. Returns how many were left as they
        are, because somebody had done something with them, or they had cleared themselves.

        Raises Conflict when all were.
        """
        return self._act(shown, "take", actor)

    def give_back(self, shown: Collection[Shown], actor: Actor) -> int:
        """Let anybody take the lines. As `take`."""
        return self._act(shown, "give back", actor)

    def finish(self, shown: Collection[Shown], actor: Actor, word: str) -> int:
        """Nothing more is to be done about the lines: they come back when their facts have changed. As `take`."""
        return self._act(shown, "done", actor, word)

    def _act(self, shown: Collection[Shown], action: str, actor: Actor, word: str | None = None) -> int:
        with self._database.begin() as c:
            self._database.one_at_a_time(c, "follow up")
            lines = Lines(c, self._codes).as_shown(shown)
            if not lines:
                raise Conflict
            said = {"action": action, "person": actor.name, "role": actor.role, "word": word}
            at = c.execute(sa.select(self._database.now)).scalar_one()
            columns = ("automation", "code", "krav", "last_interrupt_date", "last_safe_workday", "run_id", "once")
            rows = [{name: row._mapping[name] for name in columns} | said | {"at": at} for row in lines]
            c.execute(follow_up.insert(), rows)
        return len(shown) - len(lines)


def clear(database: Database, c: Connection, automation: str, run_id: int) -> None:
    """Note that what people had followed up is gone, where this find does not tell it any more: should it come again,
    it is new."""
    later = follow_up.alias()
    same = [later.c[name] == follow_up.c[name] for name in ("automation", "code", "krav")]
    newest = ~sa.exists().where(*same, later.c.id > follow_up.c.id)
    told = report_line.c.code == follow_up.c.code, report_line.c.krav == follow_up.c.krav
    told_now = sa.exists().where(report_line.c.run_id == run_id, *told)
    standing = sa.and_(follow_up.c.once == 0, follow_up.c.action != "cleared")
    query = sa.select(follow_up).where(follow_up.c.automation == automation, standing, newest, ~told_now)
    said = {"action": "cleared", "person": MACHINE.name, "role": MACHINE.role, "word": None, "run_id": run_id}
    rows = [{**row._mapping, **said} for row in c.execute(query)]
    if rows:
        at = c.execute(sa.select(database.now)).scalar_one()
        c.execute(follow_up.insert(), [{name: row[name] for name in row if name != "id"} | {"at": at} for row in rows])


def protected(c: Connection, automations: Collection[str]) -> list[tuple[str, str, int]]:
    """(automation, code, how many krav) of protected persons, as the latest find of each counted them."""
    out: list[tuple[str, str, int]] = []
    for automation in automations:
        find = runs.latest_find(c, automation)
        if find is not None:
            counts = sa.select(report_line.c.code, report_line.c.antall).where(
                report_line.c.run_id == find.id, report_line.c.antall > 0
            )
            out += [(automation, code, antall) for code, antall in c.execute(counts.order_by(report_line.c.code))]
    return out


def _facts(row: Row[Any]) -> tuple[str, str, str, str | None, str | None]:
    """What makes a line the same one."""
    return row.automation, row.code, row.krav, row.last_interrupt_date, row.last_safe_workday


def _current(c: Connection, codes: Mapping[str, Codes]) -> sa.Subquery:
    """Every line there is now, with what was last done with it."""
    told = sa.union_all(*_told(c, codes)).subquery()
    newest = sa.select(sa.func.max(follow_up.c.id)).where(
        *(follow_up.c[name] == told.c[name] for name in ("automation", "code", "krav"))
    )
    said = follow_up.alias()
    same_dates = [
        said.c[name].is_not_distinct_from(told.c[name]) for name in ("last_interrupt_date", "last_safe_workday")
    ]
    seen = said.c.run_id >= told.c.run_id
    taken = sa.and_(said.c.action == "take", sa.or_(told.c.once == 0, seen))
    done = sa.and_(
        said.c.action == "done", sa.or_(sa.and_(told.c.once == 0, *same_dates), sa.and_(told.c.once == 1, seen))
    )
    columns = (
        said.c.id.label("follow_up_id"),
        sa.case((taken, said.c.person)).label("taken_by"),
        sa.case((done, said.c.id)).label("done_id"),
        said.c.person,
        said.c.word,
        said.c.at,
    )
    joined = told.outerjoin(said, said.c.id == newest.scalar_subquery())
    return sa.select(told, *columns).select_from(joined).subquery()


def _told(c: Connection, codes: Mapping[str, Codes]) -> list[sa.Select[Any]]:
    """Each on its own, so that each goes by an index."""
    joined = report_line.join(run, run.c.id == report_line.c.run_id)
    nothing = [sa.select(*_columns(0)).select_from(joined).where(sa.false())]
    out = []
    for automation, wanted in codes.items():
        find = runs.latest_find(c, automation)
        if find is None:
            continue
        if wanted.standing:
            of_latest = report_line.c.run_id == find.id
            standing = sa.select(*_columns(0)).select_from(joined)
            out.append(
                standing.where(of_latest, report_line.c.code.in_(wanted.standing), report_line.c.krav.is_not(None))
            )
        if wanted.once:
            once = sa.select(*_columns(1)).select_from(joined)
            came_to_its_end = (run.c.automation == automation, run.c.kind == "find", run.c.outcome == "completed")
            mine = (report_line.c.code.in_(wanted.once), report_line.c.krav.is_not(None))
            out.append(once.where(*came_to_its_end, *mine, ~_told_again()))
    return out or nothing


def _told_again() -> sa.ColumnElement[bool]:
    """A later find of the automation has told the same."""
    later, later_run = report_line.alias(), run.alias()
    same = (later.c.krav == report_line.c.krav, later.c.code == report_line.c.code, later.c.id > report_line.c.id)
    of_automation = (later_run.c.id == later.c.run_id, later_run.c.automation == run.c.automation)
    completed = (later_run.c.kind == "find", later_run.c.outcome == "completed")
    return sa.exists().where(*same, *of_automation, *completed)


def _columns(once: int) -> tuple[sa.ColumnElement[Any], ...]:
    line = report_line.c
    dates = (line.last_interrupt_date, line.last_safe_workday)
    return (line.id, line.run_id, run.c.automation, line.code, line.krav, *dates, sa.literal(once).label("once"))
