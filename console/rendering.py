"""Pages are templates with the words of `words.py`; everything that comes from data is escaped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.responses import HTMLResponse

from console import diagram, oversikt, words, workbook
from console.office import Office
from console.roles import Right
from console.timetable import NAMES
from console.visitor import CSRF_FIELD, UNUSED, Visitor, office_of, shortcuts
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


HTMX_CONFIG = {
    "allowEval": False,
    "allowScriptTags": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
    "disableInheritance": True,
    "scrollIntoViewOnBoost": False,
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "409|422", "swap": True},
        {"code": "...", "swap": False, "error": True},
    ],
}
"""Nothing of a page is kept in the browser: the back button asks for it again. A form that cannot be used is shown."""


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


@cache
def static(name: str) -> str:
    """The address of a file of ours. It changes with what is in the file, so a browser keeps it for good."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


TEMPLATES.globals |= {
    "ord": words,
    "Right": Right,
    "csrf_field": CSRF_FIELD,
    "deployments": NAMES,
    "menu_items": _menu_items,
    "static": static,
    "htmx_config": json.dumps(HTMX_CONFIG, separators=(",", ":")),
    "dict_of": lambda names: [(name, name) for name in names],
    "ticks": diagram.ticks,
    "curve": diagram.curve,
}
TEMPLATES.globals["ui"] = TEMPLATES.get_template("_utseende.html").module
TEMPLATES.filters |= {
    "klokken": words.klokken,
    "dag": words.dag,
    "lenke": lambda query: urlencode(query, doseq=True),
    "navn": _navn,
    "system": words.system,
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
        who=who,
        office=office,
        menu=menu,
        names=names,
        here=request.url.path,
        today=office.today(),
        unused=UNUSED,
        shortcuts=shortcuts(request),
        **values,
    )
    return HTMLResponse(text, status)


def plain(office: Office, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page for somebody who is not logged in."""
    return HTMLResponse(TEMPLATES.get_template(template).render(office=office, **values), status)
