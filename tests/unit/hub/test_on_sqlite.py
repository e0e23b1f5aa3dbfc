"""Every behaviour of the hub, on SQLite."""

from tests.unit.hub.behaviours.every import *  # noqa: F403
