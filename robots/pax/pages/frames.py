"""The frameset a user works in: the menu above, the content below."""

from __future__ import annotations

from playwright.async_api import Frame

from robots.masking import Safe
from robots.pax.pages.screen import Screen, arrive
from robots.pax.pages.search import SearchPage
from robots.screens.frames import Frameset


class Menu(Screen):
    TITLE = "PAX - Meny"
    LINKS = ("Søk", "Logg ut")
    SAFE = Safe(labels=frozenset({*LINKS, "PAX Parkeringskrav"}))


class Frames(Frameset):
    """PAX as it stands on the screen when one is logged in."""

    TITLE = "PAX Parkeringskrav"

    @property
    def menu(self) -> Menu:
        return Menu(self.frame("meny"))

    @property
    def content(self) -> Frame:
        """Where search, krav and sak are shown."""
        return self.frame("innhold")

    async def open_search(self) -> SearchPage:
        search = SearchPage(self.content)
        await search.go(self.menu.frame.get_by_role("link", name="Søk", exact=True))
        return search

    async def log_out(self) -> None:
        link = self.menu.frame.get_by_role("link", name="Logg ut", exact=True)
        await arrive(self.page.main_frame, link.click)

    async def ready(self) -> None:
        await self.menu.come()
        await SearchPage(self.content).come()
