"""Til oppfølging: what waits for a person, by cause, with the nearest deadline first. And the search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import Request
from starlette.responses import Response

from console.office import Oppslag
from console.pages.routes import Pages, go_to
from console.rendering import page
from console.roles import Right
from console.visitor import At, In, LookingOn, refuse_foedselsnummer
from hub.states import WaitingKind
from hub.storage import keys, mass_retries, views, worklist
from hub.storage.approvals import count_pending
from hub.storage.follow_ups import Lines
from hub.storage.worklist import Cause, Selection, Whose

pages = Pages()
ROWS = 50
HITS = 100
WHOSE = {"mine": Whose.MINE, "ledige": Whose.FREE, "alle": Whose.ALL}


@dataclass(frozen=True, slots=True)
class Address:
    """The list as its address says it: it can be shared, and the back button works."""

    vis: str = "alle"
    koe: str = ""
    slag: str = ""
    aarsak: str = ""
    utsatt: str = ""
    side: int = 1

    def query(self, **changes: str | int) -> dict[str, str]:
        """What differs from the plain list. A change of anything begins at the first page."""
        wanted = replace(self, **({"side": 1} | changes))  # type: ignore[arg-type]
        plain = Address()
        fields = ("vis", "koe", "slag", "aarsak", "utsatt", "side")
        return {name: str(getattr(wanted, name)) for name in fields if getattr(wanted, name) != getattr(plain, name)}

    @classmethod
    def of(cls, request: Request) -> Address:
        """What is not understood is left out."""
        given = request.query_params
        side = given.get("side", "1")
        return cls(
            vis=given.get("vis", "alle") if given.get("vis") in WHOSE else "alle",
            koe=given.get("koe", ""),
            slag=given.get("slag", "") if given.get("slag") in list(WaitingKind) else "",
            aarsak=given.get("aarsak", ""),
            utsatt="1" if given.get("utsatt") == "1" else "",
            side=int(side) if side.isascii() and side.isdigit() and len(side) < 6 and int(side) else 1,
        )


def selection_of(address: Address, who: In, office: At) -> Selection:
    return Selection(
        person=who.person,
        today=office.today(),
        whose=WHOSE[address.vis],
        queue=address.koe or None,
        kind=WaitingKind(address.slag) if address.slag else None,
        reason=address.aarsak or None,
        postponed=bool(address.utsatt),
    )


@pages.page("/", Right.READ)
def home() -> Response:
    return go_to("/oppfoelging")


@pages.page("/oppfoelging", Right.READ)
def show(request: Request, who: In, office: At) -> Response:
    address = Address.of(request)
    selection = selection_of(address, who, office)
    with office.database.read() as c:
        since = c.execute(sa.select(office.database.now)).scalar_one()
        running = mass_retries.running(c)
        causes = worklist.causes(c, selection)
        rows = worklist.page(c, selection, (address.side - 1) * ROWS, ROWS + 1)
    return page(
        request,
        who,
        "oppfoelging.html",
        address=address,
        causes=causes,
        count=sum(cause.count for cause in causes),
        shown_count=sum(cause.count for cause in causes if _is_chosen(cause, address)),
        rows=rows[:ROWS],
        more=len(rows) > ROWS,
        running=running,
        since=int(since * 1000),
    )


@pages.glance("/tellere", Right.READ)
def counters(request: Request, who: LookingOn, office: At, siden: int = 0) -> dict[str, int]:
    """The counts of the menu, and what has come to the list of this address since it was shown (milliseconds)."""
    with office.database.read() as c:
        waits = worklist.totals(c, who.person, office.today()).waits
        new = worklist.arrived(c, selection_of(Address.of(request), who, office), siden / 1000) if siden else 0
        return {"oppfoelging": waits, "godkjenninger": count_pending(c), "nye": new}


def _is_chosen(cause: Cause, address: Address) -> bool:
    return cause.reason == address.aarsak and address.slag in ("", cause.kind)


@pages.page("/soek", Right.READ)
def search(request: Request, who: In, office: At, q: str = "") -> Response:
    """What is found alone goes straight there. What nothing is known by may be a KID or a kjennemerke."""
    asked = q.strip()[:100]
    refuse_foedselsnummer(asked, office)
    with office.database.read() as c:
        ids = keys.find_items(c, [asked], HITS)
        lines = Lines(c, office.followed).named([asked], HITS)
    known = Oppslag((), ()) if ids or lines or not asked else office.look_up(asked)
    with office.database.read() as c:
        rows = views.items_of(c, ids or keys.find_items(c, known.kravnumre, HITS))
        lines = lines or Lines(c, office.followed).named(known.kravnumre, HITS)
    krav = {line.krav for line in lines}
    if len(rows) == 1 and not krav:
        return go_to(f"/oppgave/{rows[0].id}")
    if len(krav) == 1 and not rows:
        return go_to(f"/foelges-opp?{urlencode({'vis': 'begge', 'krav': krav.pop()})}")
    return page(request, who, "soek.html", asked=asked, rows=rows, lines=lines, most=HITS, known=known)


@pages.page("/tilgjengelighet", Right.READ)
def accessibility(request: Request, who: In) -> Response:
    return page(request, who, "tilgjengelighet.html")
