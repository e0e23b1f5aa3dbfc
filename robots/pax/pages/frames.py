"""The frameset a user works in: the menu above, the content below."""

from __future__ import annotations

from playwright.async_api import Error, Frame, Page

from robots.masking import Safe
from robots.pax.pages.screen import Screen, arrive
from robots.pax.pages.search import SearchPage


class Menu(Screen):
    TITLE = "PAX - Meny"
    LINKS = ("Søk", "Logg ut")
    SAFE = Safe(labels=frozenset({*LINKS, "PAX Parkeringskrav"}))


class Frames:
    """PAX as it stands on the screen when one is logged in."""

    TITLE = "PAX Parkeringskrav"

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def menu(self) -> Menu:
        return Menu(self._frame("meny"))

    @property
    def content(self) -> Frame:
        """Where search, krav and sak are shown."""
        return self._frame("innhold")

    async def open_search(self) -> SearchPage:
        search = SearchPage(self.content)
        await search.go(self.menu.frame.get_by_role("link", name="Søk", exact=True))
        return search

    async def log_out(self) -> None:
        link = self.menu.frame.get_by_role("link", name="Logg ut", exact=True)
        await arrive(self.page.main_frame, link.click)

    async def ready(self) -> None:
        """Raises UnexpectedPage when one of the frames holds another page than it should after login."""
        await self.menu.come()
        await SearchPage(self.content).come()

    def _frame(self, name: str) -> Frame:
        frame = self.page.frame(name=name)
        if frame is None:
            raise Error(f"no frame {name}")
        return frame
