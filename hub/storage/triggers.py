"""The triggers that hold the hub's promises even against hand-written SQL."""

from __future__ import annotations

from dataclasses import dataclass

from hub.audit import NOBODY_KNOWS
from hub.retention import SLETTET, Emptied
from hub.states import TRANSITIONS

ERASED = "EXISTS (SELECT 1 FROM work_item WHERE id = OLD.item_id AND state = 'cancelled')"
"""Only the item of a protected person is cancelled, and its steps are deleted with it."""
EMPTIED = (
    "EXISTS (SELECT 1 FROM work_item WHERE id = OLD.item_id AND (state = 'cancelled' OR emptied = {everything}))"
).replace("{everything}", str(Emptied.EVERYTHING.value))
"""So is what retention has left nothing of but the counts."""
CAME_TO_NOTHING = (
    "EXISTS (SELECT 1 FROM work_item WHERE id = OLD.item_id AND emptied = {content})"
    " AND NOT EXISTS (SELECT 1 FROM step AS effect"
    " WHERE effect.item_id = OLD.item_id AND effect.kind IN ('started', 'done', 'undone'))"
    " AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.item_id = OLD.item_id)"
).replace("{content}", str(Emptied.CONTENT.value))
"""Its plans are no voucher: nothing was changed by them, and nobody was asked to approve one."""
LONG_AGO = {
    "sqlite": {
        "LONG_AGO_DAY": "date('now', '+1 day', 'start of year', '-5 years')",
        "LONG_AGO_AT": "((julianday('now', '+1 day', 'start of year', '-5 years') - 2440587.5) * 86400.0)",
    },
    "postgresql": {
        "LONG_AGO_DAY": "to_char(date_trunc('year', now() + interval '1 day') - interval '5 years', 'YYYY-MM-DD')",
        "LONG_AGO_AT": "EXTRACT(EPOCH FROM date_trunc('year', now() + interval '1 day') - interval '5 years')",
    },
}
"""What was closed or written before it is older than bokføringsloven § 13 asks for, by the database's own clock: five
years after the end of its year. A day of grace, as Oslo's new year comes before UTC's."""

BARRED = (
    "EXISTS (SELECT 1 FROM work_item WHERE id = NEW.item_id AND (ordered_by IN (NEW.person, '{nobody_knows}')"
    " OR REPLACE(';' || edited_by || ';', ';' || NEW.person || ';', '') <> ';' || edited_by || ';'"
    " OR REPLACE(';' || ordered_before || ';', ';' || NEW.person || ';', '') <> ';' || ordered_before || ';'))"
    " OR EXISTS (SELECT 1 FROM attempt JOIN run ON run.id = attempt.run_id"
    " WHERE attempt.item_id = NEW.item_id AND run.ordered_by = NEW.person)"
    " OR EXISTS (SELECT 1 FROM work_item JOIN beslutning ON beslutning.fingerprint = work_item.fingerprint"
    " WHERE work_item.id = NEW.item_id AND beslutning.person = NEW.person)"
).replace("{nobody_knows}", NOBODY_KNOWS)
"""Whoever ordered a run that found or planned the item, put it back or settled it, or decided about the facts it stands
on, in whatever item that was; anybody, when nobody knows who ordered it (VERN-5)."""

NOT_ALONE = "whoever ordered or edited the work may not approve it"


@dataclass(frozen=True, slots=True)
class Trigger:
    """Refuses a statement. `unless` looks at other rows, which PostgreSQL can do in the function only."""

    name: str
    when: str
    message: str
    condition: str = ""
    unless: str = ""

    @property
    def table(self) -> str:
        return self.when.rsplit(" ", 1)[-1]

    def create(self, dialect: str) -> str:
        statement = self._sqlite() if dialect == "sqlite" else self._postgresql()
        for word, moment in LONG_AGO[dialect].items():
            statement = statement.replace(word, moment)
        return statement

    def drop(self, dialect: str) -> str:
        return f"DROP TRIGGER IF EXISTS {self.name}" + ("" if dialect == "sqlite" else f" ON {self.table}")

    def _sqlite(self) -> str:
        conditions = [c for c in (self.condition, self.unless and f"NOT {self.unless}") if c]
        condition = f" WHEN {' AND '.join(conditions)}" if conditions else ""
        refuse = f"SELECT RAISE(ABORT, '{self.message}')"
        return f"CREATE TRIGGER {self.name} BEFORE {self.when} FOR EACH ROW{condition} BEGIN {refuse}; END"

    def _postgresql(self) -> str:
        condition = f" WHEN ({self.condition})" if self.condition else ""
        allow = f"IF {self.unless} THEN RETURN COALESCE(NEW, OLD); END IF; " if self.unless else ""
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {allow}RAISE EXCEPTION '{self.message}'; END $$; "
            f"CREATE TRIGGER {self.name} BEFORE {self.when} FOR EACH ROW{condition} EXECUTE FUNCTION {self.name}()"
        )


MOVES = "".join(f"({before} {after})" for before in TRANSITIONS for after in sorted(TRANSITIONS[before]))
"""One text to look in, not a tree of comparisons: PostgreSQL reads a trigger's condition anew at every update."""
IS_NO_MOVE = f"LENGTH(REPLACE('{MOVES}', '(' || OLD.state || ' ' || NEW.state || ')', '')) = {len(MOVES)}"
ATTEMPT_BEGIN = "item_id, no, run_id, holder, started_at"
SAMPLE = ("id", "queue", "liste", "seed", "drawn_from", "drawn", "role", "at")
MASS_RETRY_BEGIN = "person, role, reason, one_first, per_minute, at"
EVENT_PROOF = "item_id, seq, at, digest, chain"
"""What proves an event stays for good, also when its content is erased."""
NOBODY = f"NEW.person = '{SLETTET}'"
LONG_OVER = "NEW.reason = '' AND COALESCE(OLD.ended_at, LONG_AGO_AT) < LONG_AGO_AT"


def _anonymises(when: str, *unchanged: str) -> str:
    """Of what was over long ago, who asked for it and why may go, and nothing else."""
    return " AND ".join([NOBODY, *(f"NEW.{column} = OLD.{column}" for column in unchanged), when])


TRIGGERS = (
    Trigger(
        "work_item_moves",
        "UPDATE OF state ON work_item",
        "not a transition of the state table",
        f"OLD.state <> NEW.state AND {IS_NO_MOVE}",
    ),
    Trigger("work_item_stays", "DELETE ON work_item", "a work item is never deleted"),
    Trigger(
        "work_item_empties",
        "UPDATE OF emptied ON work_item",
        "an item is anonymised only when it was closed long ago, and what is emptied is never filled again",
        "NEW.emptied < OLD.emptied OR (NEW.emptied = {everything} AND OLD.emptied < {everything}"
        " AND (OLD.closed_as_of IS NULL OR OLD.closed_as_of >= LONG_AGO_DAY))".replace(
            "{everything}", str(Emptied.EVERYTHING.value)
        ),
    ),
    Trigger(
        "work_order_stands",
        "UPDATE OF automation, person, role, reason, at ON work_order",
        "what a person has ordered is never changed, only anonymised long afterwards",
        f"NOT ({_anonymises(LONG_OVER, 'automation', 'role', 'at')})",
    ),
    Trigger(
        "work_order_ends_once",
        "UPDATE OF outcome, code, ended_at ON work_order",
        "an order is carried out once",
        "OLD.outcome IS NOT NULL",
    ),
    Trigger("attempt_began", f"UPDATE OF {ATTEMPT_BEGIN} ON attempt", "the beginning of an attempt is never changed"),
    Trigger(
        "attempt_ends_once",
        "UPDATE OF ended_at, outcome, code ON attempt",
        "an ended attempt is never changed",
        "OLD.ended_at IS NOT NULL",
    ),
    Trigger(
        "attempt_message_goes",
        "UPDATE OF message ON attempt",
        "the message of an ended attempt is never changed, only erased",
        "OLD.ended_at IS NOT NULL AND NEW.message IS NOT NULL",
    ),
    Trigger("attempt_stays", "DELETE ON attempt", "an attempt is never deleted"),
    Trigger(
        "step_stays",
        "DELETE ON step",
        "a step is deleted only when its item is erased, or emptied and came to nothing",
        unless=f"({EMPTIED} OR ({CAME_TO_NOTHING}))",
    ),
    Trigger("event_append_only", f"UPDATE OF {EVENT_PROOF} ON event", "event is append-only"),
    Trigger(
        "event_content_goes",
        "UPDATE OF salt, content ON event",
        "the content of an event is never changed, only erased",
        "NEW.salt IS NOT NULL OR NEW.content IS NOT NULL",
    ),
    Trigger(
        "event_content_stays",
        "UPDATE OF salt, content ON event",
        "the content of an event is erased only when its item is",
        unless=EMPTIED,
    ),
    *(
        Trigger(f"{name}_append_only", f"UPDATE ON {name}", f"{name} is append-only")
        for name in (
            "step",
            "queue_event",
            "queue_release",
            "approval",
            "beslutning",
            "sample_item",
            "follow_up",
            "improvement",
            "improvement_version",
            "seal",
            "sealed_head",
        )
    ),
    *(
        Trigger(f"{name}_stays", f"DELETE ON {name}", f"{name} is append-only")
        for name in (
            "event",
            "work_order",
            "work_order_krav",
            "sample",
            "improvement",
            "improvement_version",
            "seal",
            "sealed_head",
        )
    ),
    *(
        Trigger(
            f"{name}_stays",
            f"DELETE ON {name}",
            f"{name} is append-only, and deleted only long afterwards",
            "OLD.at >= LONG_AGO_AT",
        )
        for name in ("queue_event", "queue_release")
    ),
    Trigger(
        "beslutning_stays",
        "DELETE ON beslutning",
        "a decision is deleted only when its item is erased",
        unless=EMPTIED,
    ),
    Trigger(
        "sample_stands",
        "UPDATE ON sample",
        "a sample is never changed, only anonymised long afterwards",
        f"NOT ({_anonymises('OLD.at < LONG_AGO_AT', *SAMPLE)})",
    ),
    Trigger(
        "sample_item_stays",
        "DELETE ON sample_item",
        "an item leaves a sample only when it is erased",
        unless=ERASED,
    ),
    Trigger(
        "follow_up_stays",
        "DELETE ON follow_up",
        "what a person said of a line is deleted only when its krav is erased",
        unless="NOT EXISTS (SELECT 1 FROM report_line WHERE krav = OLD.krav)",
    ),
    Trigger(
        "mass_retry_began",
        f"UPDATE OF {MASS_RETRY_BEGIN} ON mass_retry",
        "how a mass retry began is never changed, only anonymised long afterwards",
        f"NOT ({_anonymises(LONG_OVER, 'role', 'one_first', 'per_minute', 'at')})",
    ),
    Trigger("mass_retry_stays", "DELETE ON mass_retry", "a mass retry is never deleted"),
    Trigger(
        "mass_retry_item_settled",
        "UPDATE ON mass_retry_item",
        "what became of an item in a mass retry is never changed",
        "OLD.settled_at IS NOT NULL",
    ),
    Trigger(
        "mass_retry_item_stays",
        "DELETE ON mass_retry_item",
        "an item leaves a mass retry only when it is erased",
        unless=ERASED,
    ),
    Trigger(
        "approval_stays", "DELETE ON approval", "an approval is deleted only when its item is erased", unless=EMPTIED
    ),
    Trigger(
        "approval_takes_two",
        "INSERT ON approval",
        NOT_ALONE,
        unless=f"NOT ({BARRED})",
    ),
)


def triggers(dialect: str) -> list[str]:
    """The statements that create every trigger. Run after each migration: Alembic's batch mode drops them on SQLite."""
    return [trigger.create(dialect) for trigger in TRIGGERS]


def drop_triggers(dialect: str) -> list[str]:
    return [trigger.drop(dialect) for trigger in TRIGGERS]
