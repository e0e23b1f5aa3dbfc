"""One browser per worker process, shared by its robots: launched at the first use, launched again after a crash."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Awaitable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from robots.executable import BrowserNotFound, find_browser

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright

__all__ = ["BrowserNotFound", "BrowserPool", "find_browser"]

log = logging.getLogger(__name__)

_ARGUMENTS = ["--disable-dev-shm-usage", "--disable-background-networking", "--disable-auto-reload"]
_LAUNCH_LIMIT = 30.0
"""Seconds for the browser to start, on a machine where everything else starts too."""
_CLOSE_LIMIT = 5.0
"""Seconds given to a browser or driver to close in good order; a dead one never answers."""
_HEADED_PAUSE_MS = 250
"""Pause before each action when a person watches, or nothing could be followed."""


class BrowserPool:
    """The browser of this process and one context per account, so that login state is reused and stays in memory.

    Nothing is started before the first `context`. Belongs to one event loop; robots on it may share the pool.
    Playwright's errors pass through: the robot knows which system it was talking to, and translates them.
    """

    def __init__(self, *, browser: str | None = None, headed: bool = False, action_timeout: float = 10.0) -> None:
        """`browser`: setting for `find_browser`. `action_timeout`: seconds for each single action in a page."""
        self._setting = browser
        self._headed = headed
        self._action_timeout = action_timeout
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._contexts: dict[str, BrowserContext] = {}

    @property
    def running(self) -> bool:
        return self._browser is not None and self._browser.is_connected()

    async def context(self, account: str) -> BrowserContext:
        """The context of this account: the one it had, or an empty one after `discard`, a crash or a first use.

        Raises BrowserNotFound, or Playwright's Error when the browser does not start.
        """
        async with self._starting:
            browser = await self._live_browser()
            if account not in self._contexts:
                self._contexts[account] = await self._new_context(browser)
            return self._contexts[account]

    async def discard(self, account: str) -> None:
        """Close the account's context and forget its login state."""
        context = self._contexts.pop(account, None)
        if context is not None:
            await _at_most(_CLOSE_LIMIT, context.close())

    async def close(self) -> None:
        async with self._starting:
            await self._stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _live_browser(self) -> Browser:
        if self._browser is not None:
            if await _answers(self._browser):
                return self._browser
            log.warning("the browser was lost; starting another")
        # The driver is replaced too: when it was the one that died, nothing else would answer again.
        await self._stop()
        executable = find_browser(self._setting, headed=self._headed)
        from playwright.async_api import async_playwright  # takes 0.3 s, and most processes drive no browser

        self._playwright = await async_playwright().start()
        self._browser = await self._launch(self._playwright, str(executable))
        return self._browser

    async def _launch(self, playwright: Playwright, executable: str) -> Browser:
        from playwright.async_api import Error

        root = sys.platform == "linux" and os.geteuid() == 0
        try:
            return await self._launch_once(playwright, executable, sandbox=not root)
        except Error as error:
            if root or "sandbox" not in error.message.lower():
                raise
            log.warning("this machine does not let an ordinary user sandbox the browser; starting it without")
            return await self._launch_once(playwright, executable, sandbox=False)

    async def _launch_once(self, playwright: Playwright, executable: str, *, sandbox: bool) -> Browser:
        return await playwright.chromium.launch(
            executable_path=executable,
            headless=not self._headed,
            args=_ARGUMENTS,
            chromium_sandbox=sandbox,
            slow_mo=_HEADED_PAUSE_MS if self._headed else 0,
            timeout=_LAUNCH_LIMIT * 1000,
        )

    async def _new_context(self, browser: Browser) -> BrowserContext:
        context = await browser.new_context(
            locale="nb-NO",
            timezone_id="Europe/Oslo",
            accept_downloads=False,
            viewport={"width": 1280, "height": 900},
        )
        context.on("close", self._forget)
        context.set_default_timeout(self._action_timeout * 1000)
        context.set_default_navigation_timeout(self._action_timeout * 1000)
        return context

    def _forget(self, context: BrowserContext) -> None:
        self._contexts = {account: kept for account, kept in self._contexts.items() if kept is not context}

    async def _stop(self) -> None:
        browser, playwright = self._browser, self._playwright
        self._browser = self._playwright = None
        self._contexts.clear()
        if browser is not None and browser.is_connected():
            await _at_most(_CLOSE_LIMIT, browser.close())
        if playwright is not None:
            await _at_most(_CLOSE_LIMIT, playwright.stop())


async def _answers(browser: Browser) -> bool:
    """Asked rather than looked up: Playwright does not notice that its own driver died, nor that a browser hangs."""
    if not browser.is_connected():
        return False
    try:
        async with asyncio.timeout(_CLOSE_LIMIT):
            session = await browser.new_browser_cdp_session()
            await session.detach()
    except Exception:
        return False
    return True


async def _at_most(limit: float, closing: Awaitable[None]) -> None:
    """Closing is best effort: whatever a half-dead browser answers, it is gone for us afterwards."""
    with contextlib.suppress(Exception):
        await asyncio.wait_for(closing, limit)
