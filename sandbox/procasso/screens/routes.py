"""The addresses of Procasso's screens."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from sandbox.entrance import Entrance
from sandbox.faults import Faults
from sandbox.procasso.archive import Archive
from sandbox.procasso.screens.pages import frames, krav, login, register, soek
from sandbox.procasso.screens.site import Form, Site, redirect
from sandbox.world import World


def app(world: World, faults: Faults, entrance: Entrance, archive: Archive) -> Router:
    """The screens, to be mounted at /procasso/web."""
    site = Site(world, faults, entrance, archive)
    both = ["GET", "POST"]

    async def front(_request: Request, _form: Form) -> Response:
        return redirect("palogging.do")

    return Router(
        [
            Route("/", site.open(front)),
            Route("/palogging.do", site.open(login.login(site)), methods=both),
            Route("/passord.do", site.guarded(login.change(site), before_change=True), methods=both),
            Route("/avlogging.do", site.guarded(login.log_out(site), before_change=True)),
            Route("/hovedbilde.do", site.guarded(frames.frameset(site))),
            Route("/topp.do", site.guarded(frames.top(site))),
            Route("/tre.do", site.guarded(frames.tree(site))),
            Route("/statuslinje.do", site.guarded(frames.status_line(site))),
            Route("/kravsok.do", site.guarded(soek.search_page(site)), methods=both),
            Route("/siste.do", site.guarded(soek.recent_page(site)), methods=both),
            Route("/krav.do", site.guarded(krav.page(site)), methods=both),
            Route("/register.do", site.guarded(register.page(site))),
        ]
    )
