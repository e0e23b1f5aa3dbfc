"""Forslag: what could be automated next, ranked by gain for each hour of effort, and what it gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.responses import Response

from console.forslag import NAMES, STATUSES, Unusable, changes, measure, read_form, shown
from console.forslag import written as as_stored
from console.pages.oppgave import ItemId
from console.pages.routes import Pages, go_to
from console.rendering import page
from console.roles import Right
from console.visitor import At, Form, In, Written, written
from hub.improvement import Status
from hub.missing import NoSuch
from hub.storage import improvements
from hub.storage.moves import Conflict

pages = Pages()
MADE = "Opprettet"
EMPTY = {"sikkerhet": "50", "andel": "100", "drift": "0", "status": Status.FORESLAATT.value}
DONE = {"nytt": "Forslaget er lagret.", "endret": "Endringen er lagret."}


@pages.page("/forslag", Right.READ)
def show(request: Request, who: In, office: At) -> Response:
    with office.database.read() as c:
        found = improvements.every(c)
        measured = {each.id: measure(c, each, office) for each in found}
    ranked = sorted(found, key=lambda each: (-each.now.anslag.poeng, each.id))
    return page(
        request,
        who,
        "forslag.html",
        lists=[
            ("Forslag", [each for each in ranked if each.now.status is not Status.AVVIST]),
            ("Avviste forslag", [each for each in ranked if each.now.status is Status.AVVIST]),
        ],
        measured=measured,
        statuses=STATUSES,
    )


@pages.page("/forslag/nytt", Right.IMPROVE)
def new(request: Request, who: In, office: At) -> Response:
    return page(request, who, "forslag_nytt.html", **_form(office, EMPTY))


@pages.act("/forslag", Right.IMPROVE, written)
def add(request: Request, who: In, office: At, form: Written) -> Response:
    errors = form.refuse_numbers(*NAMES)
    try:
        content = read_form(form, office)
    except Unusable as unusable:
        errors = {**unusable.errors, **errors}
    if errors:
        return page(request, who, "forslag_nytt.html", 422, **_form(office, _as_written(form), errors))
    number = improvements.add(office.database, content, who.acting(Right.IMPROVE), MADE)
    return go_to(f"/forslag/{number}?gjort=nytt")


@pages.page("/forslag/{number}", Right.READ)
def show_one(request: Request, who: In, office: At, number: ItemId, gjort: str = "") -> Response:
    return _page(request, who, office, number, message=DONE.get(gjort))


@pages.act("/forslag/{number}", Right.IMPROVE, written)
def change(request: Request, who: In, office: At, form: Written, number: ItemId) -> Response:
    """Another version, when nobody has made one since the page was shown."""
    errors = form.refuse_numbers(*NAMES, "begrunnelse")
    seen, reason = form.number("no"), form.text("begrunnelse")[:1000]
    if seen is None:
        raise NoSuch("forslag")
    if not reason:
        errors["begrunnelse"] = "Skriv hvorfor du endrer forslaget."
    try:
        content = read_form(form, office)
    except Unusable as unusable:
        errors = {**unusable.errors, **errors}
    if errors:
        return _page(request, who, office, number, status=422, values=_as_written(form), errors=errors)
    try:
        improvements.change(office.database, number, seen, content, who.acting(Right.IMPROVE), reason)
    except Conflict:
        return _page(request, who, office, number, status=409, values=_as_written(form), overtaken=True)
    return go_to(f"/forslag/{number}?gjort=endret")


def _page(
    request: Request,
    who: In,
    office: At,
    number: int,
    *,
    status: int = 200,
    message: str | None = None,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    overtaken: bool = False,
) -> Response:
    with office.database.read() as c:
        found = improvements.show(c, number)
        maalt = measure(c, found, office)
    earlier = [None, *found.versions[:-1]]
    told = [(each, changes(before, each, office)) for before, each in zip(earlier, found.versions, strict=True)]
    form = _form(office, values or as_stored(found.now), errors)
    return page(
        request,
        who,
        "forslag_ett.html",
        status,
        found=found,
        maalt=maalt,
        history=list(reversed(told)),
        message=message,
        overtaken=overtaken,
        shown=shown,
        **form,
    )


def _form(office: At, values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> dict[str, Any]:
    given = {name: values.get(name, "") for name in (*NAMES, "begrunnelse")}
    rutiner = [(name, info.tittel) for name, info in office.automations.items()]
    return {"values": given, "errors": errors or {}, "ledetekster": NAMES, "statuses": STATUSES, "rutiner": rutiner}


def _as_written(form: Form) -> dict[str, str]:
    return {name: form.text(name) for name in (*NAMES, "begrunnelse")}
