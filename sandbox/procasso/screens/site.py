"""What every screen of Procasso shares: the session gate, forms, rendering, and the ways the whole site can be ill."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.entrance import Entrance, Session
from sandbox.faults import Faults
from sandbox.procasso.archive import Archive
from sandbox.procasso.screens import formats
from sandbox.procasso.screens.register import krav_sum, skyldner_name
from sandbox.procasso.screens.saksflyt import NAMES, Historikk
from sandbox.world import World

COOKIE = "PCSESJON"
PATH = "/procasso/web"

_NO_STORE = {"Cache-Control": "no-store"}
_REMEMBERED = 10
"""How many krav «Siste krav» holds."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the browser sent, by the part of a control's name that stays: Procasso numbers its controls anew each time
    it draws a page. A plain visit has none of it.
    """

    fields: dict[str, str] = field(default_factory=dict, repr=False)

    def text(self, control: str) -> str:
        """A text field, trimmed."""
        return self.fields.get(control, "").strip()

    def secret(self, control: str) -> str:
        """A password field, as typed."""
        return self.fields.get(control, "")

    @property
    def handling(self) -> str:
        """What the user asked for: SOK, LAGRE, …"""
        return self.text("handling")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a logged-in user."""

    request: Request
    session: Session
    key: str
    form: Form


Handler = Callable[[Visit], Awaitable[Response]]
OpenHandler = Callable[[Request, Form], Awaitable[Response]]


class Site:
    """The screens as one running web site."""

    def __init__(self, world: World, faults: Faults, entrance: Entrance, archive: Archive) -> None:
        self.world, self.faults, self.entrance, self.archive = world, faults, entrance, archive
        self.historikk = Historikk()
        self.recent: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))
        """Kravnumre by user, the latest first."""
        self._drawn = count(1)
        self._notices = 0
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True
        )
        self._templates.filters.update(
            beloep=formats.beloep, dato=formats.dato, dag=formats.dag, oere=formats.oere, krav_sum=krav_sum,
            delt_nummer=formats.delt_nummer, saksflytnavn=NAMES.__getitem__,
            navn=lambda number: skyldner_name(world, number),
        )  # fmt: skip

    def render(self, page: str, *, status: int = 200, **context: Any) -> Response:
        """A page by the name of its template."""
        html = self._templates.get_template(f"{page}.html").render(pc=f"pc{next(self._drawn)}:", **context)
        return HTMLResponse(html, status, _NO_STORE)

    def work(self, page: str, *, melding: str = "Klar.", feil: bool = False, **context: Any) -> Response:
        """A page of the work frame, which says `melding` in the status line; a notice may come over it."""
        return self.render(page, melding=melding, feil=feil, notice=self._notice(), **context)

    def broken(self, code: str) -> Response:
        """The page of a program that failed."""
        return self.render("systemfeil", status=500, kode=code)

    def open(self, handler: OpenHandler) -> Callable[[Request], Awaitable[Response]]:
        """A page that asks for no session."""

        async def answer(request: Request) -> Response:
            if self.entrance.maintenance or self.faults.hits("PROCASSO", "maintenance"):
                return self.render("driftsstans", status=503)
            return await handler(request, await _form(request))

        return answer

    def guarded(self, handler: Handler, *, before_change: bool = False) -> Callable[[Request], Awaitable[Response]]:
        """A page for those logged in. `before_change`: also while the user must first choose a new password."""

        async def answer(request: Request, form: Form) -> Response:
            key = request.cookies.get(COOKIE)
            if not key:
                return redirect("palogging.do")
            if self.faults.hits("PROCASSO", "session_expiry"):
                self.entrance.end_session(key)
            session = self.entrance.use_session(key)
            if session is None:
                return redirect("palogging.do?tidsavbrudd=1")
            if session.replaced:
                return self.render("melding", melding="Brukeren er pålogget fra en annen arbeidsstasjon.", ny=True)
            if session.must_change and not before_change:
                return redirect("passord.do")
            return await handler(Visit(request, session, key, form))

        return self.open(answer)

    def _notice(self) -> str | None:
        """None, or how a notice comes: every second time as an alert of the browser."""
        if not self.faults.hits("PROCASSO", "popup"):
            return None
        self._notices += 1
        return "alert" if self._notices % 2 == 0 else "layer"


async def _form(request: Request) -> Form:
    if request.method != "POST":
        return Form()
    sent = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    return Form({name.rpartition(":")[2]: values[-1] for name, values in sent.items()})


def redirect(address: str) -> RedirectResponse:
    """Go on to another page of Procasso with a GET."""
    return RedirectResponse(address, 302, _NO_STORE)
