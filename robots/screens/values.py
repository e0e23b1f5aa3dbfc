"""What stands in the fields of a screen."""

from __future__ import annotations


class ValueNotRead(ValueError):
    """A value on the screen is not of the agreed form. Only the field is named: its text may be anything."""
