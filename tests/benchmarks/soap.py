"""The first SOAP call of a process, for which zeep loads the WSDL, and what it costs to ask for many properties."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from connectors.credentials import BasicLogin
from connectors.http import build_client
from connectors.matrikkelen.client import MatrikkelClient
from connectors.retry import CallPolicy
from domain.eiendom import Matrikkelnummer

ROOT = Path(__file__).resolve().parents[2]
PROPERTIES = 20_000
_EMPTY = re.compile(rb"<\w+:(\w+) xmlns:\w+=\"(http://matrikkel[^\"]+/service/[^\"]+)\"")


@dataclass(frozen=True)
class Measured:
    """Seconds of a process that does nothing else, its start not counted."""

    first: float
    all: float


def measure() -> Measured:
    """In a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.soap"]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    first, whole = map(float, said.split())
    return Measured(first, whole)


async def _calls() -> tuple[float, float]:
    """Against a register with no properties, so that what is measured is writing, sending and reading."""
    async with build_client(verify=False, transport=httpx.MockTransport(_answer)) as http:
        login = BasicLogin("kraftverk", "x")
        client = MatrikkelClient(
            "https://example.com", http, CallPolicy(), login, klient="kraftverk", system_version="4.4"
        )
        start = time.perf_counter()
        await client.get_eiendommer([Matrikkelnummer("0301", 1, 1)])
        first = time.perf_counter() - start
        start = time.perf_counter()
        await client.get_eiendommer([Matrikkelnummer("0301", 1, number) for number in range(1, PROPERTIES + 1)])
        return first, time.perf_counter() - start


def _answer(request: httpx.Request) -> httpx.Response:
    asked = _EMPTY.search(request.content)
    assert asked is not None
    operation, namespace = (each.decode() for each in asked.groups())
    body = (
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        f'<s:{operation}Response xmlns:s="{namespace}"/></S:Body></S:Envelope>'
    )
    return httpx.Response(200, content=body.encode(), headers={"content-type": "text/xml"})


if __name__ == "__main__":
    sys.stdout.write(" ".join(map(str, asyncio.run(_calls()))))
