"""Simulator of KS Fiks SvarUt, REST v2: letters in, found again by the sender's own reference, with their status."""

from sandbox.svarut.archive import Archive
from sandbox.svarut.errors import error_body
from sandbox.svarut.routes import KONTO, app

__all__ = ["KONTO", "Archive", "app", "error_body"]
