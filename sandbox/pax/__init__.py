"""PAX: the old parking system, server-rendered pages with frames and postbacks, and two files every night."""

from sandbox.pax.routes import app

__all__ = ["app"]
