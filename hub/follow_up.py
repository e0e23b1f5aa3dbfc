"""What of an automation's control report a person follows up, besides its items."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes of report lines."""

    standing: tuple[str, ...] = ()
    """Those every find tells for as long as they are so."""
    once: tuple[str, ...] = ()
    """Those a find tells once: they stay until somebody is done with them."""
