"""What is known of an automation besides what it does: read by the command line, the console and the reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.beslutning import Beslutningstype
from hub.follow_up import Codes


@dataclass(frozen=True, slots=True)
class Metadata:
    name: str
    """English, with hyphens: the queue, the deployment and the command line's word for it."""
    tittel: str
    eier: str
    hjemmel: str
    systems: Mapping[str, tuple[str, ...]]
    """Target -> every system an item of that target talks to."""
    manual_minutes: float | None = None
    """Measured minutes a person used; None is «ikke målt»."""
    approved_by: str | None = None
    """Role that approves each effect; None where the routine asks for none."""
    robots: tuple[str, ...] = ()
    """Targets that are worked in through their screens, with a leased account."""
    beslutninger: Mapping[str, tuple[Beslutningstype, ...]] = field(default_factory=dict)
    """Reason code -> what a person may decide then, besides trying again or finishing by hand."""
    foelges_opp: Codes = field(default_factory=Codes)
    """What of its reports a person must look at, and is no item."""
    find_reads: tuple[str, ...] = ()
    """Those of `robots` whose screens are read already while the night's work is looked for."""
