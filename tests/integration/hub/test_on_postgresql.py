"""Every behaviour of the hub, on PostgreSQL."""

from tests.unit.hub.behaviours.every import *  # noqa: F403
