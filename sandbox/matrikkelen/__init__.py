"""Simulator of Matrikkel API v1, over SOAP: properties with their owners, persons, and the log of changes."""

from sandbox.matrikkelen.routes import app

__all__ = ["app"]
