"""Who is at the terminal: the operating-system user, as the account and with the roles the settings give."""

from __future__ import annotations

from config.settings import Settings
from console import roles
from console.roles import Right
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


def actor(settings: Settings, right: Right) -> Actor:
    """The user in a role that has `right`, as in the console. Raises UsageError when the settings give no such."""
    user = system_user()
    role = roles.acting_role(roles.known(settings.roles_of(user)), right)
    if role is None:
        those = " or ".join(f"«{role}»" for role, rights in roles.RIGHTS.items() if right in rights)
        raise UsageError(f"«{user}» does not have the role {those}: it is given under [roles] in the settings file.")
    return Actor(person(settings), role)
