"""Simulator of Procasso, the collection system. Its API is unpublished: openapi.yaml is our own assumption."""

from sandbox.procasso.problems import error_body
from sandbox.procasso.routes import app

__all__ = ["app", "error_body"]
