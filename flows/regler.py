"""The dated rates and the policy settings that the rules are asked with."""

from __future__ import annotations

from dataclasses import dataclass

from domain.rente import Avregning
from domain.rentetabell import Dagtelling
from domain.satser import Satser


@dataclass(frozen=True, slots=True)
class Regler:
    """Every one a setting; days are calendar days."""

    satser: Satser
    day_count: Dagtelling
    allocation: Avregning
    warn_days: int
    """Before a krav is foreldet somebody is warned this early (FORELD-11)."""
    hold_stale_days: int
    """A held krav on which nothing has happened for longer is listed (ROUTINES, minors)."""
    reissue_days: int
    """The new deadline of a letter to somebody who has turned 18 (MIND-7)."""
    konkurs_uker: int
    """Weeks, not days: a krav is to be reported in a konkurs so soon after its opening (BO-3)."""
    proklama_margin: int
    """Working days, not calendar days: a krav is to be reported to an estate so long before its deadline (BO-2)."""
    complete_days: int = 7
    """Every krav of Pilen and Procasso is compared when this long has passed since last time (claims-sync)."""
    owner_complete_days: int = 30
    """Every customer with a property is looked up when this long has passed since last time (owner-change)."""
