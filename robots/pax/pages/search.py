"""The search page. What is looked for is posted, so that no address ever holds more than a kravnr or saksnr."""

from __future__ import annotations

from robots.masking import Safe
from robots.pax.pages.krav import KravPage
from robots.pax.pages.sak import SakPage
from robots.pax.pages.screen import Screen, Sight

NO_HITS = "Ingen treff."


class SearchPage(Screen):
    TITLE = "PAX - Søk"
    LABELS = ("Kravnr", "Saksnr")
    BUTTONS = ("Søk",)
    SAFE = Safe(
        labels=frozenset({"Søk etter krav", "Kravnr:", "Saksnr:", "Kjennemerke:", "Fødselsnr/Orgnr:", "Søk", NO_HITS}),
        patterns=(r"\d+ treff, side \d+ av \d+",),
    )

    async def search_kravnr(self, kravnr: str) -> Sight:
        return await self._search("Kravnr", kravnr)

    async def search_saksnr(self, saksnr: str) -> Sight:
        return await self._search("Saksnr", saksnr)

    async def open_krav(self, kravnr: str) -> tuple[KravPage, Sight]:
        page = KravPage(self.frame)
        return page, await page.go(self.frame.get_by_role("link", name=kravnr, exact=True))

    async def open_sak(self, saksnr: str) -> tuple[SakPage, Sight]:
        """By the first of its krav among the hits."""
        page = SakPage(self.frame)
        return page, await page.go(self.frame.get_by_role("link", name=saksnr, exact=True).first)

    async def _search(self, label: str, value: str) -> Sight:
        await self.fill({label: value})
        return await self.go(self.frame.get_by_role("button", name="Søk", exact=True))
