"""The frameset, the menu in its upper frame, and the news nobody asked for."""

from __future__ import annotations

from starlette.responses import Response

from sandbox.pax.site import Handler, Site, Visit


def frameset(site: Site) -> Handler:
    """What a user lands on: the menu above, the content below."""

    async def answer(_visit: Visit) -> Response:
        return site.render("rammer")

    return answer


def menu(site: Site) -> Handler:
    """The upper frame."""

    async def answer(visit: Visit) -> Response:
        return site.render("meny", bruker=visit.session.user)

    return answer


def news(site: Site) -> Handler:
    """The window that comes with some of the surprises."""

    async def answer(_visit: Visit) -> Response:
        return site.render("nyheter")

    return answer
