"""Who else is at work in PAX."""

from __future__ import annotations

LOCKED_BY = "KARINO"
"""The user who has every locked case open."""
