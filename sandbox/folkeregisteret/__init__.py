"""Simulator of Folkeregisteret, rettighetspakke offentlig-med-hjemmel: one person and bulk, in its own format."""

from sandbox.folkeregisteret.errors import error_body
from sandbox.folkeregisteret.routes import app

__all__ = ["app", "error_body"]
