"""The page of one krav."""

from __future__ import annotations

from starlette.responses import Response

from sandbox.pax.paging import asked_page, page_of
from sandbox.pax.register import AARSAKER, find_krav
from sandbox.pax.site import Handler, Site, Visit
from sandbox.pax.state import LOCKED_BY


def page(site: Site) -> Handler:
    """Every field of the krav, its hendelser by date, ten at a time, and the way to the write-off dialogue."""

    async def answer(visit: Visit) -> Response:
        kravnr = visit.query("kravnr")
        async with site.world.lock:
            krav = find_krav(site.world, kravnr)
            hendelser = sorted(site.world.hendelser.get(kravnr, []), key=lambda row: row["dato"])
        if krav is None:
            return site.render("finnes_ikke", melding="Kravet finnes ikke.")
        number = asked_page(visit.postback.argument_of("gvHendelser"), 1)
        return site.render(
            "krav",
            news=True,
            krav=krav,
            hendelser=page_of(hendelser, number),
            avskrivingsaarsak=AARSAKER.get(site.world.avskrivingskode(kravnr), ""),
            laast_av=LOCKED_BY if krav["saksnr"] in site.world.locked_cases else None,
        )

    return answer
