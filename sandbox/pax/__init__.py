"""PAX: the old parking system, server-rendered pages with frames and postbacks, and two files every night."""

from sandbox.pax.routes import app
from sandbox.pax.state import PaxState

__all__ = ["PaxState", "app"]
