"""The merge dialogue, a window of its own: tick krav over several pages, and read back what is ticked."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from robots.masking import Safe
from robots.pax.pages.dialogue import Dialogue
from robots.pax.pages.screen import Sight
from robots.pax.values import KRAVNR, SAKSNR

_LIST = re.compile(r"(\d+) krav, side (\d+) av (\d+)\. Valgt på andre sider: (\d+)")

# All boxes of a page in one call, each by a real click, so that what listens to clicks and changes hears them.
_TICK = """({ wanted }) => {
  const text = (cell) => cell.innerText.trim();
  const ticks = {};
  for (const table of document.querySelectorAll("table")) {
    const column = [...table.querySelectorAll("th")].map(text).indexOf("Kravnr");
    for (const row of column < 0 ? [] : table.rows) {
      const box = row.querySelector("input[type=checkbox]");
      if (!box) continue;
      const kravnr = text(row.cells[column]);
      if (wanted && box.checked !== wanted.includes(kravnr)) box.click();
      ticks[kravnr] = box.checked;
    }
  }
  return ticks;
}"""


@dataclass(frozen=True, slots=True)
class Selection:
    """What the dialogue shows as chosen, read from every page; `counted` is its own count."""

    listed: frozenset[str]
    chosen: frozenset[str]
    counted: int


class MergeDialogue(Dialogue):
    TITLE = "PAX - Slå sammen krav"
    COLUMNS = ("Velg", "Kravnr", "Saksnr", "Kravtype", "Steg", "Tilstand", "Sum")
    SAFE = Safe(
        labels=frozenset(
            {*COLUMNS, *Dialogue.BUTTONS, "Kjennemerke", "Legg til kravnr:", "Legg til", "Velg minst ett krav."}
        ),
        patterns=(
            rf"Slå sammen krav med sak {SAKSNR}",
            r"\d+ krav, side \d+ av \d+\. Valgt på andre sider: \d+",
            rf"Krav {KRAVNR} er avsluttet\.",
            rf"Krav {KRAVNR} har en annen skyldner eller fordringshaver enn sak {SAKSNR}\.",
        ),
    )

    async def choose(self, kravnumre: Collection[str]) -> Selection:
        """Tick exactly these, on every page of the list, then read back from every page what is ticked."""
        pages = _pages(await self.come())
        ticks = await self._tick(kravnumre)
        for page in range(2, pages + 1):
            await self.turn_to(page)
            ticks |= await self._tick(kravnumre)
        if pages > 1:
            ticks |= await self._read_back(pages)
        return await self._selection(ticks)

    async def _tick(self, wanted: Collection[str] | None) -> dict[str, bool]:
        """Tick these on the page that is shown and untick the rest; None = only read. Answers kravnr -> ticked."""
        argument = {"wanted": None if wanted is None else list(wanted)}
        ticks: dict[str, bool] = await self.frame.evaluate(_TICK, argument)
        return ticks

    async def _read_back(self, pages: int) -> dict[str, bool]:
        """The ticks of every page but the last, which is the one that is shown and was read just now."""
        ticks: dict[str, bool] = {}
        for page in range(1, pages):
            await self.turn_to(page)
            ticks |= await self._tick(None)
        return ticks

    async def _selection(self, ticks: dict[str, bool]) -> Selection:
        told = _LIST.search((await self.look()).text)
        here = await self._tick(None)
        chosen = frozenset(kravnr for kravnr, ticked in ticks.items() if ticked)
        return Selection(frozenset(ticks), chosen, counted=sum(here.values()) + (int(told[4]) if told else 0))


def _pages(sight: Sight) -> int:
    told = _LIST.search(sight.text)
    return int(told[3]) if told else 1
