"""Who may do what in the console: roles, and the rights they give."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Role(StrEnum):
    LESETILGANG = "lesetilgang"
    SAKSBEHANDLER = "saksbehandler"
    GODKJENNER = "godkjenner"
    INTERNKONTROLL = "internkontroll"
    POWER = "power"
    DRIFT = "drift"


class Right(StrEnum):
    """What a page shows or an act does; every route names one."""

    READ = "read"
    """Lists, oppgaver, runs and reports."""
    FOLLOW_UP = "follow up"
    """Take, put back, decide, settle, close, postpone and comment."""
    APPROVE = "approve"
    """Say yes or no as the second person."""
    STEER = "steer"
    """Pause and release queues, and open outside systems again."""
    TRUST = "trust"
    """Change how far an automation is trusted (release level)."""
    STOP_ALL = "stop all"
    """The emergency stop."""
    QUEUE = "queue"
    """Add work, and run an automation now."""
    IMPROVE = "improve"
    """Write and change proposals of improvements."""
    AUDIT = "audit"
    """Search, export and verify the trail of events."""
    TECHNICAL = "technical"
    """Messages and links meant for technicians."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.LESETILGANG: frozenset({Right.READ}),
    Role.SAKSBEHANDLER: frozenset({Right.READ, Right.FOLLOW_UP}),
    Role.GODKJENNER: frozenset({Right.READ, Right.APPROVE}),
    Role.INTERNKONTROLL: frozenset({Right.READ, Right.AUDIT}),
    Role.POWER: frozenset({Right.READ, Right.STEER, Right.TRUST, Right.QUEUE, Right.IMPROVE, Right.TECHNICAL}),
    Role.DRIFT: frozenset({Right.READ, Right.STEER, Right.STOP_ALL, Right.TECHNICAL}),
}


def known(names: Collection[str]) -> frozenset[Role]:
    """The roles among these names; another name gives nothing."""
    return frozenset(role for role in Role if role.value in names)


def may(roles: Collection[Role], right: Right) -> bool:
    return any(right in RIGHTS[role] for role in roles)


def acting_role(roles: Collection[Role], right: Right) -> Role | None:
    """The role somebody acts in when the right is used: what the event tells."""
    return next((role for role in Role if role in roles and right in RIGHTS[role]), None)
