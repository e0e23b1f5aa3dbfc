"""How far an automation is trusted: which of its plans wait for a second person before anything is done."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from hub.automation import Plan, WorkItem


class ReleaseLevel(StrEnum):
    """From the first night to everyday use; changed by a person, with a reason."""

    DRY = "toerrkjoering"
    """Plans and reports, and does nothing."""
    EVERY_EFFECT = "hver_effekt"
    """Every plan that would change something waits for approval."""
    SAMPLE = "stikkproeve"
    """A share of them does."""
    LIVE = "drift"
    """Only what the routine itself asks two people for."""


def needs_approval(plan: Plan, item: WorkItem, level: ReleaseLevel, sample_share: float) -> bool:
    """Whether `plan` waits for a second person at this release level, or after a decision about money or identity.

    `sample_share`: of 1.
    """
    if not plan.effects:
        return False
    if any(said.to_personer for said in item.beslutninger):
        return True
    if plan.forslag is not None or level is ReleaseLevel.EVERY_EFFECT:
        return True
    return level is ReleaseLevel.SAMPLE and is_sampled(item, sample_share)


def is_sampled(item: WorkItem, share: float) -> bool:
    """Drawn by the item itself, so that neither another try nor a later find, which may name it anew, draws again."""
    drawn = hashlib.sha256(f"{item.queue}:{item.id}".encode()).digest()
    return int.from_bytes(drawn[:8]) < share * 2**64
