"""Til oppfølging: what waits for a person, by cause, with the nearest deadline first. And the search."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import Query, Request
from starlette.responses import Response

from console.office import Office, Oppslag
from console.pages.routes import Pages, go_to
from console.rendering import page
from console.roles import Right
from console.visitor import At, In, LookingOn, Sent
from console.words import tatt
from hub.missing import NoSuch
from hub.states import WaitingKind
from hub.storage import keys, mass_retries, queues, views, worklist
from hub.storage.approvals import count_pending
from hub.storage.by_hand import ByHand
from hub.storage.follow_ups import Lines
from hub.storage.queues import EVERYTHING
from hub.storage.worklist import Cause, Selection, Whose

pages = Pages()
ROWS = 50
HITS = 100
MOST_ASKED = 2000
NUMBER = re.compile(r"[0-9]{1,9}")
"""Of an oppgave."""
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

    @property
    def tail(self) -> str:
        """What the address of an oppgave ends with when it was opened from the list."""
        query = urlencode(self.query())
        return f"?{query}" if query else ""

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


def ticked(boxes: Iterable[str]) -> list[int]:
    """The oppgaver of these boxes."""
    return [int(text) for text in boxes if NUMBER.fullmatch(text)]


@dataclass(frozen=True, slots=True)
class Hits:
    rows: Sequence[sa.Row[Any]]
    """Items."""
    lines: Sequence[sa.Row[Any]]
    """What is followed up."""

    def __bool__(self) -> bool:
        return bool(self.rows or self.lines)


@pages.page("/", Right.READ)
def home() -> Response:
    return go_to("/oppfoelging")


@pages.page("/oppfoelging", Right.READ)
def show(request: Request, who: In, office: At, gjort: str = "") -> Response:
    return _page(request, who, office, message=tatt(gjort), taken=not gjort.startswith("0:"))


@pages.act("/oppfoelging/ta", Right.FOLLOW_UP)
def take(request: Request, who: In, office: At, form: Sent) -> Response:
    """Take those that are ticked and that nobody has taken."""
    ids = ticked(form.texts("valgt"))
    if len(ids) > ROWS:
        raise NoSuch("oppgaver")
    if not ids:
        return _page(request, who, office, status=422, complaint="Kryss av minst én oppgave du vil ta.")
    taken = ByHand(office.database, office.chain).take_free(ids, who.acting(Right.FOLLOW_UP))
    address = Address.of(request)
    left = len(set(ids)) - taken.now - taken.before
    query = address.query(side=address.side) | {"gjort": f"{taken.now}:{taken.before}:{left}"}
    return go_to(f"/oppfoelging?{urlencode(query)}")


def _page(
    request: Request,
    who: In,
    office: Office,
    *,
    status: int = 200,
    message: str | None = None,
    taken: bool = True,
    complaint: str | None = None,
) -> Response:
    address = Address.of(request)
    selection = selection_of(address, who, office)
    with office.database.read() as c:
        since = c.execute(sa.select(office.database.now)).scalar_one()
        running = mass_retries.running(c)
        stopped = not queues.may_run(c, EVERYTHING)
        causes = worklist.causes(c, selection)
        rows = worklist.page(c, selection, (address.side - 1) * ROWS, ROWS + 1)
        if not rows and address.side > 1:  # what was on the last page has been dealt with
            address = replace(address, side=1)
            rows = worklist.page(c, selection, 0, ROWS + 1)
    return page(
        request,
        who,
        "oppfoelging.html",
        status,
        address=address,
        causes=causes,
        count=sum(cause.count for cause in causes),
        shown_count=sum(cause.count for cause in causes if _is_chosen(cause, address)),
        rows=rows[:ROWS],
        more=len(rows) > ROWS,
        running=running,
        stopped=stopped,
        since=int(since * 1000),
        message=message,
        taken=taken,
        complaint=complaint,
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


@pages.act("/soek", Right.READ)
def search(request: Request, who: In, office: At, form: Sent) -> Response:
    """What is asked for may be a KID or a kjennemerke, or a slip of the pen: an address only ever holds the krav and
    cases it leads to."""
    asked = form.text("q")[:100]
    if not asked or _hits(office, [asked]):
        return _to_hits([asked] if asked else [])
    known = office.look_up(asked)
    if _hits(office, known.kravnumre):
        return _to_hits(known.kravnumre[:HITS])
    return page(request, who, "soek.html", asked=asked, hits=Hits((), ()), most=HITS, known=known)


@pages.page("/soek", Right.READ)
def hits(request: Request, who: In, office: At, krav: Annotated[Sequence[str], Query()] = ()) -> Response:
    """The oppgaver and lines about these krav or cases. What is found alone goes straight there."""
    asked = ", ".join(krav)[:MOST_ASKED]
    found = _hits(office, krav[:HITS])
    followed = {line.krav for line in found.lines}
    if len(found.rows) == 1 and not followed:
        return go_to(f"/oppgave/{found.rows[0].id}")
    if len(followed) == 1 and not found.rows:
        return go_to(f"/foelges-opp?{urlencode({'vis': 'begge', 'krav': followed.pop()})}")
    return page(request, who, "soek.html", asked=asked, hits=found, most=HITS, known=Oppslag((), ()))


def _hits(office: Office, names: Sequence[str]) -> Hits:
    with office.database.read() as c:
        rows = views.items_of(c, keys.find_items(c, names, HITS))
        return Hits(rows, Lines(c, office.followed).named(names, HITS))


def _to_hits(names: Sequence[str]) -> Response:
    return go_to(f"/soek?{urlencode({'krav': names}, doseq=True)}" if names else "/soek")


@pages.page("/tilgjengelighet", Right.READ)
def accessibility(request: Request, who: In) -> Response:
    return page(request, who, "tilgjengelighet.html")
