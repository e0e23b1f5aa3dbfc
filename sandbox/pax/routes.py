"""The addresses of PAX."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from sandbox.entrance import Entrance
from sandbox.faults import Faults
from sandbox.pax.pages import avskriv, frames, krav, login, sak, slaa_sammen, soek
from sandbox.pax.site import Postback, Site, redirect
from sandbox.world import World


def app(world: World, faults: Faults, entrance: Entrance) -> Router:
    """PAX, to be mounted at /pax."""
    site = Site(world, faults, entrance)
    both = ["GET", "POST"]

    async def front(_request: Request, _postback: Postback) -> Response:
        return redirect("Login.aspx")

    return Router(
        [
            Route("/", site.open("login", front)),
            Route("/Login.aspx", site.open("login", login.login(site)), methods=both),
            Route(
                "/ByttPassord.aspx", site.guarded("bytt_passord", login.change(site), before_change=True), methods=both
            ),
            Route("/LoggUt.aspx", site.guarded("logg_ut", login.log_out(site), before_change=True)),
            Route("/Default.aspx", site.guarded("rammer", frames.frameset(site))),
            Route("/Meny.aspx", site.guarded("meny", frames.menu(site))),
            Route("/Nyheter.aspx", site.guarded("nyheter", frames.news(site))),
            Route("/Soek.aspx", site.guarded("soek", soek.page(site)), methods=both),
            Route("/Krav.aspx", site.guarded("krav", krav.page(site)), methods=both),
            Route("/Sak.aspx", site.guarded("sak", sak.page(site)), methods=both),
            Route("/SlaaSammen.aspx", site.guarded("slaa_sammen", slaa_sammen.page(site)), methods=both),
            Route("/Avskriv.aspx", site.guarded("avskriv_rammer", avskriv.frameset(site))),
            Route("/AvskrivTittel.aspx", site.guarded("avskriv_tittel", avskriv.heading(site))),
            Route("/AvskrivSkjema.aspx", site.guarded("avskriv_skjema", avskriv.form(site)), methods=both),
        ]
    )
