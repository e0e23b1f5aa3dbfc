"""Who is at the terminal: the operating-system user, as the account and with the roles the settings give."""

from __future__ import annotations

from config.settings import Settings
from flows.person import system_user
from hub.audit import Actor
from kraftverk.usage import UsageError


def person(settings: Settings) -> str:
    """What the hub knows the user by: the account the console knows the same person by, so that nobody is two people to
    two-person control. Raises UsageError when there is none; in the demo alone the user's own name will do."""
    user = system_user()
    if user not in settings.accounts and settings.environment != "demo":
        raise UsageError(f"«{user}» has no account: it is given under [accounts] in the settings file.")
    return settings.account_of(user)


def actor(settings: Settings, role: str) -> Actor:
    """The user as somebody with `role`. Raises UsageError when the settings do not give it."""
    user = system_user()
    if role not in settings.roles_of(user):
        raise UsageError(f"«{user}» does not have the role «{role}»: it is given under [roles] in the settings file.")
    return Actor(person(settings), role)
