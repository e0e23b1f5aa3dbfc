"""Simulator of Pilen, the parking system since 2025. Its API is unpublished: openapi.yaml is our own assumption."""

from sandbox.pilen.problems import error_body
from sandbox.pilen.routes import app

__all__ = ["app", "error_body"]
