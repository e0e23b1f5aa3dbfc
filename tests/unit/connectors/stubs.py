"""A stub at the level of HTTP: it gives the answers it was given, in order, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from connectors.http import build_client
from connectors.retry import CallPolicy

EXAMPLES = Path(__file__).parents[2] / "data" / "contracts"

Made = Callable[[], httpx.Response]
"""An answer is made for every request: a Response is read once."""


def example(name: str) -> bytes:
    """A hand-written example of ours, by its path under tests/data/contracts."""
    return (EXAMPLES / name).read_bytes()


def answer(
    content: bytes | str | object = b"", status: int = 200, media_type: str = "application/json", **headers: str
) -> Made:
    """An answer; what is neither bytes nor text is written as JSON. Header names take _ for -."""
    body = (
        content
        if isinstance(content, bytes)
        else content.encode()
        if isinstance(content, str)
        else json.dumps(content).encode()
    )
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if media_type:
        named["content-type"] = media_type
    return lambda: httpx.Response(status, content=_coming(body), headers=named)


async def _coming(body: bytes) -> AsyncIterator[bytes]:
    """As from a socket: it is read when it is asked for."""
    yield body


@dataclass
class Stub:
    """Answers in order; the last one again and again. An exception is raised in place of an answer."""

    answers: list[Made | Exception]
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        next_answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if isinstance(next_answer, Exception):
            raise next_answer
        return next_answer()

    def client(self) -> httpx.AsyncClient:
        return build_client(verify=False, transport=httpx.MockTransport(self))


def stub(*answers: Made | Exception) -> Stub:
    return Stub(list(answers))


@dataclass
class Naps:
    """Waits nobody waits for: only how long they would have been."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def hasty(naps: Naps | None = None, **limits: float | int) -> CallPolicy:
    """Three tries with no backoff, and naps instead of waits."""
    policy = CallPolicy(tries=3, backoff=0.0, sleep=naps or Naps())
    return replace(policy, **limits)  # type: ignore[arg-type]
