"""«Nyheter i PAX»: a layer over any page, now and then with a window of its own, that a person closes and forgets."""

from __future__ import annotations

from contextlib import suppress

from playwright.async_api import Error, Page

from robots.masking import Safe
from robots.screens.layer import Layer

LAYER = Layer("Lukk nyheter")
SAFE = Safe(labels=frozenset({"Nyheter i PAX", LAYER.close_button}))

press = LAYER.press


def is_news(window: Page) -> bool:
    """Told by its address: a window that is just opening has no title yet."""
    return "Nyheter" in window.url


async def close_if_news(window: Page) -> None:
    """Close a window that has just opened, if it is the one with news."""
    if is_news(window):
        with suppress(Error):  # somebody was quicker
            await window.close()
