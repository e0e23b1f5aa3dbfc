"""A walk through the pages the robot uses, to find that they still have what it holds on to."""

from __future__ import annotations

from domain.errors import ScreenChanged
from robots.pax.pages.dialogue import Dialogue
from robots.pax.pages.frames import Frames
from robots.pax.pages.krav import KravPage
from robots.pax.pages.login import LoginPage
from robots.pax.pages.screen import Sight
from robots.pax.reading import look_up_krav, look_up_sak
from robots.pax.verdicts import PAX
from robots.screens.screen import UnexpectedPage
from robots.screens.session import check_landmarks
from robots.screens.verdicts import Passing


async def visit_pages(kravnr: str | None, frames: Frames) -> tuple[str, ...]:
    """Visit them, changing nothing; their titles. Raises ScreenChanged for the first that lacks something."""
    search = await frames.open_search()
    await check_landmarks(frames.menu)
    await check_landmarks(search)
    seen = (LoginPage.TITLE, frames.menu.TITLE, search.TITLE)
    return seen if kravnr is None else (*seen, *await _visit_krav(kravnr, frames))


async def _visit_krav(kravnr: str, frames: Frames) -> tuple[str, ...]:
    """The pages of this krav and its case. Raises Passing when the krav was changed while the robot looked at them.

    A krav that somebody moves leaves an empty case behind, which PAX does not know. That is no new version of PAX.
    """
    found = await look_up_krav(kravnr, frames)
    if found is None:
        return ()
    krav, before = found
    try:
        return await _visit_pages_of(krav, before, kravnr, frames)
    except (ScreenChanged, UnexpectedPage):
        after = await look_up_krav(kravnr, frames)
        if after is not None and after[1].fields == before.fields:
            raise
    raise Passing(PAX, "answer", f"krav {kravnr} was changed by others while its pages were looked at")


async def _visit_pages_of(krav: KravPage, sight: Sight, kravnr: str, frames: Frames) -> tuple[str, ...]:
    await check_landmarks(krav, columns=krav.lists_hendelser(sight))
    write_off = await _visit_dialogue(await krav.open_write_off_dialogue())
    case = await look_up_sak(sight.fields["Saksnr"], frames)
    if case is None:
        raise ScreenChanged(PAX, f"the case of krav {kravnr} is not found by its saksnr")
    sak, _ = case
    await check_landmarks(sak)
    merge = await _visit_dialogue(await sak.open_merge_dialogue())
    return krav.TITLE, write_off, sak.TITLE, merge


async def _visit_dialogue(dialogue: Dialogue) -> str:
    """Look at it and cancel it again; its title."""
    await dialogue.come()
    await check_landmarks(dialogue)
    await dialogue.cancel()
    return dialogue.TITLE
