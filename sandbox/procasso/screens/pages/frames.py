"""The frameset and the three frames around the one a user works in."""

from __future__ import annotations

from starlette.responses import Response

from sandbox.procasso.screens.site import Handler, Site, Visit


def frameset(site: Site) -> Handler:
    """What a user lands on."""

    async def answer(_visit: Visit) -> Response:
        return site.render("rammer")

    return answer


def top(site: Site) -> Handler:
    """The bar with the product's name, the user and the way out."""

    async def answer(visit: Visit) -> Response:
        return site.render("topp", bruker=visit.session.user)

    return answer


def tree(site: Site) -> Handler:
    """The menu as a tree, its branches closed."""

    async def answer(_visit: Visit) -> Response:
        return site.render("tre")

    return answer


def status_line(site: Site) -> Handler:
    """The line at the bottom, which shows what the pages of the work frame tell it."""

    async def answer(visit: Visit) -> Response:
        return site.render("statuslinje", bruker=visit.session.user)

    return answer
