"""The search page. What is looked for is posted, so that no address holds it."""

from __future__ import annotations

from robots.masking import Safe
from robots.procasso.pages.krav import KravTab
from robots.procasso.pages.screen import Screen
from robots.screens.screen import Sight

NO_HITS = "Ingen krav funnet."


class SearchPage(Screen):
    TITLE = "Procasso - Kravsøk"
    LABELS = ("Kravnr",)
    BUTTONS = ("Søk",)
    SAFE = Safe(
        labels=frozenset(
            {
                "Søk etter krav",
                "Kravnr:",
                "Saksnr:",
                "Skyldner:",
                "Søk",
                NO_HITS,
                "Kravnr",
                "Saksnr",
                "Kravtype",
                "Skyldner",
                "Navn",
                "Forfall",
                "Sum",
                "Tilstand",
            }
        ),
        patterns=(r"PC\d{4}",),
    )

    async def search_kravnr(self, kravnr: str) -> Sight:
        await self.fill({"Kravnr": kravnr})
        return await self.go(self.frame.get_by_role("button", name="Søk", exact=True))

    async def open_krav(self, kravnr: str) -> KravTab:
        tab = KravTab(self.frame)
        await tab.go(self.frame.get_by_role("link", name=kravnr, exact=True))
        return tab
