"""The tables of the hub. `triggers.py` holds what may be done with their rows.

Instants are seconds since 1970 UTC as double precision, always from the database's own clock (see `sql.py`).
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hub.improvement import Status
from hub.mass_retry import Result
from hub.order import Answer
from hub.release import ReleaseLevel
from hub.states import FINISHED, State, WaitingKind

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _quoted(words: object) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))  # type: ignore[call-overload]


# The indexes go by columns that a claim leaves alone, not by the state: so a claim writes to none of them.
CLOSED = "closed_as_of IS NOT NULL"
OPEN = "closed_as_of IS NULL"
IN_WORK = f"{OPEN} AND waiting_kind IS NULL"
"""Unfinished, and not waiting for a person to say why it failed."""
RESTS = "rests = 1"
WAITS = "waiting_kind IS NOT NULL"
"""It waits for a person to say why it failed: an oppgave."""
UNSETTLED = "settled_at IS NULL"
"""Of an item in a mass retry: not yet released, or released and not yet at its end."""
CLAIMABLE = f"{IN_WORK} AND state IN ('deferred', 'ready')"
"""Says it by way of IN_WORK, so that both databases see that the index of what is in work serves."""

work_queue = Table(
    "work_queue",
    metadata,
    Column("name", Text, primary_key=True),
    Column("release_level", Text, nullable=False),
    Column("paused", Text),
    Column("paused_reason", Text),
    Column("paused_no", Integer, nullable=False, server_default="0"),
    CheckConstraint(f"release_level IN ({_quoted(ReleaseLevel)})", name="release_level"),
    CheckConstraint("paused IN ('person', 'volume')", name="paused"),
)

queue_release = Table(
    "queue_release",
    metadata,
    Column("queue", Text, ForeignKey("work_queue.name"), nullable=False),
    Column("paused_no", Integer, nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("queue", "paused_no", "person"),
)

queue_event = Table(
    "queue_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("queue", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

target = Table(
    "target",
    metadata,
    Column("name", Text, primary_key=True),
    Column("blocked", Text),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failed_items", Text, nullable=False, server_default="[]"),
    Column("breaker", Text, nullable=False, server_default="closed"),
    Column("retry_at", Double),
    CheckConstraint("breaker IN ('closed', 'open', 'probing')", name="breaker"),
)

target_session = Table(
    "target_session",
    metadata,
    Column("target", Text, ForeignKey("target.name"), nullable=False),
    Column("account", Text, nullable=False),
    Column("holder", Text),
    Column("lease_until", Double),
    PrimaryKeyConstraint("target", "account"),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("automation", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("as_of", Text, nullable=False),
    Column("ordered_by", Text, nullable=False),
    Column("prefect_run", Text),
    Column("started_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("outcome", Text),
    Column("effects", Integer, nullable=False, server_default="0"),
    CheckConstraint("kind IN ('find', 'drain', 'dry', 'order')", name="kind"),
)
Index("ix_run_automation_kind_id", run.c.automation, run.c.kind, run.c.id)  # a drain a minute, and one find a night

work_item = Table(
    "work_item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("queue", Text, ForeignKey("work_queue.name"), nullable=False),
    Column("target", Text, ForeignKey("target.name"), nullable=False),
    Column("reference", Text, nullable=False),
    Column("occasion", Integer, nullable=False, server_default="1"),
    Column("state", Text, nullable=False),
    Column("waiting_kind", Text),
    Column("reason", Text),
    Column("result", Text),
    Column("krav", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("as_of", Text, nullable=False),
    Column("ordered_by", Text, nullable=False),
    Column("ordered_before", Text),
    Column("edited_by", Text),
    Column("closed_as_of", Text),
    Column("rests", Integer, nullable=False, server_default="0"),
    Column("frist", Text),
    Column("assigned_to", Text),
    Column("postponed_until", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("spent", Integer, nullable=False, server_default="0"),
    Column("free", Integer, nullable=False, server_default="0"),
    Column("ready_at", Double, nullable=False),
    Column("lease_no", Integer, nullable=False, server_default="0"),
    Column("lease_until", Double),
    Column("holder", Text),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("seq", Integer, nullable=False, server_default="0"),
    Column("emptied", Integer, nullable=False, server_default="0"),
    UniqueConstraint("queue", "reference", "occasion"),
    CheckConstraint(f"state IN ({_quoted(State)})", name="state"),
    CheckConstraint(f"waiting_kind IN ({_quoted(WaitingKind)})", name="waiting_kind"),
    CheckConstraint("(state = 'waiting') = (waiting_kind IS NOT NULL)", name="waiting_says_why"),
    CheckConstraint(f"(state IN ({_quoted(FINISHED)})) = ({CLOSED})", name="closed_when_finished"),
    CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="lease_while_running"),
    CheckConstraint("(lease_until IS NULL) = (holder IS NULL)", name="lease_has_holder"),
    CheckConstraint(f"emptied = 0 OR ({CLOSED} AND emptied IN (1, 2))", name="emptied_when_closed"),
)
# Oldest first, so that an item keeps its place when it is tried again; what is not due is skipped within the index.
# What is running stays in it: there is never much of it, and lost leases are found without an index more to write to.
Index(
    "ix_work_item_claim",
    work_item.c.queue,
    work_item.c.created_at,
    work_item.c.id,
    work_item.c.ready_at,
    work_item.c.target,
    sqlite_where=text(IN_WORK),
    postgresql_where=text(IN_WORK),
)
Index(
    "uq_work_item_open",
    work_item.c.queue,
    work_item.c.reference,
    unique=True,
    sqlite_where=text(OPEN),
    postgresql_where=text(OPEN),
)
# The rest is there to be read with it: how much was closed, and how, is counted without reading the items, and so is
# what retention has to do with them.
Index(
    "ix_work_item_closed",
    work_item.c.queue,
    work_item.c.closed_as_of,
    work_item.c.state,
    work_item.c.result,
    work_item.c.edited_by,
    work_item.c.frist,
    work_item.c.attempts,
    work_item.c.seq,
    work_item.c.emptied,
    sqlite_where=text(CLOSED),
    postgresql_where=text(CLOSED),
)

Index("ix_work_item_rests", work_item.c.queue, sqlite_where=text(RESTS), postgresql_where=text(RESTS))
Index(
    "ix_work_item_waits",
    # The order of the list, and then what it is counted and chosen by: none of it reads the items themselves.
    work_item.c.frist,
    work_item.c.created_at,
    work_item.c.id,
    work_item.c.waiting_kind,
    work_item.c.reason,
    work_item.c.queue,
    work_item.c.assigned_to,
    work_item.c.postponed_until,
    sqlite_where=text(WAITS),
    postgresql_where=text(WAITS),
)

# What a caller can name an item by: its krav and their cases, without punctuation.
item_key = Table(
    "item_key",
    metadata,
    Column("key", Text().with_variant(Text(collation="C"), "postgresql"), nullable=False),  # a range is a prefix
    Column("item_id", Integer, ForeignKey("work_item.id"), nullable=False),
    PrimaryKeyConstraint("key", "item_id"),
    sqlite_with_rowid=False,
)
Index("ix_item_key_item_id", item_key.c.item_id)

beslutning = Table(
    "beslutning",
    metadata,
    Column("item_id", Integer, ForeignKey("work_item.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("code", Text),
    Column("fingerprint", Text, nullable=False),
    Column("kode", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("to_personer", Integer, nullable=False),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("item_id", "seq"),
)
"""`seq` is that of the event it is told in, `code` the reason it answers. It holds while the item's `fingerprint` is
this one: what was decided about other facts is not decided about these."""
Index("ix_beslutning_fingerprint", beslutning.c.fingerprint)

work_order = Table(
    "work_order",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("automation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("outcome", Text),
    Column("code", Text),
    Column("ended_at", Double),
    CheckConstraint("outcome IN ('done', 'failed', 'dry')", name="outcome"),
    CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended_with_outcome"),
)
"""What a person has asked an automation to take up: it is carried out by a drain, once."""
ORDERED = "outcome IS NULL"
Index("ix_work_order_waits", work_order.c.id, sqlite_where=text(ORDERED), postgresql_where=text(ORDERED))

work_order_krav = Table(
    "work_order_krav",
    metadata,
    Column("order_id", Integer, ForeignKey("work_order.id"), nullable=False),
    Column("krav", Text, nullable=False),
    Column("answer", Text),
    Column("code", Text),
    Column("item_id", Integer, ForeignKey("work_item.id")),
    PrimaryKeyConstraint("order_id", "krav"),
    CheckConstraint(f"answer IN ({_quoted(Answer)})", name="answer"),
    sqlite_with_rowid=False,
)
Index("ix_work_order_krav_krav", work_order_krav.c.krav)

attempt = Table(
    "attempt",
    metadata,
    Column("item_id", Integer, ForeignKey("work_item.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("run_id", Integer),
    Column("holder", Text, nullable=False),
    Column("started_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("outcome", Text),
    Column("code", Text),
    Column("message", Text),
    PrimaryKeyConstraint("item_id", "no"),
    sqlite_with_rowid=False,
)
Index("ix_attempt_run_id", attempt.c.run_id)

step = Table(
    "step",
    metadata,
    Column("item_id", Integer, ForeignKey("work_item.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("item_id", "seq"),
    CheckConstraint("kind IN ('plan', 'decision', 'started', 'done', 'undone')", name="kind"),
    sqlite_with_rowid=False,
)

# Rows in the order of their writing, whatever item they are of: a page less to write for each event (SQLite).
# Content and salt may be erased, and stand in the row they belong to: a table of their own costs two pages for each.
event = Table(
    "event",
    metadata,
    Column("item_id", Integer, ForeignKey("work_item.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Double, nullable=False),
    Column("digest", Text, nullable=False),
    Column("chain", Text, nullable=False),
    Column("salt", Text),
    Column("content", Text),
    PrimaryKeyConstraint("item_id", "seq"),
    CheckConstraint("(salt IS NULL) = (content IS NULL)", name="salt_goes_with_content"),
)
# PostgreSQL finds a stretch of time by a summary of its pages, kept at next to no cost; SQLite by the order of rows.
Index("ix_event_at", event.c.at, postgresql_using="brin").ddl_if(dialect="postgresql")

seal = Table(
    "seal",
    metadata,
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("previous", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("heads", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("root", Text, nullable=False),
    Column("signature", Text, nullable=False),
    UniqueConstraint("previous"),
)
"""`previous` is unique: of two rounds at once, one alone follows a seal."""

# What each seal is over (see `hub.seal.Head`). Written before its seal, in the same transaction.
sealed_head = Table(
    "sealed_head",
    metadata,
    Column("item_id", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("seal", Integer, ForeignKey("seal.no", deferrable=True, initially="DEFERRED"), nullable=False),
    Column("digest", Text, nullable=False),
    PrimaryKeyConstraint("item_id", "seq"),
    sqlite_with_rowid=False,
)
"""It points at no item: what it says of one that was removed stays."""
Index("ix_sealed_head_seal_item_id", sealed_head.c.seal, sealed_head.c.item_id)

# What a second person said of one plan of an item. Whoever ordered the work or had a hand in it may not be that person.
approval = Table(
    "approval",
    metadata,
    Column("item_id", Integer, ForeignKey("work_item.id"), nullable=False),
    Column("plan_hash", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("item_id", "plan_hash"),
    CheckConstraint("decision IN ('approved', 'rejected')", name="decision"),
)

# A random part of a list that somebody drew, to look at before the list was decided about.
sample = Table(
    "sample",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("queue", Text, ForeignKey("work_queue.name"), nullable=False),
    Column("liste", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("drawn_from", Integer, nullable=False),
    Column("drawn", Integer, nullable=False),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("at", Double, nullable=False),
)
"""`drawn` of the `drawn_from` that the person could have got; with the `seed` the same draw can be made again."""
Index("ix_sample_queue_liste", sample.c.queue, sample.c.liste)

sample_item = Table(
    "sample_item",
    metadata,
    Column("sample_id", Integer, ForeignKey("sample.id"), nullable=False),
    Column("item_id", Integer, ForeignKey("work_item.id"), nullable=False),
    PrimaryKeyConstraint("sample_id", "item_id"),
    sqlite_with_rowid=False,
)
Index("ix_sample_item_item_id", sample_item.c.item_id)

memo = Table(
    "memo",
    metadata,
    Column("queue", Text, ForeignKey("work_queue.name"), nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("queue", "key"),
)
"""What an automation has asked to have kept for its next find: no history, a new value takes the old one's place."""

notice = Table(
    "notice",
    metadata,
    Column("kind", Text, nullable=False),
    Column("as_of", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("kind", "as_of", "channel"),
)
"""Messages about a night that have been sent, or are being sent, by each channel."""

report_line = Table(
    "report_line",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("code", Text, nullable=False),
    Column("krav", Text),
    Column("last_interrupt_date", Text),
    Column("last_safe_workday", Text),
    Column("antall", Integer),
    CheckConstraint("(krav IS NULL) = (antall IS NOT NULL)", name="krav_or_count"),
)
Index("ix_report_line_run_id", report_line.c.run_id)
Index("ix_report_line_krav", report_line.c.krav)

# What became of the lines that a person follows up. The newest of a line's rows says whose it is, or that it is done.
follow_up = Table(
    "follow_up",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("automation", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("krav", Text, nullable=False),
    Column("last_interrupt_date", Text),
    Column("last_safe_workday", Text),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("once", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("word", Text),
    Column("at", Double, nullable=False),
    CheckConstraint("action IN ('take', 'give back', 'done', 'cleared')", name="action"),
    CheckConstraint("(action = 'done') = (word IS NOT NULL)", name="done_says_what"),
)
"""`run_id` is the find whose line the person saw; `once`: a find tells it once, and it stays until somebody is done."""
Index(
    "ix_follow_up_automation_code_krav_id", follow_up.c.automation, follow_up.c.code, follow_up.c.krav, follow_up.c.id
)

mass_retry = Table(
    "mass_retry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("one_first", Integer, nullable=False),
    Column("per_minute", Integer, nullable=False),
    Column("at", Double, nullable=False),
    Column("state", Text, nullable=False),
    Column("stopped_by", Text),
    Column("ended_at", Double),
    CheckConstraint("state IN ('running', 'completed', 'failed', 'stopped')", name="state"),
    CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="ended"),
    CheckConstraint("(state = 'stopped') = (stopped_by IS NOT NULL)", name="stopped_by"),
    CheckConstraint("per_minute > 0", name="per_minute"),
)

mass_retry_item = Table(
    "mass_retry_item",
    metadata,
    Column("job_id", Integer, ForeignKey("mass_retry.id"), nullable=False),
    Column("item_id", Integer, ForeignKey("work_item.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("released_at", Double),
    Column("result", Text),
    Column("code", Text),
    Column("settled_at", Double),
    PrimaryKeyConstraint("job_id", "item_id"),
    CheckConstraint(f"result IN ({_quoted(Result)})", name="result"),
    CheckConstraint("(result IS NULL) = (settled_at IS NULL)", name="settled"),
)
"""`seq` is the item's last event as the person saw it, `code` why it waits again."""
Index(
    "uq_mass_retry_item_unsettled",
    mass_retry_item.c.item_id,
    unique=True,
    sqlite_where=text(UNSETTLED),
    postgresql_where=text(UNSETTLED),
)
Index("ix_mass_retry_item_item_id", mass_retry_item.c.item_id)

# What the Power-team thinks of doing next. A change is a version more.
improvement = Table(
    "improvement", metadata, Column("id", Integer, primary_key=True), Column("at", Double, nullable=False)
)

improvement_version = Table(
    "improvement_version",
    metadata,
    Column("improvement_id", Integer, ForeignKey("improvement.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("tittel", Text, nullable=False),
    Column("beskrivelse", Text, nullable=False),
    Column("kan_fjernes", Text, nullable=False),
    Column("saker", Integer, nullable=False),
    Column("minutter", Double, nullable=False),
    Column("andel", Integer, nullable=False),
    Column("sikkerhet", Integer, nullable=False),
    Column("innsats", Double, nullable=False),
    Column("drift", Double, nullable=False),
    Column("kvalitet", Text, nullable=False),
    Column("risiko", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("automation", Text),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("improvement_id", "no"),
    CheckConstraint(f"status IN ({_quoted(Status)})", name="status"),
    CheckConstraint("innsats > 0", name="takes_effort"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", Integer, ForeignKey("work_item.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("file", Text),
    Column("missing_because", Text),
    Column("at", Double, nullable=False),
    CheckConstraint("(file IS NULL) = (missing_because IS NOT NULL)", name="file_or_reason"),
)
Index("ix_evidence_item_id", evidence.c.item_id)

# Who may log in to the console, once, and who has. Only digests of what the browser is given are kept.
login_link = Table(
    "login_link",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("used_at", Double),
)

# Logins with an identity provider that came to their end: none does twice.
login_ended = Table(
    "login_ended",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("at", Double, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("person", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("seen_at", Double, nullable=False),
)

login_session = Table(
    "login_session",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
)
