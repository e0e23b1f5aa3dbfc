"""`kraftverk doctor --live`: the open Enhetsregisteret itself, held against our contract. It needs no key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from rich.console import Console

from connectors.enhetsregisteret.client import EnhetsregisterClient
from connectors.http import build_client
from connectors.retry import CallPolicy
from domain.errors import SystemException
from kraftverk.readiness import load_environment
from kraftverk.terminal import make_console, tell_part

BROENNOEYSUND, NAV = "974760673", "889640782"
"""Public bodies that are in the register for as long as it is."""
NEVER = "000000000"
ENTRIES = 1000
"""So much of the feed is read: a page."""
Look = Callable[[], Awaitable[str]]


def check_live() -> int:
    """One line for each part of the contract; 0 when the register answers as we read it."""
    out = make_console(soft_wrap=True)
    base_url = load_environment("production").systems.enhetsregisteret.base_url
    faults = asyncio.run(_check(out, base_url))
    return 1 if faults else 0


async def _check(out: Console, base_url: str) -> int:
    faults = 0
    async with build_client() as http:
        client = EnhetsregisterClient(base_url, base_url, http, CallPolicy(whole_call=60.0, tries=2))
        for name, look in looks(client, [BROENNOEYSUND, NAV]).items():
            try:
                tell_part(out, name, await look(), well=True)
            except SystemException as error:
                faults += 1
                tell_part(out, name, str(error), well=False)
    return faults


def looks(client: EnhetsregisterClient, numre: list[str]) -> dict[str, Look]:
    """What is looked at, of these units. Each raises SystemException when the register is not as we read it."""

    async def one() -> str:
        enhet = await client.get_enhet(numre[0])
        if enhet is None:
            raise SystemException("ENHETSREGISTERET", "answer", "does not know a unit it must have")
        return f"found, {enhet.status}"

    async def many() -> str:
        found = await client.get_enheter(numre)
        if found.keys() != set(numre):
            raise SystemException("ENHETSREGISTERET", "answer", f"{len(found)} of {len(numre)} units found")
        return f"{len(found)} found in one call"

    async def unknown() -> str:
        if await client.get_enhet(NEVER) is not None:
            raise SystemException("ENHETSREGISTERET", "answer", "knows a number that is nobody's")
        return "not found, as it should be"

    async def feed() -> str:
        read = 0
        async for _ in client.oppdateringer.read(datetime.now(UTC) - timedelta(days=1)):
            read += 1
            if read == ENTRIES:
                break
        return f"{read} entries since yesterday read"

    async def bulk() -> str:
        utgave = await client.bulkfil.head()
        return f"made {utgave.endret:%Y-%m-%d %H:%M}"

    return {
        "a unit": one,
        "several units": many,
        "an unknown number": unknown,
        "the update feed": feed,
        "the bulk file": bulk,
    }
