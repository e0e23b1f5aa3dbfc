"""Fault knobs: how often each system misbehaves, and how.

Each (system, knob) draws from a random series of its own, seeded from the population: the same calls meet the same
faults again, whatever the other knobs do.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.connection import close_connection

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
ErrorBody = Callable[[int], tuple[str, bytes]]
"""Content type and body of an error answer, by status."""

SYSTEMS = (
    "PAX", "PILEN", "PROCASSO", "FOLKEREGISTERET", "ENHETSREGISTERET", "MASKINPORTEN", "SVARUT", "KRR", "ALTINN",
    "ISYPA", "MATRIKKELEN", "GRUNNBOKEN",
)  # fmt: skip
WITH_SCREENS = ("PAX", "PROCASSO")
ONLY_OF = {
    "session_expiry": WITH_SCREENS,
    "maintenance": WITH_SCREENS,
    "locked_case": WITH_SCREENS,
    "popup": WITH_SCREENS,
    "html_error": ("FOLKEREGISTERET",),
}
"""Knobs that only some systems have, and which."""
KNOBS = (
    "latency_ms", "too_many_requests", "server_error", "unavailable", "drop", "answer_lost", "saves_late", "saves_half",
    *ONLY_OF,
)  # fmt: skip
DEFAULTS = {"latency_ms": 300, "saves_late_ms": 1500, "retry_after_ms": 1000}

_STATE = "sandbox.faults"


class FaultError(ValueError):
    """A knob that cannot be set so; the message says why."""


@dataclass(slots=True)
class Knob:
    """One knob of one system. `left`: how many more times it may hit, None = without end."""

    rate: float
    left: int | None
    series: random.Random
    parameters: dict[str, int]
    hits: int = 0


@dataclass(slots=True)
class Faults:
    """The knobs as they are turned now. All off at start."""

    seed: int
    _knobs: dict[tuple[str, str], Knob] = field(default_factory=dict)

    def set(self, system: str, knob: str, rate: float, *, times: int | None = None, **parameters: int) -> None:
        """Turn a knob for one system, or for every system that has it (`*`). Rate 0 turns it off.

        With `times` it hits at most so many times. Raises `FaultError` on an unknown system, knob, rate or parameter.
        """
        _refuse_nonsense(system, knob, rate, times, parameters)
        having_it = [name for name in SYSTEMS if name in ONLY_OF.get(knob, SYSTEMS)]
        for name in having_it if system == "*" else [system]:
            series = random.Random(f"{self.seed}:{name}:{knob}")  # noqa: S311 - repeatable, not secret
            self._knobs[name, knob] = Knob(float(rate), times, series, {**DEFAULTS, **parameters})

    def clear(self) -> None:
        """Turn all knobs off and forget their counts."""
        self._knobs.clear()

    def hits(self, system: str, knob: str) -> bool:
        """Draw: does the fault happen this time?"""
        turned = self._knobs.get((system, knob))
        if turned is None or turned.left == 0 or turned.series.random() >= turned.rate:
            return False
        turned.hits += 1
        if turned.left is not None:
            turned.left -= 1
        return True

    def milliseconds(self, system: str, knob: str, parameter: str) -> int:
        """A parameter of a turned knob, in milliseconds: latency_ms, saves_late_ms or retry_after_ms."""
        turned = self._knobs.get((system, knob))
        return DEFAULTS[parameter] if turned is None else turned.parameters[parameter]

    def describe(self) -> list[dict[str, Any]]:
        """The turned knobs and how often each has hit."""
        return [
            {"system": system, "knob": knob, "rate": turned.rate, "hits": turned.hits}
            for (system, knob), turned in sorted(self._knobs.items())
        ]


def _refuse_nonsense(system: str, knob: str, rate: float, times: int | None, parameters: dict[str, int]) -> None:
    if knob not in KNOBS:
        raise FaultError(f"unknown knob; one of {', '.join(KNOBS)}")
    if system not in (*SYSTEMS, "*"):
        raise FaultError(f"unknown system; one of {', '.join(SYSTEMS)} or *")
    if system not in (*ONLY_OF.get(knob, SYSTEMS), "*"):
        raise FaultError(f"{knob} is a knob of {' and '.join(ONLY_OF[knob])} only")
    if not 0 <= rate <= 1:
        raise FaultError("rate must be a number from 0 to 1")
    if parameters.keys() - DEFAULTS.keys():
        raise FaultError(f"unknown parameter; only times, {' and '.join(DEFAULTS)}")
    if any(number < 0 for number in (times or 0, *parameters.values())):
        raise FaultError("times and milliseconds cannot be negative")


def mark_effect(scope: Scope) -> None:
    """A simulator says: this request has executed a save, so its answer is one that may be lost."""
    if _STATE in scope:
        scope[_STATE]["effect"] = True


def plain_error(status: int) -> tuple[str, bytes]:
    """The bare page of a load balancer."""
    return "text/html", f"<html><body><h1>{status}</h1></body></html>".encode()


@dataclass(frozen=True, slots=True)
class FaultMiddleware:
    """The faults every system has, around one simulator.

    `retry_after_in_milliseconds`: the unit of the system's Retry-After; seconds, rounded up, otherwise.
    """

    app: Asgi
    system: str
    faults: Faults
    error_body: ErrorBody = plain_error
    retry_after_in_milliseconds: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a fault, or let the simulator answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self._hits("latency_ms"):
            await asyncio.sleep(self.faults.milliseconds(self.system, "latency_ms", "latency_ms") / 1000)
        if self._hits("drop"):
            await _hang_up(scope, receive)
        elif self._hits("unavailable"):
            await self._answer(send, 503)
        elif self._hits("too_many_requests"):
            await self._answer(send, 429)
        elif self._hits("server_error"):
            await self._answer(send, 500)
        else:
            await self._handle(scope, receive, send)

    def _hits(self, knob: str) -> bool:
        return self.faults.hits(self.system, knob)

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope[_STATE] = {"effect": False, "lost": False}

        async def send_unless_lost(message: Message) -> None:
            if message["type"] == "http.response.start":
                state["lost"] = state["effect"] and self._hits("answer_lost")
                if state["lost"]:
                    await _hang_up(scope, receive)
            if not state["lost"]:
                await send(message)

        await self.app(scope, receive, send_unless_lost)

    async def _answer(self, send: Send, status: int) -> None:
        content_type, body = self.error_body(status)
        headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
        if status == 429:
            headers.append((b"retry-after", str(self._retry_after()).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _retry_after(self) -> int:
        milliseconds = self.faults.milliseconds(self.system, "too_many_requests", "retry_after_ms")
        return milliseconds if self.retry_after_in_milliseconds else -(-milliseconds // 1000)


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Close, and return when the server has seen it: it would answer 500 for us otherwise."""
    close_connection(scope)
    while (await receive())["type"] != "http.disconnect":
        pass
