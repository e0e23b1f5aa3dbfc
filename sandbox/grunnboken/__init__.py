"""Simulator of Grunnbok WS v2, over SOAP: properties, retter and andeler, persons, and the log of changes."""

from sandbox.grunnboken.routes import app

__all__ = ["app"]
