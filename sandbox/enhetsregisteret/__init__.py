"""Simulator of Enhetsregisteret (Brønnøysund): one unit, batch search, and roles for those with a token."""

from sandbox.enhetsregisteret.errors import error_body
from sandbox.enhetsregisteret.routes import app

__all__ = ["app", "error_body"]
