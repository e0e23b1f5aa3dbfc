"""A login page: two fields and a button."""

from __future__ import annotations

from playwright.async_api import Page

from robots.once import sending_once
from robots.screens.screen import Screen, Sight, arrive, look


class LoginScreen(Screen):
    """LABELS: of the user and of the password, in this order. BUTTONS: the one that logs in."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.main_frame)
        self._page = page

    async def log_in(self, user: str, password: str, limit: float) -> Sight:
        """Fill in and send, once: sent again, a wrong password would count twice. Answers whatever page came."""
        await self.fill(dict(zip(self.LABELS, (user, password), strict=True)))
        async with sending_once(self._page, limit):
            button = self.frame.get_by_role("button", name=self.BUTTONS[0], exact=True)
            await arrive(self.frame, button.click, everything=True, limit=limit)
            return await look(self.frame)
