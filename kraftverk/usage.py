"""A request that cannot be carried out as it stands."""

from __future__ import annotations


class UsageError(Exception):
    """The text is one sentence: what is wrong and the remedy."""
