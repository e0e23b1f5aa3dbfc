"""The page of one case."""

from __future__ import annotations

from starlette.responses import Response

from sandbox.pax.paging import asked_page, page_of
from sandbox.pax.register import krav_of_case, sums
from sandbox.pax.site import Handler, Site, Visit
from sandbox.pax.state import LOCKED_BY


def page(site: Site) -> Handler:
    """The krav of the case, ten at a time, its sums, and the way to the merge dialogue."""

    async def answer(visit: Visit) -> Response:
        saksnr = visit.query("saksnr")
        async with site.world.lock:
            krav = krav_of_case(site.world, saksnr)
        if not krav:
            return site.render("finnes_ikke", melding="Saken finnes ikke.")
        number = asked_page(visit.postback.argument_of("gvKrav"), 1)
        return site.render(
            "sak",
            news=True,
            saksnr=saksnr,
            foerste=krav[0],
            krav=page_of(krav, number),
            sums=sums(krav),
            laast_av=LOCKED_BY if saksnr in site.world.locked_cases else None,
        )

    return answer
