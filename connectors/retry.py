"""How patient we are with a system, and when a failed call is made again: decisions without I/O."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from tenacity import AsyncRetrying, RetryCallState, retry_if_result, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_random_exponential

from connectors.pace import Pace
from domain.errors import Phase

RetryAfterUnit = Literal["seconds", "milliseconds"]


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """Limits of the calls to one system. All times in seconds.

    `whole_call` holds for a call with its repetitions and the waits between them, whatever the others add up to.
    It must leave room for making the connection (pool, TCP, TLS): a call stopped later may have been carried out.
    `pace`: how often the system is called at most, by all that share it. A repetition waits longer than that anyway.
    `retry_after_max`: a system that asks for a longer pause is reported as unavailable, and not asked again too early.
    """

    connect: float = 5.0
    read: float = 30.0
    write: float = 30.0
    pool: float = 10.0
    whole_call: float = 90.0
    tries: int = 4
    backoff: float = 0.5
    backoff_max: float = 10.0
    retry_after_max: float = 30.0
    pace: Pace | None = None
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)

    def __post_init__(self) -> None:
        """Refuse limits that contradict each other."""
        if self.whole_call <= self.pool + 2 * self.connect:
            raise ValueError("whole_call must be longer than pool + 2 * connect")
        if self.tries < 1:
            raise ValueError("tries must be at least 1")


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of one try that gave no answer. `message` names no URL and nothing of a body."""

    phase: Phase
    message: str
    repeatable: bool = False
    retry_after: float = 0.0
    status: int | None = None


def parse_retry_after(value: str | None, unit: RetryAfterUnit, now: datetime) -> float:
    """Seconds to wait by the Retry-After header: a number in the system's own unit, or an HTTP date. Nonsense: 0."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return int(text) / (1000 if unit == "milliseconds" else 1)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def repeating(policy: CallPolicy) -> AsyncRetrying:
    """Try again while the result is a repeatable `Failure`; the last result stands. Only for calls safe to repeat."""
    return AsyncRetrying(
        retry=retry_if_result(lambda result: isinstance(result, Failure) and result.repeatable),
        stop=stop_after_attempt(policy.tries) | stop_before_delay(policy.whole_call),
        wait=_wait(policy),
        sleep=policy.sleep,
        retry_error_callback=_last_result,
    )


def _wait(policy: CallPolicy) -> Callable[[RetryCallState], float]:
    """As long as the system asked for, and a random part of a growing backoff: many workers must not return at once."""
    backoff = wait_random_exponential(multiplier=policy.backoff, max=policy.backoff_max)

    def wait(state: RetryCallState) -> float:
        failure = _last_result(state)
        asked = failure.retry_after if isinstance(failure, Failure) else 0.0
        return asked + backoff(state)

    return wait


def _last_result(state: RetryCallState) -> object:
    return state.outcome.result() if state.outcome else None
