"""Coming to the page of a krav or a case, and reading a krav from its page."""

from __future__ import annotations

from collections.abc import Sequence

from domain.errors import SystemException
from robots.pax.pages.frames import Frames
from robots.pax.pages.krav import KravPage
from robots.pax.pages.sak import SakPage
from robots.pax.pages.screen import Sight
from robots.pax.pages.search import NO_HITS
from robots.pax.values import PaxKrav, to_pax_krav
from robots.pax.verdicts import PAX
from robots.screens.values import ValueNotRead


async def open_krav(kravnr: str, frames: Frames) -> tuple[KravPage, Sight] | None:
    """Its page and what stands there, by its address or else as a person finds it; None when PAX does not know it."""
    page = KravPage(frames.content)
    sight = await page.open_krav(kravnr)
    return await look_up_krav(kravnr, frames) if sight is None else (page, sight)


async def open_sak(saksnr: str, frames: Frames) -> tuple[SakPage, Sight] | None:
    """As `open_krav`, of a case."""
    page = SakPage(frames.content)
    sight = await page.open_sak(saksnr)
    return await look_up_sak(saksnr, frames) if sight is None else (page, sight)


async def look_up_sak(saksnr: str, frames: Frames) -> tuple[SakPage, Sight] | None:
    """The page of a case and what stands there, as a person finds it; None when PAX does not know it."""
    search = await frames.open_search()
    if NO_HITS in (await search.search_saksnr(saksnr)).text:
        return None
    return await search.open_sak(saksnr)


async def look_up_krav(kravnr: str, frames: Frames) -> tuple[KravPage, Sight] | None:
    """The page of a krav and what stands there, as a person finds it; None when PAX does not know it."""
    search = await frames.open_search()
    if NO_HITS in (await search.search_kravnr(kravnr)).text:
        return None
    page, sight = await search.open_krav(kravnr)
    if sight.fields.get("Kravnr") != kravnr:
        raise SystemException(PAX, "parse", f"another krav was shown than {kravnr}")
    return page, sight


async def read_krav(kravnr: str, frames: Frames) -> PaxKrav | None:
    """The krav with all its hendelser; None when PAX does not know it."""
    found = await look_up_krav(kravnr, frames)
    if found is None:
        return None
    page, sight = found
    rows = await page.read_hendelser(sight)
    if rows is None:
        raise SystemException(PAX, "parse", f"the list of hendelser of krav {kravnr} is not whole")
    return to_pax_krav(sight.fields, rows)


async def leaf_through(kravnumre: Sequence[str], limit: float, frames: Frames) -> list[PaxKrav]:
    """The krav in order, up to the first whose page is not plainly its own: that one must be read as a person does.

    At most `limit` seconds.
    """
    page = KravPage(frames.content)
    found: list[PaxKrav] = []
    for kravnr, sight in zip(kravnumre, await page.fetch_krav(kravnumre, limit), strict=False):
        if not page.is_whole(sight, kravnr):
            break
        try:
            found.append(to_pax_krav(sight.fields, sight.rows))
        except ValueNotRead:
            break
    return found
