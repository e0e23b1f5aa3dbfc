"""Legg i kø: krav that a person wants an automation to take up now, and what became of each."""

from __future__ import annotations

from datetime import date

from fastapi import Request
from starlette.responses import Response

from console import words
from console.arbeidsliste import FIELD, MOST_KRAV, Arbeidsliste, Unreadable, check, read_field, read_file
from console.pages.oppgave import ItemId
from console.pages.routes import Pages, go_to
from console.rendering import page
from console.roles import Right
from console.visitor import At, Form, In, Written, written
from hub.order import Answer
from hub.release import ReleaseLevel
from hub.storage import orders, queues

pages = Pages()
LATEST = 10
SHOWN_FAULTS = 100
ANSWERS = {
    Answer.TAKEN: "Lagt i kø",
    Answer.OPEN: "Ligger inne fra før",
    Answer.CLOSED: "Er allerede behandlet",
    Answer.LEFT_OUT: "Ikke noe for roboten",
    Answer.UNKNOWN: "Rutinen finner ikke noe å gjøre med kravet nå",
}


@pages.page("/legg-i-koe", Right.QUEUE)
def show(request: Request, who: In, office: At, rutine: str = "") -> Response:
    return _page(request, who, office, chosen=rutine)


@pages.act("/legg-i-koe", Right.QUEUE, written)
def place(request: Request, who: In, office: At, form: Written) -> Response:
    """Nothing is taken when any row is wrong, unless the person says that the good ones are to be. Of a fødselsnummer
    among the kravnumre its row is told, as of any other fault.
    """
    rutine = form.text("rutine")
    errors = form.refuse_numbers("krav", "begrunnelse")
    errors.pop("krav", None)
    if rutine not in _ready(office):
        errors["rutine"] = "Velg en rutine som er i drift."
    reason = form.text("begrunnelse")[:1000]
    if not reason:
        errors["begrunnelse"] = "Skriv hvorfor kravene skal tas nå."
    liste = Arbeidsliste((), (), ())
    try:
        liste = _read(form, office.today())
        if not liste.krav and not liste.faults:
            errors["krav"] = "Skriv minst ett kravnummer, eller velg en fil."
    except Unreadable as error:
        errors["krav"] = str(error)
    if liste.faults and not (form.text("gyldige") and liste.krav):
        errors["krav"] = f"{words.antall(len(liste.faults), 'rad', 'rader')} kan ikke brukes. Se listen."
    if errors:
        return _page(request, who, office, status=422, chosen=rutine, errors=errors, liste=liste, reason=reason)
    order_id = orders.place(office.database, rutine, liste.krav, who.acting(Right.QUEUE), reason)
    office.drain_soon()
    return go_to(f"/legg-i-koe/{order_id}?gjort=1")


@pages.page("/legg-i-koe/{order_id}", Right.QUEUE)
def follow(request: Request, who: In, office: At, order_id: ItemId, gjort: str = "") -> Response:
    with office.database.read() as c:
        view = orders.show(c, order_id)
    return page(request, who, "bestilling.html", view=view, order=view.order, answers=ANSWERS, placed=gjort == "1")


def _read(form: Form, today: date) -> Arbeidsliste:
    """A file goes before the field, which shows what stood in the file before. Raises Unreadable."""
    file = form.file("fil")
    return check(read_field(form.text("krav")) if file is None else read_file(file.file.read()), today)


def _ready(office: At) -> list[str]:
    """The automations that may do what they find."""
    with office.database.read() as c:
        known = {queue.name: queue for queue in queues.every(c)}
    return [name for name in office.automations if name in known and known[name].release_level is not ReleaseLevel.DRY]


def _page(
    request: Request,
    who: In,
    office: At,
    *,
    status: int = 200,
    chosen: str = "",
    errors: dict[str, str] | None = None,
    liste: Arbeidsliste | None = None,
    reason: str = "",
) -> Response:
    with office.database.read() as c:
        latest = orders.latest(c, LATEST)
    return page(
        request,
        who,
        "legg_i_koe.html",
        status,
        ready=_ready(office),
        chosen=chosen,
        errors=errors or {},
        liste=liste or Arbeidsliste((), (), ()),
        shown_faults=SHOWN_FAULTS,
        reason=reason,
        latest=latest,
        most=MOST_KRAV,
        field=FIELD,
    )
