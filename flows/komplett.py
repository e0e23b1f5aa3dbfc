"""A complete look now and then, by what follows a log of changes: it sees what the log never tells of."""

from __future__ import annotations

from datetime import date, timedelta

COMPLETE = "complete"
"""Memo: the day everything was last looked at."""


def is_due(last: date | None, as_of: date, days: int) -> bool:
    """Whether everything is to be looked at: nobody knows that it ever was, or it is so many days ago."""
    return last is None or as_of - last >= timedelta(days)
