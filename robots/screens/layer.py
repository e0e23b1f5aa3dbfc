"""A message that now and then lies over any page of a system, and that a person closes and forgets."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Frame, Locator
from playwright.async_api import TimeoutError as PlaywrightTimeout

_PATIENCE = 2.0
"""Seconds a click waits before it is asked whether the layer has come in its way."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Told by the button that closes it."""

    close_button: str

    async def press(self, target: Locator, frame: Frame) -> None:
        """Click something that saves nothing with the mouse; should the layer lie over `frame`, close it and click
        then.

        Playwright's own add_locator_handler would do the same, but looks into the frame before every click (11 ms
        each).
        """
        try:
            await target.click(timeout=_PATIENCE * 1000)
        except PlaywrightTimeout:
            await self.close(frame)
            await target.click()

    async def close(self, frame: Frame) -> None:
        """Close the layer over this page, if there is one."""
        button = frame.get_by_role("button", name=self.close_button, exact=True)
        if await button.is_visible():
            await button.click()
