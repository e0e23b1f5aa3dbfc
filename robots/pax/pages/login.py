"""The login page."""

from __future__ import annotations

from playwright.async_api import Page

from robots.masking import Safe
from robots.once import sending_once
from robots.pax.pages.screen import Screen, Sight, arrive, look


class LoginPage(Screen):
    TITLE = "PAX - Innlogging"
    LABELS = ("Bruker", "Passord")
    BUTTONS = ("Logg inn",)
    SAFE = Safe(
        labels=frozenset(
            {
                "PAX Parkeringskrav - Innlogging",
                "Bruker:",
                "Passord:",
                "Logg inn",
                "Feil bruker eller passord.",
                "Kontoen er låst etter tre feil passord. Kontakt brukerstøtte.",
                "Sesjonen er utløpt. Logg inn på nytt.",
            }
        )
    )

    def __init__(self, page: Page) -> None:
        super().__init__(page.main_frame)
        self._page = page

    async def log_in(self, user: str, password: str, limit: float) -> Sight:
        """Fill in and send, once: sent again, a wrong password would count twice. Answers whatever page came."""
        await self.fill({"Bruker": user, "Passord": password})
        async with sending_once(self._page, limit):
            button = self.frame.get_by_role("button", name="Logg inn", exact=True)
            await arrive(self.frame, button.click, everything=True, limit=limit)
            return await look(self.frame)


class ChangePasswordPage(Screen):
    """Forced on an account whose password is too old. Only recognised: a robot chooses no passwords."""

    TITLE = "PAX - Bytt passord"
    SAFE = Safe(
        labels=frozenset(
            {
                "PAX Parkeringskrav - Passordet er utløpt og må byttes",
                "Gammelt passord:",
                "Nytt passord:",
                "Gjenta nytt passord:",
                "Bytt passord",
            }
        )
    )
