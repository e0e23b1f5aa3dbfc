"""Sending a form at most once.

Chromium sends a request again by itself, also a POST, when a connection it has used before closes without an answer
(seen: one click, two identical POSTs, and the page shows the second answer as if nothing had happened). For a click
that saves something that would be the effect twice, unseen by us.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from playwright.async_api import Error, Page, Route

_CLEAN_UP_LIMIT = 2.0
"""Seconds."""


class GivenUp(Exception):
    """Why a POST is stopped that comes after the end."""


@dataclass(slots=True)
class Sending:
    """How far it came.

    begun: a POST may have left the machine.
    refused: what `before` raised; that POST was stopped in the browser.
    """

    begun: bool = False
    refused: Exception | None = None


@asynccontextmanager
async def sending_once(page: Page, limit: float, before: Callable[[], None] | None = None) -> AsyncIterator[Sending]:
    """Inside this block each POST of `page` goes out once, on a connection of its own. A page that is left by an
    exception sends none any more.

    `limit`: seconds for the answer.
    `before` is called just before a POST leaves; when it raises, that POST and every later one is stopped.
    """
    sending = Sending()

    async def send(route: Route) -> None:
        if route.request.method != "POST":
            await route.fallback()
            return
        try:
            if sending.refused is None and before is not None:
                before()
        except Exception as error:
            sending.refused = error
        if sending.refused is not None:
            await _abort(route)
            return
        sending.begun = True
        try:
            # Playwright's own HTTP client repeats nothing. The page itself follows a redirect, as for a person.
            answer = await route.fetch(
                headers={**route.request.headers, "connection": "close"},
                max_redirects=0,
                max_retries=0,
                timeout=limit * 1000,
            )
            await route.fulfill(response=answer)
        except Error:
            # The text of this error quotes the request's headers, the session's cookie among them: it ends here.
            await _abort(route)

    await page.route("**/*", send)
    try:
        yield sending
    except BaseException as error:
        # The page is given up, and may wake later: whatever it still sends is stopped as long as it lives.
        sending.refused = sending.refused or GivenUp(type(error).__name__)
        raise
    with suppress(Error, TimeoutError):  # the page may be gone by now, or the browser hang
        await asyncio.wait_for(page.unroute("**/*", send), _CLEAN_UP_LIMIT)


async def _abort(route: Route) -> None:
    with suppress(Error):
        await route.abort("connectionreset")
