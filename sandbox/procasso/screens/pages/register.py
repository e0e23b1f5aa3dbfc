"""The registers: lists nobody changes here."""

from __future__ import annotations

from starlette.responses import Response

from sandbox.procasso.screens.register import fordringshavere
from sandbox.procasso.screens.saksflyt import CODES, NAMES
from sandbox.procasso.screens.site import Handler, Site, Visit


def page(site: Site) -> Handler:
    """The register the address names: fordringshavere, or the saksflyter."""

    async def answer(visit: Visit) -> Response:
        if visit.request.query_params.get("navn") == "fordringshavere":
            async with site.world.lock:
                rows = [(code, "") for code in fordringshavere(site.world)]
            return site.work("register", tittel="Fordringshavere", rader=rows)
        return site.work("register", tittel="Saksflyter", rader=[(code, NAMES[flow]) for code, flow in CODES.items()])

    return answer
