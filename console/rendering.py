"""Pages are templates with the words of `words.py`; everything that comes from data is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.responses import HTMLResponse

from console import diagram, oversikt, words, workbook
from console.roles import Right
from console.timetable import NAMES
from console.visitor import CSRF_FIELD, Visitor, office_of
from hub.storage import logins, worklist
from hub.storage.approvals import count_pending

HERE = Path(__file__).parent
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class MenuItem:
    sti: str
    navn: str
    right: Right


MENU: tuple[MenuItem, ...] = (
    MenuItem("/godkjenninger", "Godkjenninger", Right.READ),
    MenuItem("/foelges-opp", "Følges opp", Right.READ),
    MenuItem("/legg-i-koe", "Legg i kø", Right.QUEUE),
    MenuItem("/koer", "Køer", Right.READ),
    MenuItem("/kjoeringer", "Kjøringer", Right.READ),
    MenuItem("/oversikt", "Oversikt", Right.READ),
    MenuItem("/forslag", "Forslag", Right.READ),
    MenuItem("/revisjonsspor", "Revisjonsspor", Right.AUDIT),
)
"""After «Til oppfølging», in this order."""


def _menu_items(who: Visitor) -> list[MenuItem]:
    return [item for item in MENU if who.may(item.right)]


@pass_context
def _navn(context: Context, person: str) -> str:
    """What somebody is called whom events and oppgaver know by a key; who has no other name than the key, by that."""
    names: Mapping[str, str] = context["names"]
    return names.get(person, person)


TEMPLATES.globals |= {
    "ord": words,
    "Right": Right,
    "csrf_field": CSRF_FIELD,
    "deployments": NAMES,
    "menu_items": _menu_items,
    "dict_of": lambda names: [(name, name) for name in names],
    "ticks": diagram.ticks,
    "curve": diagram.curve,
}
TEMPLATES.filters |= {
    "klokken": words.klokken,
    "dag": words.dag,
    "lenke": lambda query: urlencode(query, doseq=True),
    "navn": _navn,
    "celle": workbook.shown,
    "uke": oversikt.uke,
}


def page(request: Request, who: Visitor, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page of the console for somebody who is logged in."""
    office = office_of(request)
    with office.database.read() as c:
        menu: Mapping[str, object] = {
            "totals": worklist.totals(c, who.person, office.today()),
            "proposals": count_pending(c),
        }
        names = logins.names(c)
    text = TEMPLATES.get_template(template).render(
        who=who, office=office, menu=menu, names=names, here=request.url.path, today=office.today(), **values
    )
    return HTMLResponse(text, status)


def plain(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page for somebody who is not logged in."""
    return HTMLResponse(TEMPLATES.get_template(template).render(**values), status)
