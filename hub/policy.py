"""The limits one queue works within."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from hub.retry import RetryPolicy


@dataclass(frozen=True, slots=True)
class Policy:
    """Times in seconds. `version` goes into every decision record."""

    lease: float = 90.0
    act_limit: float = 45.0
    """An act is ended after this, and begins only while more than this is left of the lease."""
    attempt_limit: float = 600.0
    under_way: Mapping[str, float] = field(default_factory=dict)
    """System -> how long what it gave no certain answer to may take to be done and show. One that is not named may take
    as long as the slowest."""
    breaker_pause: float = 60.0
    max_effects: int = 5_000
    answer_days: int = 5
    """Working days until somebody should have followed up what the law sets no deadline for."""
    sample_share: float = 0.1
    """Of the plans that wait for a second person at the release level «stikkproeve»."""
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    version: str = "1"

    def __post_init__(self) -> None:
        if self.lease <= self.act_limit:
            raise ValueError(f"lease ({self.lease:g} s) must be longer than act_limit ({self.act_limit:g} s)")

    def grace(self, systems: Collection[str]) -> float:
        """Seconds after a lost lease, or a failed act, before effects in doubt in `systems` may be looked at again."""
        slowest = max(self.under_way.values(), default=0.0)
        return self.act_limit + max((self.under_way.get(system, slowest) for system in systems), default=0.0)
