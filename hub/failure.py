"""A failure that nobody foresaw, as a log has it."""

from __future__ import annotations

import logging
import traceback
from typing import Any


def log_unforeseen(log: logging.Logger | logging.LoggerAdapter[Any], what: str, error: Exception) -> None:
    """Log what failed, of which kind the failure is, and where it arose. Its text may hold anything, and is told
    nobody."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s, %s:\n%s", what, type(error).__name__, where)
