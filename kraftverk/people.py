"""Who is at the terminal: the operating-system user, with the roles the settings give."""

from __future__ import annotations

from config.settings import Settings
from console import roles
from console.roles import Right
from flows.person import system_user
from hub.audit import Actor
from kraftverk.usage import UsageError


def actor(settings: Settings, right: Right) -> Actor:
    """The user in a role that has `right`, as in the console. Raises UsageError when the settings give no such."""
    user = system_user()
    role = roles.acting_role(roles.known(settings.roles_of(user)), right)
    if role is None:
        those = " or ".join(f"«{role}»" for role, rights in roles.RIGHTS.items() if right in rights)
        raise UsageError(f"«{user}» does not have the role {those}: it is given under [roles] in the settings file.")
    return Actor(user, role)
