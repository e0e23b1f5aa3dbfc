"""When a failed attempt is tried again: a pure decision."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import SystemException

FREE_PHASES = frozenset({"connect", "auth", "unavailable"})
"""Failures before the outside system has taken anything: the breaker counts them, the item does not pay."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Limits of one queue. Times in seconds."""

    max_attempts: int = 5
    backoff: float = 5.0
    backoff_factor: float = 3.0
    backoff_max: float = 900.0
    free_wait: float = 5.0
    """How long an item that paid nothing stays away, so that a closed system is not asked in a tight loop."""
    free_wait_max: float = 600.0
    max_free: int = 20
    """Attempts that pay nothing while the system does well by others: about two hours, and a person looks at it."""


def spends_attempt(error: SystemException, effect_begun: bool) -> bool:
    """Whether this failure uses one of the item's attempts."""
    return effect_begun or error.phase not in FREE_PHASES


def delay(policy: RetryPolicy, spent: int, jitter: float) -> float:
    """Seconds to wait after `spent` attempts (1 = the first failed). `jitter` in 0..1 spreads items over ±25 %."""
    base = min(policy.backoff * policy.backoff_factor ** max(spent - 1, 0), policy.backoff_max)
    return base * (0.75 + 0.5 * jitter)


def free_delay(policy: RetryPolicy, free: int) -> float:
    """Seconds to wait after `free` attempts that paid nothing (1 = the first), so long that the night can end."""
    return min(policy.free_wait * 2.0 ** min(free - 1, 20), policy.free_wait_max)
