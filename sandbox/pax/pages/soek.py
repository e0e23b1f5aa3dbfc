"""The search page. What is looked for is posted, so that no address ever holds a fødselsnummer."""

from __future__ import annotations

from starlette.responses import Response

from sandbox.pax.paging import asked_page, page_of
from sandbox.pax.register import SEARCH_COLUMNS, search
from sandbox.pax.site import Handler, Postback, Site, Visit

FIELDS = dict(zip(SEARCH_COLUMNS, ("txtKravnr", "txtSaksnr", "txtKjennemerke", "txtSkyldner"), strict=True))


def page(site: Site) -> Handler:
    """The empty form; after a search the hits, ten at a time. A single hit is listed like any other."""

    async def answer(visit: Visit) -> Response:
        postback = visit.postback
        wanted = _wanted(postback)
        if not any(wanted.values()):
            melding = "Fyll ut minst ett felt." if postback.pressed("btnSoek") else None
            return site.render("soek", news=True, wanted=wanted, fields=FIELDS, melding=melding, treff=None)
        async with site.world.lock:
            hits = search(site.world, wanted)
        treff = page_of(hits, asked_page(postback.argument_of("gvTreff"), 1))
        melding = None if hits else "Ingen treff."
        return site.render(
            "soek", state={"wanted": wanted}, news=True, wanted=wanted, fields=FIELDS, melding=melding, treff=treff
        )

    return answer


def _wanted(postback: Postback) -> dict[str, str]:
    """What the button sends, or while turning pages what was searched for the last time."""
    if postback.pressed("btnSoek") or "wanted" not in postback.state:
        typed = {column: postback.text(control) for column, control in FIELDS.items()}
        return {column: text if column == "skyldner" else text.upper() for column, text in typed.items()}
    wanted: dict[str, str] = postback.state["wanted"]
    return wanted
