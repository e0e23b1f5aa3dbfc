"""The limits one queue works within."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.retry import RetryPolicy


@dataclass(frozen=True, slots=True)
class Policy:
    """Times in seconds. `version` goes into every decision record."""

    lease: float = 90.0
    act_limit: float = 45.0
    """An act is ended after this, and begins only while more than this is left of the lease."""
    attempt_limit: float = 600.0
    settle: float = 5.0
    """The longest any system of the queue takes to show a save."""
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

    @property
    def grace(self) -> float:
        """Seconds after a lost lease before a started effect may be looked at again."""
        return self.act_limit + self.settle
