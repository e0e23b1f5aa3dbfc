"""The four frames a user works in: the bar above, the tree to the left, the work, and the status line below."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from playwright.async_api import Frame

from domain.krav import Saksflyt
from robots.masking import Safe
from robots.procasso.pages.screen import Screen
from robots.procasso.pages.search import SearchPage
from robots.procasso.values import KRAVNR, SAKSFLYTER, parse_dato, parse_saksflyt
from robots.screens.frames import Frameset
from robots.screens.screen import Sight, arrive


def _says(kravnr: str) -> str:
    """The pattern of a receipt for krav like this."""
    to = "|".join(SAKSFLYTER.values())
    return rf"Saksflyt for krav ({kravnr}) er satt til ({to}) fra (\d\d\.\d\d\.\d{{4}}) kl\. [\d:]+"


_RECEIPT = re.compile(_says(r"\S+"))
_BRANCH = "Krav"


class TopBar(Screen):
    TITLE = "Procasso - Topp"
    LINKS = ("Logg av",)
    SAFE = Safe(labels=frozenset({*LINKS, "PROCASSO", "Innfordring og regnskap"}))


class Tree(Screen):
    """The menu. Only the leaves of open branches are there for a user."""

    TITLE = "Procasso - Meny"
    LINKS = ("Søk",)
    SAFE = Safe(labels=frozenset({*LINKS, "Siste", "Fordringshavere", "Saksflyter", "[+]", "[-]", _BRANCH, "Register"}))

    async def unfold(self) -> None:
        """Open the branch with the krav, if it is closed."""
        closed = self.frame.get_by_role("link", name=f"[+] {_BRANCH}", exact=True)
        if await closed.count():
            await closed.click()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the status line says has been saved."""

    kravnr: str
    saksflyt: Saksflyt
    gjelder_fra: date


class StatusLine(Screen):
    """Shows what the page in the work frame last told it, and is itself never loaded again."""

    TITLE = "Procasso - Statuslinje"
    SAFE = Safe(
        labels=frozenset({"Klar.", "Fyll ut minst ett felt."}),
        patterns=(r"Søket ga \d+ treff\.", r"PC\d{4}", _says(KRAVNR)),
    )


class Frames(Frameset):
    TITLE = "Procasso"

    @property
    def top(self) -> TopBar:
        return TopBar(self.frame("topp"))

    @property
    def tree(self) -> Tree:
        return Tree(self.frame("tre"))

    @property
    def status(self) -> StatusLine:
        return StatusLine(self.frame("statuslinje"))

    @property
    def work(self) -> Frame:
        """Where search and krav are shown."""
        return self.frame("arbeid")

    async def open_search(self) -> SearchPage:
        await self.tree.unfold()
        search = SearchPage(self.work)
        await search.go(self.tree.frame.get_by_role("link", name="Søk", exact=True))
        return search

    async def log_out(self) -> None:
        link = self.top.frame.get_by_role("link", name="Logg av", exact=True)
        await arrive(self.page.main_frame, link.click)

    async def ready(self) -> None:
        for screen in (self.top, self.tree, SearchPage(self.work), self.status):
            await screen.come()


def read_receipt(sight: Sight) -> Receipt | None:
    """The receipt in the status line; None when it says something else. Raises ValueNotRead."""
    told = _RECEIPT.search(sight.text)
    return None if told is None else Receipt(told[1], parse_saksflyt(told[2]), parse_dato(told[3]))
