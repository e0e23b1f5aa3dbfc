"""The states of a work item and the only moves between them.

The table is the single source: the store checks it, and the database's triggers are generated from it.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    READY = "ready"
    DEFERRED = "deferred"
    RUNNING = "running"
    COMPLETED = "completed"
    WAITING = "waiting"
    AWAITING_APPROVAL = "awaiting_approval"
    HANDLED_MANUALLY = "handled_manually"
    CANCELLED = "cancelled"


class WaitingKind(StrEnum):
    """Why an item waits for a person."""

    BUSINESS = "business"
    """Data or rule says no."""
    SYSTEM = "system"
    """Technique failed more often than the policy allows; nothing is half done."""
    UNCERTAIN = "uncertain"
    """An effect may have happened; nobody repeats it on a guess."""


FINISHED = frozenset({State.COMPLETED, State.HANDLED_MANUALLY, State.CANCELLED})

TRANSITIONS: dict[State, frozenset[State]] = {
    State.READY: frozenset({State.RUNNING, State.DEFERRED, State.COMPLETED, State.HANDLED_MANUALLY, State.CANCELLED}),
    State.DEFERRED: frozenset({State.READY, State.RUNNING, State.COMPLETED, State.HANDLED_MANUALLY, State.CANCELLED}),
    State.RUNNING: frozenset(
        {State.READY, State.DEFERRED, State.COMPLETED, State.WAITING, State.AWAITING_APPROVAL, State.CANCELLED}
    ),
    State.WAITING: frozenset({State.READY, State.DEFERRED, State.COMPLETED, State.HANDLED_MANUALLY, State.CANCELLED}),
    State.AWAITING_APPROVAL: frozenset({State.READY, State.COMPLETED, State.HANDLED_MANUALLY, State.CANCELLED}),
    State.COMPLETED: frozenset(),
    State.HANDLED_MANUALLY: frozenset(),
    State.CANCELLED: frozenset(),
}


def allowed(before: State, after: State) -> bool:
    """Whether an item may move from `before` to `after`."""
    return after in TRANSITIONS[before]
