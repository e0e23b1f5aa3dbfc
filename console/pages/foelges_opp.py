"""Følges opp: what somebody must look at, mostly before a date, and is no oppgave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from console.office import Office
from console.pages.routes import Pages, go_to
from console.rendering import page
from console.roles import Right
from console.visitor import At, Form, In, Written, written
from console.words import foelges_opp_gjort
from hub.missing import NoSuch
from hub.storage import follow_ups
from hub.storage.follow_ups import FollowUps, Lines, Selection, Shown, Whose
from hub.storage.moves import Conflict

pages = Pages()
ROWS = 50
LONGEST_TEXT = 500
WHOSE = {"alle": Whose.OPEN, "mine": Whose.MINE, "ledige": Whose.FREE, "ferdige": Whose.DONE, "begge": Whose.EVERY}
TAKE, GIVE_BACK, DONE = "ta", "legg-tilbake", "ferdig"


@dataclass(frozen=True, slots=True)
class Address:
    """The list as its address says it."""

    vis: str = "alle"
    kode: str = ""
    krav: str = ""
    side: int = 1

    def query(self, **changes: str | int) -> dict[str, str]:
        """What differs from the plain list. A change of anything begins at the first page."""
        wanted = replace(self, **({"side": 1} | changes))  # type: ignore[arg-type]
        plain = Address()
        fields = ("vis", "kode", "krav", "side")
        return {name: str(getattr(wanted, name)) for name in fields if getattr(wanted, name) != getattr(plain, name)}

    @classmethod
    def of(cls, given: dict[str, str]) -> Address:
        """What is not understood is left out."""
        side = given.get("side", "1")
        return cls(
            vis=given.get("vis", "alle") if given.get("vis") in WHOSE else "alle",
            kode=given.get("kode", "")[:100],
            krav=given.get("krav", "")[:100],
            side=int(side) if side.isascii() and side.isdigit() and len(side) < 6 and int(side) else 1,
        )


@pages.page("/foelges-opp", Right.READ)
def show(request: Request, who: In, office: At, gjort: str = "") -> Response:
    return _page(request, who, office, Address.of(dict(request.query_params)), message=foelges_opp_gjort(gjort))


@pages.act("/foelges-opp", Right.FOLLOW_UP, written)
def act(request: Request, who: In, office: At, form: Written) -> Response:
    """Take the lines that are ticked, give them back, or be done with them."""
    address = Address.of({name: form.text(name) for name in ("vis", "kode", "krav", "side")})
    what, word = form.text("hva"), form.text("ord")[:LONGEST_TEXT]
    shown = [line for text in form.texts("valgt") if (line := _shown(text))]
    if len(shown) > ROWS:
        raise NoSuch("linjer")
    errors = form.refuse_numbers("ord")
    if not shown:
        errors["valgt"] = "Velg minst én linje."
    if what == DONE and not word:
        errors["ord"] = "Skriv kort hva du har gjort."
    if what not in (TAKE, GIVE_BACK, DONE):
        errors["hva"] = "Velg hva du vil gjøre."
    if errors:
        return _page(request, who, office, address, status=422, errors=errors, form=form)
    people, actor = FollowUps(office.database, office.followed), who.acting(Right.FOLLOW_UP)
    try:
        if what == TAKE:
            left = people.take(shown, actor)
        elif what == GIVE_BACK:
            left = people.give_back(shown, actor)
        else:
            left = people.finish(shown, actor, word)
    except Conflict:
        return _page(request, who, office, address, status=409, form=form, overtaken=True)
    query = address.query(side=address.side) | {"gjort": f"{what}:{len(shown) - left}:{left}"}
    return go_to(f"/foelges-opp?{urlencode(query)}")


def _page(
    request: Request,
    who: In,
    office: Office,
    address: Address,
    *,
    status: int = 200,
    message: str | None = None,
    errors: dict[str, str] | None = None,
    form: Form | None = None,
    overtaken: bool = False,
) -> Response:
    selection = Selection(who.person, WHOSE[address.vis], address.kode or None, address.krav or None)
    with office.database.read() as c:
        lines = Lines(c, office.followed)
        rows = lines.page(selection, (address.side - 1) * ROWS, ROWS + 1)
        if not rows and address.side > 1:  # what was on the last page has been dealt with
            address = replace(address, side=1)
            rows = lines.page(selection, 0, ROWS + 1)
        values = {
            "totals": lines.totals(who.person, office.today()),
            "causes": lines.causes(selection),
            "protected": follow_ups.protected(c, office.automations),
        }
    return page(
        request,
        who,
        "foelges_opp.html",
        status,
        **values,
        address=address,
        rows=rows[:ROWS],
        more=len(rows) > ROWS,
        message=message,
        errors=errors or {},
        ticked=form.texts("valgt") if form else [],
        written=form.text("ord") if form else "",
        overtaken=overtaken,
        longest_text=LONGEST_TEXT,
    )


def _shown(text: str) -> Shown | None:
    """From «17:3»: a line, and the last thing anybody had done with it."""
    line_id, _, follow_up_id = text.partition(":")
    if text.isascii() and line_id.isdigit() and follow_up_id.isdigit() and len(text) < 22:
        return Shown(int(line_id), int(follow_up_id))
    return None
