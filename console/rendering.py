"""Pages are templates with the words of `words.py`; everything that comes from data is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.engine import Row
from starlette.responses import HTMLResponse

from console import words
from console.oppgave import Oppgave
from console.roles import Right
from console.visitor import CSRF_FIELD, Visitor, office_of
from hub.storage import worklist
from hub.storage.approvals import count_pending

HERE = Path(__file__).parent
PICTURES = 3
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
    MenuItem("/legg-i-koe", "Legg i kø", Right.QUEUE),
    MenuItem("/forslag", "Forslag", Right.READ),
)
"""After «Til oppfølging», in this order."""


def _menu_items(who: Visitor) -> list[MenuItem]:
    return [item for item in MENU if who.may(item.right)]


def _pictures(found: Oppgave) -> Sequence[Row[Any]]:
    """Of the newest attempts first, and one for each."""
    newest = {row.attempt: row for row in found.view.evidence}
    return [newest[attempt] for attempt in sorted(newest, reverse=True)][:PICTURES]


TEMPLATES.globals |= {
    "ord": words,
    "Right": Right,
    "csrf_field": CSRF_FIELD,
    "menu_items": _menu_items,
    "view_pictures": _pictures,
    "dict_of": lambda names: [(name, name) for name in names],
}
TEMPLATES.filters |= {"klokken": words.klokken, "dag": words.dag, "lenke": lambda query: urlencode(query, doseq=True)}


def page(request: Request, who: Visitor, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page of the console for somebody who is logged in."""
    office = office_of(request)
    with office.database.read() as c:
        menu: Mapping[str, object] = {
            "totals": worklist.totals(c, who.person, office.today()),
            "proposals": count_pending(c),
        }
    text = TEMPLATES.get_template(template).render(
        who=who, office=office, menu=menu, here=request.url.path, today=office.today(), **values
    )
    return HTMLResponse(text, status)


def plain(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page for somebody who is not logged in."""
    return HTMLResponse(TEMPLATES.get_template(template).render(**values), status)
