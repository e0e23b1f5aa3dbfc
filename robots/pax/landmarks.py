"""A walk through the pages the robot uses, to find that they still have what it holds on to."""

from __future__ import annotations

from robots.pax.pages.dialogue import Dialogue
from robots.pax.pages.frames import Frames
from robots.pax.pages.login import LoginPage
from robots.pax.reading import open_krav
from robots.screens.session import check_landmarks


async def visit_pages(kravnr: str | None, frames: Frames) -> tuple[str, ...]:
    """Visit them, changing nothing; their titles. Raises ScreenChanged for the first that lacks something."""
    search = await frames.open_search()
    await check_landmarks(frames.menu)
    await check_landmarks(search)
    seen = (LoginPage.TITLE, frames.menu.TITLE, search.TITLE)
    return seen if kravnr is None else (*seen, *await _visit_krav(kravnr, frames))


async def _visit_krav(kravnr: str, frames: Frames) -> tuple[str, ...]:
    found = await open_krav(kravnr, frames)
    if found is None:
        return ()
    krav, sight = found
    await check_landmarks(krav, columns=krav.lists_hendelser(sight))
    write_off = await _visit_dialogue(await krav.open_write_off_dialogue())
    search = await frames.open_search()
    await search.search_saksnr(sight.fields["Saksnr"])
    sak, _ = await search.open_sak(sight.fields["Saksnr"])
    await check_landmarks(sak)
    merge = await _visit_dialogue(await sak.open_merge_dialogue())
    return krav.TITLE, write_off, sak.TITLE, merge


async def _visit_dialogue(dialogue: Dialogue) -> str:
    """Look at it and cancel it again; its title."""
    await dialogue.come()
    await check_landmarks(dialogue)
    await dialogue.cancel()
    return dialogue.TITLE
