"""The merge dialogue, a window of its own: tick krav over several pages, save, confirm, and read the receipt."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import Dialog, Error, Page

from robots.masking import Safe
from robots.once import sending_once
from robots.pax.pages.screen import Screen, Sight, arrive, look

_LIST = re.compile(r"(\d+) krav, side (\d+) av (\d+)\. Valgt på andre sider: (\d+)")
_RECEIPT = re.compile(r"(\d+) krav slått sammen med sak (\S+) kl\.")

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


@dataclass(slots=True)
class Saving:
    """How far a save came. `pressed`: the button was clicked. `question`: the text of the confirm(), once asked."""

    pressed: bool = False
    question: str | None = None
    accepted: bool = False


class NotSaved(Exception):
    """The question was another than expected, or was not asked at all; nothing was sent."""


class Receipt(Screen):
    TITLE = "PAX - Kvittering"
    COLUMNS = ("Kravnr",)
    SAFE = Safe(labels=frozenset({"Kravnr", "Lukk"}), patterns=(r"\d+ krav slått sammen med sak \S+ kl\. [\d:]+",))


class MergeDialogue(Screen):
    TITLE = "PAX - Slå sammen krav"
    COLUMNS = ("Velg", "Kravnr", "Saksnr", "Kravtype", "Steg", "Tilstand", "Sum")
    BUTTONS = ("Lagre", "Avbryt")
    SAFE = Safe(
        labels=frozenset({*COLUMNS, *BUTTONS, "Kjennemerke", "Legg til kravnr:", "Legg til", "Velg minst ett krav."}),
        patterns=(
            r"Slå sammen krav med sak [A-Z]{0,2}\d{1,7}",
            r"\d+ krav, side \d+ av \d+\. Valgt på andre sider: \d+",
            r"Krav [A-Z]{2}\d{7} er avsluttet\.",
            r"Krav [A-Z]{2}\d{7} har en annen skyldner eller fordringshaver enn sak [A-Z]{0,2}\d{1,7}\.",
        ),
        selectors=("tr:has(> td > input[type=checkbox]) > td:nth-child(3)",),
    )

    def __init__(self, window: Page) -> None:
        super().__init__(window.main_frame)
        self.window = window

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

    async def cancel(self) -> None:
        async with self.window.expect_event("close"):
            with suppress(Error):  # the window may be gone before the click has answered
                await self.frame.get_by_role("button", name="Avbryt", exact=True).click()

    async def save(
        self, *, accepts: Callable[[str], bool], before_save: Callable[[], None], limit: float, saving: Saving
    ) -> Sight:
        """Press «Lagre», answer the question, and read whatever page comes.

        `saving` tells how far it came, also on errors.
        `before_save` is called right before the click, and once more when the form is about to leave the browser.
        What it raises is raised here, and nothing has been sent then. The form leaves only after a question that
        `accepts` likes; otherwise NotSaved. It is sent at most once, with `limit` seconds for the answer.
        """

        async def answer(dialog: Dialog) -> None:
            saving.question = dialog.message
            saving.accepted = accepts(dialog.message)
            with suppress(Error):  # the window may be closed under the question
                await (dialog.accept() if saving.accepted else dialog.dismiss())

        def before_sending() -> None:
            if not saving.accepted:
                raise NotSaved
            before_save()

        self.window.on("dialog", answer)
        try:
            async with sending_once(self.window, limit, before_sending) as sending:
                try:
                    return await self._press_save(before_save, limit, saving)
                except Error:
                    if sending.refused is not None:
                        raise sending.refused from None
                    raise
        finally:
            self.window.remove_listener("dialog", answer)

    async def _press_save(self, before_save: Callable[[], None], limit: float, saving: Saving) -> Sight:
        button = self.frame.get_by_role("button", name="Lagre", exact=True)

        async def press() -> None:
            before_save()
            saving.pressed = True
            await button.click()
            if saving.question is not None and not saving.accepted:
                raise NotSaved

        await arrive(self.frame, press, limit=limit)
        return await look(self.frame, columns=Receipt.COLUMNS)

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


def read_receipt(sight: Sight) -> tuple[str, frozenset[str]] | None:
    """The case and the krav a receipt names; None when it is no receipt or does not add up."""
    told = _RECEIPT.search(sight.text)
    kravnumre = frozenset(row["Kravnr"] for row in sight.rows)
    if sight.title != Receipt.TITLE or told is None or int(told[1]) != len(kravnumre):
        return None
    return told[2], kravnumre
