"""A walk through the pages the robot uses, to find that they still have what it holds on to."""

from __future__ import annotations

from domain.errors import ScreenChanged
from robots.pax.pages.dialogue import Dialogue
from robots.pax.pages.frames import Frames
from robots.pax.pages.login import LoginPage
from robots.pax.reading import look_up_krav, look_up_sak
from robots.pax.verdicts import PAX
from robots.screens.session import check_landmarks


async def visit_pages(kravnr: str | None, frames: Frames) -> tuple[str, ...]:
    """Visit them, changing nothing; their titles. Raises ScreenChanged for the first that lacks something."""
    search = await frames.open_search()
    await check_landmarks(frames.menu)
    await check_landmarks(search)
    seen = (LoginPage.TITLE, frames.menu.TITLE, search.TITLE)
    return seen if kravnr is None else (*seen, *await _visit_krav(kravnr, frames))


async def _visit_krav(kravnr: str, frames: Frames) -> tuple[str, ...]:
    found = await look_up_krav(kravnr, frames)
    if found is None:
        return ()
    krav, sight = found
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
