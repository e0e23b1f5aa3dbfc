"""The hot statements, as SQL text per store: claim, complete, begin step, end step, renew.

Everything else the hub asks its database goes through SQLAlchemy Core. What these cost decides how many items a second
one worker can carry, so PostgreSQL gets one statement for each act with its attempt and event rows (a claim two: its
event is chained to the last one of the claimed item), and SQLite, which has no round trips and no data-changing WITH,
gets them one by one (docs/benchmarks.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.storage.database import NOW
from hub.storage.schema import CLAIMABLE

NEXT = f"""
    SELECT id, queue, target, reference, occasion, payload, as_of, attempts + 1 AS attempts, spent, free,
           lease_no + 1 AS lease_no, seq + 1 AS seq, state AS was,
           (SELECT chain FROM event WHERE event.item_id = work_item.id AND event.seq = work_item.seq) AS chain
    FROM work_item
    WHERE {CLAIMABLE} AND queue = :queue AND ready_at <= {{now}} AND {{of_targets}}
    ORDER BY created_at, id LIMIT 1 {{skip_locked}}"""  # noqa: S608 (our own words only)
CLAIM = """
    UPDATE work_item SET state = 'running', lease_no = work_item.lease_no + 1, lease_until = {now} + :lease,
           holder = :holder, attempts = work_item.attempts + 1, seq = work_item.seq + 1, updated_at = {now}"""
LINK = "SELECT chain FROM event WHERE item_id = :id AND seq = :seq"
ATTEMPT = "INSERT INTO attempt (item_id, no, run_id, holder, started_at) VALUES (:id, :no, :run, :holder, {now})"
EVENT = """
    INSERT INTO event (item_id, seq, at, digest, chain, salt, content)
    VALUES (:id, :event_seq, {now}, :digest, :chain, :salt, :content)"""
FINISH = """
    UPDATE work_item SET state = :state, waiting_kind = :waiting_kind, reason = :reason, result = :result,
           krav = COALESCE(:krav, krav), closed_as_of = :closed_as_of, spent = spent + :spent, free = free + :free,
           ready_at = {now} + :delay, lease_until = NULL, holder = NULL, seq = seq + 1, updated_at = {now}
    WHERE id = :id AND state = 'running' AND lease_no = :lease_no AND lease_until > {now} AND seq = :seq"""
ATTEMPT_END = """
    UPDATE attempt SET ended_at = {now}, outcome = :outcome, code = :code, message = :message
    WHERE item_id = :id AND no = :no"""
STEP = """
    INSERT INTO step (item_id, seq, attempt, kind, key, data, at)
    SELECT id, (SELECT COALESCE(MAX(seq), 0) + 1 FROM step WHERE item_id = :id), :attempt, :kind, :key, :data, {now}
    FROM work_item WHERE id = :id AND state = 'running' AND lease_no = :lease_no AND lease_until > {now} + :margin
    RETURNING item_id"""
RENEW = """
    UPDATE work_item SET lease_until = {now} + :lease
    WHERE id = :id AND state = 'running' AND lease_no = :lease_no AND lease_until > {now}"""


@dataclass(frozen=True, slots=True)
class Sql:
    """The `…_record` are carried out after it, in order and with the same parameters, when it has found its row."""

    claim: str
    """Returns the next item as it is once it is taken."""
    link: str
    """The chain at one event of an item."""
    claim_record: tuple[str, ...]
    """The attempt and event rows of a claim, and the taking itself where `claim` has only found the item."""
    finish: str
    finish_record: tuple[str, ...]
    """The end of the attempt and the event row; nothing where `finish` writes them itself."""
    step: str
    renew: str


def _sqlite(text: str) -> str:
    """The targets are one text, each between bars: a table of them would be made anew for every claim."""
    filled = text.format(now=NOW["sqlite"], of_targets="instr(:targets, '|' || target || '|')", skip_locked="")
    return " ".join(filled.split())


def _postgresql(text: str) -> str:
    """`:name` becomes psycopg's `%(name)s`; a cast (`::type`) is left alone."""
    filled = text.format(
        now=NOW["postgresql"], of_targets="target = ANY(:targets)", skip_locked="FOR UPDATE SKIP LOCKED"
    )
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", " ".join(filled.split()))


def _chained(first: str, *following: str) -> str:
    """One statement: the following happen only if the first returned a row."""
    parts = [f"first AS ({first})"]
    for number, text in enumerate(following):
        conditional = re.sub(r" VALUES \((.*)\)$", r" SELECT \1 FROM first", text)
        conditional = (
            re.sub(r" WHERE ", " WHERE EXISTS (SELECT FROM first) AND ", conditional)
            if "UPDATE" in text
            else conditional
        )
        parts.append(f"then_{number} AS ({conditional})")
    return f"WITH {', '.join(parts)} SELECT * FROM first"  # noqa: S608


SQLITE = Sql(
    claim=_sqlite(NEXT),
    link=_sqlite(LINK),
    claim_record=(_sqlite(f"{CLAIM} WHERE id = :id"), _sqlite(ATTEMPT), _sqlite(EVENT)),
    finish=_sqlite(FINISH),
    finish_record=(_sqlite(ATTEMPT_END), _sqlite(EVENT)),
    step=_sqlite(STEP),
    renew=_sqlite(RENEW),
)
POSTGRESQL = Sql(
    claim=_postgresql(
        f"WITH next AS MATERIALIZED ({NEXT}) {CLAIM} FROM next WHERE work_item.id = next.id RETURNING next.*"
    ),
    link=_postgresql(LINK),
    claim_record=(_postgresql(f"WITH attempted AS ({ATTEMPT}) {EVENT}"),),
    finish=_chained(*(_postgresql(text) for text in (f"{FINISH} RETURNING id", ATTEMPT_END, EVENT))),
    finish_record=(),
    step=_postgresql(STEP),
    renew=_postgresql(RENEW),
)
