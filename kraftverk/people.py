"""Who is at the terminal: the operating-system user, with the roles the settings give."""

from __future__ import annotations

from config.settings import Settings
from flows.person import system_user
from hub.audit import Actor
from kraftverk.usage import UsageError


def actor(settings: Settings, role: str) -> Actor:
    """The user as somebody with `role`. Raises UsageError when the settings do not give it."""
    user = system_user()
    if role not in settings.roles_of(user):
        raise UsageError(f"«{user}» does not have the role «{role}»: it is given under [roles] in the settings file.")
    return Actor(user, role)
