"""The page of one krav: its fields, its hendelser ten at a time, and the way to the write-off dialogue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from robots.masking import Safe
from robots.pax.pages.dialogue import open_window
from robots.pax.pages.screen import Screen, Sight
from robots.pax.pages.write_off import WriteOffDialogue
from robots.pax.values import KRAVNR

_WRITE_OFF = "Avskriv…"
_HENDELSER = re.compile(r"Hendelser \((\d+)\), side (\d+) av (\d+)")


class KravPage(Screen):
    TITLE = "PAX - Krav"
    LABELS = (
        "Kravnr",
        "Saksnr",
        "Kravtype",
        "Fordringshaver",
        "Fødselsnr/Orgnr",
        "Kjennemerke",
        "Ilagt tidspunkt",
        "Forfall",
        "Opprinnelig forfall",
        "Steg",
        "Tilstand",
        "Avskrivingsårsak",
        "Saksflyt",
        "KID",
        "Hovedstol",
        "Kostnader",
        "Renter",
        "Sum",
    )
    COLUMNS = ("Dato", "Hendelse", "Beløp")
    BUTTONS = (_WRITE_OFF,)
    SAFE = Safe(
        labels=frozenset(
            {*(f"{label}:" for label in LABELS), *COLUMNS, *BUTTONS, "Navn:", "Hendelser", "Kravet finnes ikke."}
        ),
        patterns=(rf"Krav {KRAVNR}", r"\(\d+\), side \d+ av \d+"),
    )

    async def open_krav(self, kravnr: str) -> Sight | None:
        """Go to the page of this krav by its address; None when that is not plainly what came."""
        sight = await self.open(_address(kravnr))
        return sight if sight is not None and sight.fields.get("Kravnr") == kravnr else None

    async def fetch_krav(self, kravnumre: Sequence[str], limit: float) -> list[Sight]:
        """The pages of these krav, in order, as far as they come within `limit` seconds; none of them is shown."""
        return await self.fetch([_address(kravnr) for kravnr in kravnumre], limit)

    def is_whole(self, sight: Sight, kravnr: str) -> bool:
        """Is this the page of this krav, with all its hendelser on it?"""
        right = sight.title == self.TITLE and sight.status == 200 and sight.fields.get("Kravnr") == kravnr
        return right and _count(sight) == (len(sight.rows), 1)

    def lists_hendelser(self, sight: Sight) -> bool:
        """Does the page say that there are any? Only then it has their table."""
        return _count(sight)[0] > 0

    async def read_hendelser(self, first: Sight) -> list[dict[str, str]] | None:
        """The rows of every page of hendelser, from the first, which is shown already; None when they do not add up."""
        total, pages = _count(first)
        rows = list(first.rows)
        for page in range(2, pages + 1):
            rows += (await self.turn_to(page)).rows
        return rows if len(rows) == total else None

    async def open_write_off_dialogue(self) -> WriteOffDialogue:
        return await WriteOffDialogue.in_window(await open_window(self.frame, _WRITE_OFF))


def _address(kravnr: str) -> str:
    return f"Krav.aspx?kravnr={quote(kravnr)}"


def _count(sight: Sight) -> tuple[int, int]:
    told = _HENDELSER.search(sight.text)
    return (int(told[1]), int(told[3])) if told else (-1, 0)
