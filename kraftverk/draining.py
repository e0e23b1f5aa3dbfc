"""Asks for a drain at once, after a person has put something back or approved it."""

from __future__ import annotations

import asyncio

from config.settings import Settings


def drain_soon(settings: Settings) -> str:
    """Ask Prefect for a drain now; says when what was put back will be taken up."""
    if settings.prefect_api is None:
        return "It is taken up by the next run."
    import httpx
    from prefect.exceptions import PrefectException

    try:
        asyncio.run(_ask(settings.prefect_api, settings.secret("prefect.auth")))
    except (httpx.HTTPError, PrefectException, OSError):
        return "It is taken up by the next drain, within a minute of Prefect's being up."
    return "It is taken up now."


async def _ask(api_url: str, auth_string: str) -> None:
    from kraftverk.prefect_runs import request_run
    from kraftverk.prefect_service import client_of

    async with client_of(api_url, auth_string) as client:
        await request_run(client, "drain/drain")
