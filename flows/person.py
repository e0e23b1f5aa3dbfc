"""Who is at the keyboard, and who answers for a run that nobody ordered by name."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Collection

from hub.audit import NOBODY_KNOWS

SCHEDULED_BY = "tidsplan:"
"""Tag of a deployment: who last changed its schedule."""
FROM_PREFECT = NOBODY_KNOWS
"""A run somebody started in Prefect's own interface, which knows no users."""


def system_user() -> str:
    """The operating system's own word for the user of this process, whatever the environment claims.

    Windows has no such word in Python's library, and there the environment is believed.
    """
    if sys.platform == "win32":
        return getpass.getuser()
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def orderer(tags: Collection[str]) -> str:
    """Of a run with these tags: for the schedule, whoever last changed it (VERN-5)."""
    if "auto-scheduled" not in tags:
        return FROM_PREFECT
    return next((tag.removeprefix(SCHEDULED_BY) for tag in tags if tag.startswith(SCHEDULED_BY)), FROM_PREFECT)
