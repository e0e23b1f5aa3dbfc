"""The page of one case, and the way from it to the merge dialogue."""

from __future__ import annotations

import re
from urllib.parse import quote

from robots.masking import Safe
from robots.pax.pages.dialogue import open_window
from robots.pax.pages.merge import MergeDialogue
from robots.pax.pages.screen import Screen, Sight
from robots.pax.values import SAKSNR

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
            rf"Sak {SAKSNR}",
            r"Krav i saken, side \d+ av \d+",
            r"Saken er låst av bruker [A-ZÆØÅ0-9]+\.",
        ),
    )

    async def open_sak(self, saksnr: str) -> Sight | None:
        """Go to the page of this case by its address; None when that is not plainly what came."""
        sight = await self.open(f"Sak.aspx?saksnr={quote(saksnr)}")
        return sight if sight is not None and re.search(rf"\bSak {re.escape(saksnr)}\b", sight.text) else None

    async def open_merge_dialogue(self) -> MergeDialogue:
        window = await open_window(self.frame, _MERGE)
        await window.wait_for_load_state("domcontentloaded")
        return MergeDialogue(window.main_frame)
