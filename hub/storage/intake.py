"""Takes a complete find in, all or nothing: items, report lines, and the pause when the volume guard says stop."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import MACHINE, NOBODY_KNOWS, START, Chain
from hub.automation import Arbeid, Json, Line, Utelatt, Varsel, Vernet
from hub.intake import Intake, Known, Resting, decide, facts, only_asked_for
from hub.order import Answer, Told, tell
from hub.retention import Emptied
from hub.states import FINISHED, State, WaitingKind
from hub.storage import follow_ups, keys, ledger, memos, orders, queues, runs
from hub.storage.database import Database
from hub.storage.moves import AFRESH, NO_MORE_WAITING, Moves, story
from hub.storage.orders import Order
from hub.storage.schema import IN_WORK, OPEN, RESTS, work_item
from hub.volume import exceeded

NOTHING_TO_DO = "NOTHING_TO_DO"
CHUNK = 500

T = TypeVar("T")


@dataclass(slots=True)
class Taken:
    intake: Intake
    paused: str | None
    """Why the volume guard paused the queue."""
    erased_files: list[str] = field(default_factory=list)
    """Pictures of erased items, for the caller to delete once this is committed."""


def take_in(
    database: Database,
    chain: Chain,
    queue: str,
    run_id: int,
    lines: Sequence[Line],
    as_of: date,
    max_effects: int,
    answer_by: date,
) -> Taken:
    """One transaction, one find of a queue at a time. Workers wait with the queue's items until it is over.

    `answer_by`: the deadline of new work that the law sets none for.
    """
    moves = Moves(database, chain)
    with database.begin() as c:
        database.one_at_a_time(c, f"find {queue}")
        intake = decide(lines, _unfinished(c, queue), _closed(c, queue, lines), _resting(c, queue), as_of)
        found = {"as_of": as_of.isoformat(), "ordered_by": runs.ordered_by(c, run_id)}
        # what is new may have the reference of an item that is erased or renewed away from it
        files, erased = _erase(c, moves, intake, lines, as_of)
        for renewed in _chunks(intake.renew):
            _renew(database, c, moves, queue, renewed, found)
        again = AFRESH | {"as_of": as_of.isoformat()}
        _move(c, moves, intake.revive, State.READY, "revive", again)
        gone = NO_MORE_WAITING | {"result": NOTHING_TO_DO, "closed_as_of": as_of.isoformat()}
        _move(c, moves, intake.close, State.COMPLETED, "close", gone)
        _add(database, c, moves, queue, intake, found, answer_by)
        runs.add_lines(c, run_id, [*found_lines(lines), *counted_lines(lines)])
        follow_ups.clear(database, c, queue, run_id)
        memos.keep(database, c, queue, lines)
        too_many = _guard(database, c, queue, run_id, intake, max_effects)
    if erased:
        database.forget()
    return Taken(intake, too_many, files)


def take_in_ordered(
    database: Database,
    chain: Chain,
    order: Order,
    run_id: int,
    lines: Sequence[Line],
    as_of: date,
    max_effects: int,
    answer_by: date,
) -> Taken | None:
    """Of a complete find, take in what a person has asked for, and tell them what became of each krav.

    The rest of the find is as if it had not been made: nothing is closed, and no memo kept. None when somebody else
    has carried the order out meanwhile.
    """
    queue, moves = order.automation, Moves(database, chain)
    with database.begin() as c:
        database.one_at_a_time(c, f"find {queue}")
        if not orders.is_waiting(c, order.id):
            return None
        unfinished = _unfinished(c, queue)
        everything = decide(lines, unfinished, _closed(c, queue, lines), _resting(c, queue), as_of)
        intake = only_asked_for(everything, unfinished, order.krav)
        found = {"as_of": as_of.isoformat(), "ordered_by": order.person}
        files, erased = _erase(c, moves, intake, lines, as_of)
        ids = _add(database, c, moves, queue, intake, found, answer_by)
        taken = {krav: ids[arbeid.reference] for arbeid, _ in intake.add for krav in arbeid.krav}
        gone = {known.id for known in intake.cancel}
        stays = [known for known in unfinished if known.id not in gone]
        standing = {name: known.id for known in stays for name in (known.reference, *known.krav)}
        protected = {line.krav for line in lines if isinstance(line, Vernet)}
        told = tell(order.krav - protected, lines, taken, standing)
        orders.answer(database, c, order.id, dict.fromkeys(order.krav & protected, Told(Answer.UNKNOWN)) | told)
        too_many = _guard(database, c, queue, run_id, intake, max_effects)
    if erased:
        database.forget()
    return Taken(intake, too_many, files)


def _erase(c: Connection, moves: Moves, intake: Intake, lines: Sequence[Line], as_of: date) -> tuple[list[str], bool]:
    """Take away what tells who is protected: the pictures to delete, and whether anything was there at all."""
    files = [file for known in intake.cancel for file in moves.erase(c, known.id, as_of)]
    erased = runs.erase_lines(c, {line.krav for line in lines if isinstance(line, Vernet)})
    return files, bool(intake.cancel or erased)


def _guard(database: Database, c: Connection, queue: str, run_id: int, intake: Intake, max_effects: int) -> str | None:
    """Note how much was found, and pause the queue when it is far more than usual: why, or None."""
    too_many = exceeded(intake.effects, max_effects, runs.earlier_effects(c, queue))
    if too_many:
        queues.pause_within(database, c, queue, "volume", MACHINE, too_many)
    runs.set_effects(c, run_id, intake.effects)
    return too_many


def _add(
    database: Database, c: Connection, moves: Moves, queue: str, intake: Intake, found: Json, answer_by: date
) -> dict[str, int]:
    """Reference -> id of what was added."""
    if not intake.add:
        return {}
    now = c.execute(sa.select(database.now)).scalar_one()
    same = {"queue": queue, "state": State.READY.value, "seq": 1, "ready_at": now, "created_at": now, "updated_at": now}
    by = answer_by.isoformat()
    rows = [
        same | _columns(arbeid) | found | {"occasion": occasion, "frist": _frist(arbeid) or by}
        for arbeid, occasion in intake.add
    ]
    database.insert_many(c, work_item, rows)
    added = sa.and_(sa.text(IN_WORK), work_item.c.queue == queue, work_item.c.created_at == now)
    ids = dict(c.execute(sa.select(work_item.c.reference, work_item.c.id).where(added)).tuples().all())
    told = story(MACHINE, "add", None, State.READY, None) | {"ordered_by": found["ordered_by"]}
    moves.tell(c, [(item_id, 1, START, told) for item_id in sorted(ids.values())])
    keys.add(database, c, {ids[arbeid.reference]: arbeid for arbeid, _ in intake.add})
    return ids


def _renew(
    database: Database,
    c: Connection,
    moves: Moves,
    queue: str,
    renewed: Sequence[tuple[Known, Arbeid]],
    found: Json,
) -> None:
    """Each goes on as what it is now. In their order: one may take the reference another has just left."""
    rows = {row.id: row for row in moves.rows(c, [known.id for known, _ in renewed])}
    facts = [_columns(arbeid) | {"item": known.id, "frist": _frist(arbeid)} for known, arbeid in renewed]
    for fact, (known, arbeid) in zip(facts, renewed, strict=True):
        renamed = known.reference != arbeid.reference
        fact["occasion"] = _next_occasion(c, queue, arbeid.reference) if renamed else known.occasion
    due = sa.case((work_item.c.state == State.AWAITING_APPROVAL, database.now), else_=work_item.c.ready_at)
    values: Json = {name: sa.bindparam(name) for name in facts[0] if name not in ("item", "frist")} | found
    values |= {"frist": sa.func.coalesce(sa.bindparam("frist", type_=sa.Text), work_item.c.frist), "ready_at": due}
    values["ordered_before"] = _orderers_before(found["ordered_by"])
    c.execute(work_item.update().where(work_item.c.id == sa.bindparam("item")).values(**values), facts)
    afresh, detail = AFRESH | {"result": None}, {item: {"ordered_by": found["ordered_by"]} for item in rows}
    stays = [row for row in rows.values() if row.state == State.DEFERRED]
    ready = [row for row in rows.values() if row.state != State.DEFERRED]
    for to, these in ((State.DEFERRED, stays), (State.READY, ready)):
        if these:
            moves.move_all(c, these, to, MACHINE, "renew", None, afresh, detail)
    keys.renew(database, c, {known.id: arbeid for known, arbeid in renewed})


def _next_occasion(c: Connection, queue: str, reference: str) -> int:
    namesakes = sa.and_(work_item.c.queue == queue, work_item.c.reference == reference)
    return (c.execute(sa.select(sa.func.max(work_item.c.occasion)).where(namesakes)).scalar() or 0) + 1


def _move(c: Connection, moves: Moves, known: Sequence[Known], to: State, action: str, values: Json) -> None:
    for these in _chunks(known):
        rows = moves.rows(c, [each.id for each in these])
        moves.move_all(c, rows, to, MACHINE, action, None, values, {})


def _chunks(of: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(of), CHUNK):
        yield of[start : start + CHUNK]


def _orderers_before(now: str) -> sa.ColumnElement[str]:
    """Whoever ordered the item earlier has had a hand in it, also when `now` orders it again (VERN-5)."""
    before, last = sa.func.coalesce(work_item.c.ordered_before, ""), work_item.c.ordered_by
    listed = sa.literal(";") + before + ";"
    stands_there = sa.func.replace(listed, sa.literal(";") + last + ";", "") != listed
    no_news = sa.or_(last == now, last == NOBODY_KNOWS, stands_there)
    return sa.case((no_news, work_item.c.ordered_before), (before == "", last), else_=before + ";" + last)


def _columns(arbeid: Arbeid) -> dict[str, Any]:
    return {
        "reference": arbeid.reference,
        "target": arbeid.target,
        "krav": ";".join(arbeid.krav),
        "payload": json.dumps(arbeid.payload),
        "fingerprint": arbeid.fingerprint,
    }


def _frist(arbeid: Arbeid) -> str | None:
    """The deadline that the law sets."""
    return arbeid.frist.isoformat() if arbeid.frist else None


def _unfinished(c: Connection, queue: str) -> list[Known]:
    query = sa.select(work_item).where(work_item.c.queue == queue, sa.text(OPEN)).order_by(work_item.c.id)
    rows = c.execute(query.with_for_update(key_share=True)).all()
    effects = ledger.standing(c, [row.id for row in rows])
    return [_known(row, row.as_of, row.id in effects and effects[row.id].begun) for row in rows]


def _closed(c: Connection, queue: str, lines: Sequence[Line]) -> dict[str, Known]:
    """The latest closed item of each reference found."""
    references = [line.reference for line in lines if isinstance(line, Arbeid)]
    is_closed = sa.and_(work_item.c.queue == queue, work_item.c.state.in_([state.value for state in FINISHED]))
    out: dict[str, Known] = {}
    for some in _chunks(references):
        wanted = work_item.c.reference.in_(some)
        for row in c.execute(sa.select(work_item).where(is_closed, wanted).order_by(work_item.c.occasion)):
            out[row.reference] = _known(row, row.closed_as_of or row.as_of, begun=False)
    return out


def _resting(c: Connection, queue: str) -> Resting:
    """What a person has closed or rejected: the facts it was closed on."""
    w = work_item.c
    query = sa.select(w.krav, w.fingerprint, w.emptied).where(w.queue == queue, sa.text(RESTS))
    known, imprints = set(), set()
    for krav, fingerprint, emptied in c.execute(query):
        if emptied == Emptied.EVERYTHING:
            imprints.add(fingerprint)
        else:
            known.add(facts(krav.split(";"), fingerprint))
    return Resting(known, imprints)


def _known(row: Row[Any], as_of: str, begun: bool) -> Known:
    return Known(
        id=row.id,
        reference=row.reference,
        occasion=row.occasion,
        state=State(row.state),
        waiting_kind=WaitingKind(row.waiting_kind) if row.waiting_kind else None,
        krav=frozenset(row.krav.split(";")) if row.krav else frozenset(),
        fingerprint=row.fingerprint,
        as_of=date.fromisoformat(as_of),
        rests=bool(row.rests),
        begun=begun,
        postponed_until=date.fromisoformat(row.postponed_until) if row.postponed_until else None,
    )


def found_lines(lines: Sequence[Line]) -> list[dict[str, object]]:
    """What a find says of the krav it has no work for, as rows of its report."""
    out: list[dict[str, object]] = []
    for line in lines:
        if isinstance(line, Utelatt):
            out.append({"code": line.reason, "krav": line.krav})
        elif isinstance(line, Varsel):
            dates = {"last_interrupt_date": line.last_interrupt_date, "last_safe_workday": line.last_safe_workday}
            out.append({"code": line.code, "krav": line.krav, **{k: d.isoformat() for k, d in dates.items() if d}})
    return out


def counted_lines(lines: Sequence[Line], besides: int = 0) -> list[dict[str, object]]:
    """What a find says of the protected, as rows of its report: counts alone. `besides`: krav that were found to be
    theirs afterwards."""
    vernede = [line for line in lines if isinstance(line, Vernet)]
    also = Counter(line.also for line in vernede if line.also)
    counts = {"PROTECTED": len(vernede) + besides, **also}
    return [{"code": code, "antall": antall} for code, antall in counts.items()]
