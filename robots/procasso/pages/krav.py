"""One krav: the tab it opens on, and the tab with its saksflyt."""

from __future__ import annotations

import re

from robots.masking import Safe
from robots.procasso.pages.dialogue import SaksflytDialogue
from robots.procasso.pages.screen import Screen
from robots.procasso.values import SAKSFLYTER
from robots.screens.screen import Sight

_HEAD = re.compile(r"Krav (\S+)\s+Sak \S+")
_TABS = ("Krav", "Hendelser", "Saksflyt", "Notater", "Dokumenter")
_CHANGE = "Endre saksflyt… (F6)"


class KravTab(Screen):
    TITLE = "Procasso - Krav - Krav"
    LINKS = ("Saksflyt",)
    SAFE = Safe(
        labels=frozenset(
            {
                *_TABS,
                "Sak",
                "Kravnr:",
                "Saksnr:",
                "Kravtype:",
                "Fordringshaver:",
                "Skyldner:",
                "Navn:",
                "Ilagt:",
                "KID:",
                "Forfall:",
                "Opprinnelig forfall:",
                "Steg:",
                "Tilstand:",
                "Hovedstol:",
                "Kostnader:",
                "Renter:",
                "Sum:",
                "Kravet finnes ikke.",
            }
        ),
        patterns=(r"Kravet er låst av bruker [A-ZÆØÅ0-9]+\.",),
    )

    async def open_saksflyt(self) -> tuple[SaksflytTab, Sight]:
        tab = SaksflytTab(self.frame)
        return tab, await tab.go(self.frame.get_by_role("link", name="Saksflyt", exact=True))


class SaksflytTab(Screen):
    TITLE = "Procasso - Krav - Saksflyt"
    LABELS = ("Saksflyt",)
    BUTTONS = (_CHANGE,)
    SAFE = Safe(
        labels=frozenset(
            {
                "Saksflyt:",
                "Gjelder fra:",
                _CHANGE,
                "Endringer",
                "Ingen endringer registrert.",
                "Til",
                "Fra dato",
                "Begrunnelse",
                "Bruker",
                *SAKSFLYTER.values(),
            }
        )
    )

    async def open_dialogue(self) -> SaksflytDialogue:
        """Drawn over the page; nothing is loaded."""
        await self.LAYER.press(self.frame.get_by_role("button", name=_CHANGE, exact=True), self.frame)
        return SaksflytDialogue(self.frame)


def shown_kravnr(sight: Sight) -> str | None:
    """The krav that the head above the tabs names."""
    told = _HEAD.search(sight.text)
    return None if told is None else told[1]
