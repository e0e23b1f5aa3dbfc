"""Trying many items again: what will happen to each, and when the next of them may be let go. Pure decisions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hub.states import State, WaitingKind


class Outlook(StrEnum):
    """What will happen to an item that is tried again."""

    GOES_ON = "goes on"
    """From the step that failed; nothing of its plan is done."""
    SKIPS_DONE = "skips done"
    """From the step that failed; what is done is not done again."""
    NEEDS_APPROVAL = "needs approval"
    """It makes a plan, which another person must approve."""
    UNSETTLED = "unsettled"
    """Not tried: somebody must say first whether an effect happened."""
    BUSY = "busy"
    """Not tried: another running job has it."""
    GONE = "gone"
    """Not tried: it does not wait for a person any more."""

    @property
    def is_tried(self) -> bool:
        return self in (Outlook.GOES_ON, Outlook.SKIPS_DONE, Outlook.NEEDS_APPROVAL)


class Result(StrEnum):
    """What became of an item in a job."""

    COMPLETED = "completed"
    PROPOSED = "proposed"
    """It waits for a second person's approval."""
    WAITING = "waiting"
    """It waits for a person again: the job stops."""
    BY_HAND = "by hand"
    """A person closed it meanwhile."""
    CHANGED = "changed"
    """Somebody changed it after the preview: it is left as it is."""
    ELSEWHERE = "elsewhere"
    """Another running job had it: it is left to that."""
    NOT_TRIED = "not tried"
    """The job ended before its turn."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running job has come."""

    completed: int
    under_way: int
    """Released, and not at their end."""
    released_lately: int
    """Within the last minute."""


def outlook(
    waiting_kind: WaitingKind | None, *, begun: bool, in_doubt: bool, busy: bool, asks_two: bool, has_done: bool
) -> Outlook:
    """`asks_two`: a new plan of it waits for a second person. A plan that has begun is finished as it was approved."""
    if waiting_kind is None:
        return Outlook.GONE
    if busy:
        return Outlook.BUSY
    if waiting_kind is WaitingKind.UNCERTAIN and in_doubt:
        return Outlook.UNSETTLED
    if not begun and asks_two:
        return Outlook.NEEDS_APPROVAL
    return Outlook.SKIPS_DONE if has_done else Outlook.GOES_ON


def may_release(progress: Progress, *, one_first: bool, per_minute: int) -> int:
    """How many items may be released now. With `one_first` they go one at a time until one has been completed."""
    if one_first and not progress.completed:
        return 0 if progress.under_way else 1
    return max(per_minute - progress.released_lately, 0)


def result_of(state: State) -> Result | None:
    """What became of a released item that stands so; None while it is under way."""
    return {
        State.COMPLETED: Result.COMPLETED,
        State.AWAITING_APPROVAL: Result.PROPOSED,
        State.WAITING: Result.WAITING,
        State.HANDLED_MANUALLY: Result.BY_HAND,
    }.get(state)
