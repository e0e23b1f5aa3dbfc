"""«Nyheter i PAX»: a layer over any page, now and then with a window of its own, that a person closes and forgets."""

from __future__ import annotations

from contextlib import suppress

from playwright.async_api import Error, Frame, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from robots.masking import Safe

CLOSE = "Lukk nyheter"
SAFE = Safe(labels=frozenset({"Nyheter i PAX", CLOSE}))

_PATIENCE = 2.0
"""Seconds a click waits before it is asked whether news have come in its way."""


async def press(target: Locator, frame: Frame) -> None:
    """Click something that saves nothing with the mouse; should news lie over `frame`, close them and click then.

    Playwright's own add_locator_handler would do the same, but looks into the frame before every click (11 ms each).
    """
    try:
        await target.click(timeout=_PATIENCE * 1000)
    except PlaywrightTimeout:
        await close_layer(frame)
        await target.click()


async def close_layer(frame: Frame) -> None:
    """Close the layer with news over this page, if there is one."""
    button = frame.get_by_role("button", name=CLOSE, exact=True)
    if await button.is_visible():
        await button.click()


def is_news(window: Page) -> bool:
    """Told by its address: a window that is just opening has no title yet."""
    return "Nyheter" in window.url


async def close_if_news(window: Page) -> None:
    """Close a window that has just opened, if it is the one with news."""
    if is_news(window):
        with suppress(Error):  # somebody was quicker
            await window.close()
