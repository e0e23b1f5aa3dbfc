"""The two lists a krav is opened from: the hits of a search, and those the user had open last.

What is looked for and what is opened is posted, so that no address holds any of it.
"""

from __future__ import annotations

from starlette.responses import Response

from sandbox.procasso.screens.register import MOST_HITS, find_krav, search
from sandbox.procasso.screens.site import Form, Handler, Site, Visit

FIELDS = {"kravnr": "f1", "saksnr": "f2", "skyldner": "f3"}


def search_page(site: Site) -> Handler:
    """The empty form; after a search the first hits. A single hit is listed like any other."""

    async def answer(visit: Visit) -> Response:
        wanted = _wanted(visit.form)
        if visit.form.handling != "SOK":
            return site.work("kravsok", wanted=wanted, fields=FIELDS, treff=None)
        if not any(wanted.values()):
            return site.work(
                "kravsok", wanted=wanted, fields=FIELDS, treff=None, melding="Fyll ut minst ett felt.", feil=True
            )
        async with site.world.lock:
            hits = search(site.world, wanted)
        melding = f"Søket ga {len(hits)} treff."
        return site.work("kravsok", wanted=wanted, fields=FIELDS, treff=hits, flest=MOST_HITS, melding=melding)

    return answer


def recent_page(site: Site) -> Handler:
    """The krav the user has had open, the latest first."""

    async def answer(visit: Visit) -> Response:
        async with site.world.lock:
            found = [find_krav(site.world, kravnr) for kravnr in site.recent[visit.session.user]]
        return site.work("siste", treff=[row for row in found if row is not None])

    return answer


def _wanted(form: Form) -> dict[str, str]:
    typed = {column: form.text(control) for column, control in FIELDS.items()}
    return {column: text.replace(" ", "") if column == "skyldner" else text.upper() for column, text in typed.items()}
