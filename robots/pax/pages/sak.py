"""The page of one case, and the way from it to the merge dialogue."""

from __future__ import annotations

from playwright.async_api import Page

from robots.masking import Safe
from robots.pax.pages.news import is_news, press
from robots.pax.pages.screen import Screen

_MERGE = "Slå sammen krav…"


class SakPage(Screen):
    TITLE = "PAX - Sak"
    LABELS = ("Antall krav", "Hovedstol", "Kostnader", "Renter", "Sum")
    COLUMNS = ("Kravnr", "Kravtype", "Steg", "Tilstand")
    BUTTONS = (_MERGE,)
    SAFE = Safe(
        labels=frozenset(
            {
                *(f"{label}:" for label in LABELS),
                *COLUMNS,
                _MERGE,
                "Fødselsnr/Orgnr:",
                "Navn:",
                "Fordringshaver:",
                "Kjennemerke",
                "Forfall",
                "Hovedstol",
                "Kostnader",
                "Renter",
                "Saken finnes ikke.",
            }
        ),
        patterns=(
            r"Sak [A-Z]{0,2}\d{1,7}",
            r"Krav i saken, side \d+ av \d+",
            r"Saken er låst av bruker [A-ZÆØÅ0-9]+\.",
        ),
    )

    async def open_merge_dialogue(self) -> Page:
        """The window the button opens. News may open a window of their own at the same moment, which is not it."""
        async with self.frame.page.expect_popup(lambda window: not is_news(window)) as opening:
            await press(self.frame.get_by_role("button", name=_MERGE, exact=True), self.frame)
        window = await opening.value
        await window.wait_for_load_state("domcontentloaded")
        return window
