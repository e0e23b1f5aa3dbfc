"""What somebody asked for by a number or a name that nothing has."""

from __future__ import annotations


class NoSuch(LookupError):
    """There is no such thing. A KeyError or an IndexError does not say that: it is a fault of ours."""
