"""What is done in Procasso through its screens: read the saksflyt of a krav, and set it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from domain.errors import SystemException
from domain.krav import Saksflyt
from robots.procasso.pages.dialogue import Choice, SaksflytDialogue, Saving
from robots.procasso.pages.frames import Frames, Receipt, read_receipt
from robots.procasso.pages.krav import SaksflytTab, shown_kravnr
from robots.procasso.pages.search import NO_HITS
from robots.procasso.product import PRODUCT
from robots.procasso.safe import SAFE
from robots.procasso.values import KRAVNR, parse_saksflyt
from robots.procasso.verdicts import PROCASSO, is_locked
from robots.screens.robot import ScreenRobot
from robots.screens.screen import Sight, UnexpectedPage
from robots.screens.session import Account, check_landmarks

__all__ = ["Account", "ProcassoRobot"]


class ProcassoRobot(ScreenRobot[Frames]):
    """A robot in Procasso. A change is made as a user makes it, and the receipt in the status line is read."""

    product = PRODUCT
    safe = SAFE
    kravnr = KRAVNR

    async def visit_pages(self, kravnr: str | None, frames: Frames) -> tuple[str, ...]:
        await frames.tree.unfold()
        await check_landmarks(frames.top)
        await check_landmarks(frames.tree)
        search = await frames.open_search()
        await check_landmarks(search)
        seen = (PRODUCT.login.TITLE, frames.top.TITLE, frames.tree.TITLE, search.TITLE)
        if kravnr is None or NO_HITS in (await search.search_kravnr(kravnr)).text:
            return seen
        krav = await search.open_krav(kravnr)
        await check_landmarks(krav)
        tab, _ = await krav.open_saksflyt()
        await check_landmarks(tab)
        dialogue = await tab.open_dialogue()
        await check_landmarks(dialogue)
        await dialogue.cancel()
        return (*seen, krav.TITLE, tab.TITLE)

    async def get_saksflyt(self, kravnr: str) -> Saksflyt | None:
        """The saksflyt of the krav, as Procasso shows it now; None when Procasso does not know the krav."""
        return await self._session.reading(f"read saksflyt of krav {kravnr}", partial(_read_saksflyt, kravnr))

    async def set_saksflyt(
        self, kravnr: str, til: Saksflyt, gjelder_fra: date, *, before_save: Callable[[], None]
    ) -> None:
        """Give the krav this saksflyt from this day on, whatever it has now.

        `before_save` is called right before «Lagre» is clicked and again right before the form leaves the browser. It
        may raise: then nothing has been sent, and its exception is raised here.

        Phase "send" means that the save may have happened, "verify" that it did, but Procasso's receipt names
        something else. Every other phase means that nothing was saved, and the exception says `nothing_done`.
        """
        asked = Receipt(kravnr, til, gjelder_fra)
        step = f"set saksflyt of krav {kravnr} to {til}"
        saving = Saving()
        async with self._session.acting(step, self._act_limit, possibly_saved=lambda: saving.pressed):
            frames, dialogue = await self._session.reading(step, partial(_choose, asked))
            with self._session.task(step, possibly_saved=lambda: saving.pressed):
                sight = await dialogue.save(before_save=before_save, limit=self._act_limit, saving=saving)
                await _check_answer(sight, dialogue, frames, asked)


async def _read_saksflyt(kravnr: str, frames: Frames) -> Saksflyt | None:
    opened = await _open_tab(kravnr, frames)
    return None if opened is None else parse_saksflyt(opened[1].fields.get("Saksflyt", ""))


async def _open_tab(kravnr: str, frames: Frames) -> tuple[SaksflytTab, Sight] | None:
    """The saksflyt of this krav; None when Procasso does not know it."""
    search = await frames.open_search()
    if NO_HITS in (await search.search_kravnr(kravnr)).text:
        return None
    tab, sight = await (await search.open_krav(kravnr)).open_saksflyt()
    if shown_kravnr(sight) != kravnr:
        raise SystemException(PROCASSO, "parse", f"another krav was shown than {kravnr}")
    return tab, sight


async def _choose(asked: Receipt, frames: Frames) -> tuple[Frames, SaksflytDialogue]:
    """Open the dialogue of the krav and fill it in; the dialogue, ready to be saved."""
    opened = await _open_tab(asked.kravnr, frames)
    if opened is None:
        raise SystemException(PROCASSO, "answer", f"Procasso has no krav {asked.kravnr}")
    tab, sight = opened
    if is_locked(sight):
        raise _locked(asked.kravnr)
    dialogue = await tab.open_dialogue()
    if await dialogue.choose(asked.saksflyt, asked.gjelder_fra) != Choice(asked.saksflyt, asked.gjelder_fra):
        raise SystemException(PROCASSO, "parse", f"the dialogue of krav {asked.kravnr} shows another choice than made")
    if read_receipt(await frames.status.look()) is not None:
        # One that stands there already could be taken for ours.
        raise SystemException(PROCASSO, "parse", "the status line still shows a receipt")
    return frames, dialogue


async def _check_answer(sight: Sight, dialogue: SaksflytDialogue, frames: Frames, asked: Receipt) -> None:
    """What came after «Lagre». The dialogue once more = refused, and Procasso has saved nothing."""
    if sight.title != SaksflytTab.TITLE or sight.is_error:
        raise UnexpectedPage(SaksflytTab.TITLE, sight)
    if await dialogue.is_open():
        raise _locked(asked.kravnr) if is_locked(sight) else _refused(asked.kravnr)
    status = await frames.status.look()
    receipt = read_receipt(status)
    if receipt is None:
        raise UnexpectedPage("a receipt in the status line", status)
    if receipt != asked:
        raise SystemException(PROCASSO, "verify", f"the receipt for krav {asked.kravnr} names something else")


def _locked(kravnr: str) -> SystemException:
    return SystemException(PROCASSO, "answer", f"krav is locked by another user: {kravnr}; nothing was saved")


def _refused(kravnr: str) -> SystemException:
    return SystemException(
        PROCASSO, "answer", f"Procasso refused to set the saksflyt of krav {kravnr} and saved nothing"
    )
