"""What can be done in PAX through its screens: read krav, and merge krav into a case."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from domain.errors import Phase, SystemException
from robots.browser import BrowserPool
from robots.masking import Picture, take_picture
from robots.pax.pages.frames import Frames
from robots.pax.pages.login import LoginPage
from robots.pax.pages.merge import MergeDialogue, NotSaved, Receipt, Saving, Selection, read_receipt
from robots.pax.pages.screen import Sight, UnexpectedPage
from robots.pax.pages.search import NO_HITS
from robots.pax.product import PRODUCT
from robots.pax.safe import SAFE
from robots.pax.values import PaxKrav, to_pax_krav
from robots.pax.verdicts import PAX, is_locked_case
from robots.screens.session import PAUSES, Account, ScreenSession, check_landmarks, close_quietly

__all__ = ["Account", "PaxKrav", "PaxRobot"]


class PaxRobot:
    """One user of PAX at work, one task at a time. The login state lives in the pool's context for the account.

    Every failure is a SystemException("PAX", phase, message) whose message holds ids only. A session that has ended is
    renewed once and the reading begun again; after «Lagre» nothing is ever repeated.
    """

    def __init__(
        self,
        pool: BrowserPool,
        base_url: str,
        account: Account,
        *,
        act_limit: float,
        read_limit: float = 60.0,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """`base_url`: of PAX. `act_limit`: seconds for a whole merge. `read_limit`: seconds for reading one krav.
        `pauses`: seconds before each time a reading is begun again.
        """
        self._session = ScreenSession(PRODUCT, pool, base_url, account, read_limit=read_limit, pauses=pauses)
        self._act_limit = act_limit

    async def login(self) -> None:
        """Log in, or find that the account still is.

        Raises LoginRejected when PAX does not let the account in, also when it must choose a new password. Tried
        once: asked again, this robot gives the same answer without asking PAX.
        """
        await self._session.reading("log in", _nothing)

    async def check_landmarks(self, kravnr: str | None = None) -> tuple[str, ...]:
        """Visit the pages the robot uses and find everything it holds on to, changing nothing. Answers their titles.

        With a kravnr also the pages of that krav and its case, and the merge dialogue, which is cancelled again. The
        receipt cannot be visited without saving. Raises ScreenChanged for the first page that lacks something.
        """
        return await self._session.reading("check landmarks", partial(_visit_pages, kravnr))

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, PaxKrav]:
        """These krav with all their hendelser, as PAX shows them now. A kravnr that PAX does not know is left out."""
        found = {}
        for kravnr in dict.fromkeys(kravnumre):
            krav = await self._session.reading(f"read krav {kravnr}", partial(_read_krav, kravnr))
            if krav is not None:
                found[kravnr] = krav
        return found

    async def merge_krav(self, maalsak: str, kravnumre: Sequence[str], *, before_save: Callable[[], None]) -> None:
        """Move exactly these krav, which stand in other cases, into the case `maalsak`.

        `before_save` is called right before «Lagre» is clicked and again right before the form leaves the browser. It
        may raise: then nothing has been sent, and its exception is raised here.

        Phase "send" means that the save may have happened, "verify" that it did, but PAX's receipt names other krav.
        Every other phase means that nothing was saved, and the exception says `nothing_done`.
        """
        asked = frozenset(kravnumre)
        if not asked or len(asked) != len(kravnumre):
            raise ValueError("a merge needs krav, each of them once")
        step = f"merge {len(asked)} krav into case {maalsak}"
        saving = Saving()
        limit = asyncio.timeout(self._act_limit)
        try:
            async with limit:
                dialogue = await self._session.reading(step, partial(_choose, maalsak, asked))
                with self._session.task(step, possibly_saved=lambda: saving.pressed):
                    await self._save(dialogue, maalsak, asked, before_save, saving)
        except TimeoutError:
            if not limit.expired():
                raise
            phase: Phase = "send" if saving.pressed else "answer"
            late = SystemException(PAX, phase, f"{step}: not finished in {self._act_limit:g} seconds")
            late.nothing_done = not saving.pressed
            raise late from None
        except SystemException as error:
            error.nothing_done = error.phase not in ("send", "verify")
            raise
        await close_quietly(dialogue.window)

    async def picture(self) -> Picture:
        """A masked picture of every window as it stands, also right after a failure; never raises."""
        return await take_picture(self._session.windows, SAFE)

    async def logout(self) -> None:
        """Log out, when logged in."""
        await self._session.log_out()

    async def close(self) -> None:
        """Close the windows at once and forget the login state, without a word to PAX.

        Safe at any moment, also mid-task: the task fails in the browser, and a form that has not left stays unsent.
        """
        await self._session.close()

    async def _save(
        self,
        dialogue: MergeDialogue,
        maalsak: str,
        asked: frozenset[str],
        before_save: Callable[[], None],
        saving: Saving,
    ) -> None:
        question = f"Slå sammen {len(asked)} krav med sak {maalsak}?"
        try:
            sight = await dialogue.save(
                accepts=lambda text: text == question, before_save=before_save, limit=self._act_limit, saving=saving
            )
        except NotSaved:
            raise SystemException(PAX, "parse", f"PAX did not ask «{question}», so nothing was saved") from None
        _check_answer(sight, maalsak, asked)


async def _nothing(_frames: Frames) -> None:
    """Being logged in is all that is asked."""


async def _read_krav(kravnr: str, frames: Frames) -> PaxKrav | None:
    search = await frames.open_search()
    if NO_HITS in (await search.search_kravnr(kravnr)).text:
        return None
    page, sight = await search.open_krav(kravnr)
    rows = await page.read_hendelser(sight)
    if rows is None:
        raise SystemException(PAX, "parse", f"the list of hendelser of krav {kravnr} is not whole")
    krav = to_pax_krav(sight.fields, rows)
    if krav.krav.kravnr != kravnr:
        raise SystemException(PAX, "parse", f"another krav was shown than {kravnr}")
    return krav


async def _choose(maalsak: str, asked: frozenset[str], frames: Frames) -> MergeDialogue:
    """Open the merge dialogue of the case and choose these krav; the dialogue, ready to be saved."""
    search = await frames.open_search()
    if NO_HITS in (await search.search_saksnr(maalsak)).text:
        raise SystemException(PAX, "answer", f"PAX has no case {maalsak}")
    sak, sight = await search.open_sak(maalsak)
    if is_locked_case(sight):
        raise _locked(maalsak)
    dialogue = MergeDialogue(await sak.open_merge_dialogue())
    _check_selection(await dialogue.choose(asked), maalsak, asked)
    return dialogue


def _check_selection(selection: Selection, maalsak: str, asked: frozenset[str]) -> None:
    if missing := asked - selection.listed:
        kravnumre = ", ".join(sorted(missing))
        raise SystemException(PAX, "answer", f"PAX does not offer to merge {kravnumre} into case {maalsak}")
    if selection.chosen != asked or selection.counted != len(asked):
        raise SystemException(PAX, "parse", f"the dialogue of case {maalsak} shows another selection than was made")


def _check_answer(sight: Sight, maalsak: str, asked: frozenset[str]) -> None:
    """What came after «Lagre». The dialogue once more = refused, and PAX has saved nothing."""
    refused = sight.title == MergeDialogue.TITLE and not sight.is_error
    if refused and is_locked_case(sight):
        raise _locked(maalsak)
    if refused:
        raise SystemException(PAX, "answer", f"PAX refused to merge krav into case {maalsak} and saved nothing")
    receipt = read_receipt(sight)
    if receipt is None:
        raise UnexpectedPage(Receipt.TITLE, sight)
    if receipt != (maalsak, asked):
        raise SystemException(PAX, "verify", f"the receipt for case {maalsak} names another case or other krav")


def _locked(maalsak: str) -> SystemException:
    return SystemException(PAX, "answer", f"case is locked by another user: {maalsak}; nothing was saved")


async def _visit_pages(kravnr: str | None, frames: Frames) -> tuple[str, ...]:
    search = await frames.open_search()
    await check_landmarks(frames.menu)
    await check_landmarks(search)
    seen = (LoginPage.TITLE, frames.menu.TITLE, search.TITLE)
    if kravnr is None or NO_HITS in (await search.search_kravnr(kravnr)).text:
        return seen
    krav, sight = await search.open_krav(kravnr)
    await check_landmarks(krav, columns=krav.lists_hendelser(sight))
    search = await frames.open_search()
    await search.search_saksnr(sight.fields["Saksnr"])
    sak, _ = await search.open_sak(sight.fields["Saksnr"])
    await check_landmarks(sak)
    dialogue = MergeDialogue(await sak.open_merge_dialogue())
    await dialogue.look()
    await check_landmarks(dialogue)
    await dialogue.cancel()
    return (*seen, krav.TITLE, sak.TITLE, dialogue.TITLE)
