"""A request that cannot be carried out as it stands."""

from __future__ import annotations

from datetime import date


class UsageError(Exception):
    """The text is one sentence: what is wrong and the remedy."""


def parse_date(text: str | None) -> date | None:
    """The date that was written, or None where none was. Raises UsageError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"«{text}» is not a date: write it as YYYY-MM-DD.") from None
