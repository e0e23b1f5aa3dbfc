"""What every page of PAX shares: the session gate, postbacks, rendering, and the ways the whole site can be ill."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.entrance import Entrance, Session
from sandbox.faults import Faults
from sandbox.pax import formats
from sandbox.pax.register import skyldner_name
from sandbox.pax.viewstate import ViewstateError, Viewstates
from sandbox.world import World

COOKIE = "PAXSESJON"
CONTROL = "ctl00$Main$"
"""What ASP.NET puts before the name of every control of a page inside its master page."""

_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Postback:
    """What the browser sent of a page's form; a plain visit has none of it."""

    fields: dict[str, str] = field(default_factory=dict, repr=False)
    state: dict[str, Any] = field(default_factory=dict, repr=False)

    def text(self, control: str) -> str:
        """A text field, trimmed."""
        return self.fields.get(CONTROL + control, "").strip()

    def secret(self, control: str) -> str:
        """A password field, as typed."""
        return self.fields.get(CONTROL + control, "")

    def pressed(self, control: str) -> bool:
        """Was this button or tick box on when the form was sent?"""
        return CONTROL + control in self.fields

    def argument_of(self, control: str) -> str:
        """The event argument, when __doPostBack named this control."""
        return self.fields.get("__EVENTARGUMENT", "") if self.fields.get("__EVENTTARGET") == CONTROL + control else ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a logged-in user."""

    request: Request
    session: Session
    key: str
    postback: Postback

    def query(self, name: str) -> str:
        """A parameter of the address."""
        return self.request.query_params.get(name, "")


Handler = Callable[[Visit], Awaitable[Response]]
OpenHandler = Callable[[Request, Postback], Awaitable[Response]]


class Site:
    """PAX as one running web site."""

    def __init__(self, world: World, faults: Faults, entrance: Entrance) -> None:
        self.world, self.faults, self.entrance = world, faults, entrance
        self._viewstates = Viewstates()
        self._news_shown = 0
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True
        )
        self._templates.filters.update(
            beloep=formats.beloep, dato=formats.dato, tidspunkt=formats.tidspunkt, oere=formats.oere,
            krav_sum=formats.krav_sum, navn=lambda number: skyldner_name(world, number),
        )  # fmt: skip

    def render(
        self, page: str, *, state: dict[str, Any] | None = None, status: int = 200, news: bool = False, **context: Any
    ) -> Response:
        """A page by the name of its template. `state` is what it shall remember; `news`: a surprise may cover it."""
        html = self._templates.get_template(f"{page}.html").render(
            viewstate=self._viewstates.write(page, state or {}), news=self._news() if news else None, **context
        )
        return HTMLResponse(html, status, _NO_STORE)

    def open(self, page: str, handler: OpenHandler) -> Callable[[Request], Awaitable[Response]]:
        """A page that asks for no session."""

        async def answer(request: Request) -> Response:
            if self._is_closed():
                return self._closed()
            try:
                return await handler(request, await self._postback(page, request))
            except ViewstateError:
                return self.render("feil", status=500, feil="Validering av viewstate feilet")

        return answer

    def guarded(
        self, page: str, handler: Handler, *, before_change: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """A page for those logged in. `before_change`: also while the user must first choose a new password."""

        async def answer(request: Request, postback: Postback) -> Response:
            key = request.cookies.get(COOKIE)
            if not key:
                return redirect("Login.aspx")
            if self.faults.hits("PAX", "session_expiry"):
                self.entrance.end_session(key)
            session = self.entrance.use_session(key)
            if session is None:
                return redirect("Login.aspx?utloept=1")
            if session.replaced:
                return self.render("annet_sted")
            if session.must_change and not before_change:
                return redirect("ByttPassord.aspx")
            return await handler(Visit(request, session, key, postback))

        return self.open(page, answer)

    async def _postback(self, page: str, request: Request) -> Postback:
        if request.method != "POST":
            return Postback()
        sent = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        fields = {name: values[-1] for name, values in sent.items()}
        return Postback(fields, self._viewstates.read(page, fields.get("__VIEWSTATE", "")))

    def _is_closed(self) -> bool:
        return self.entrance.maintenance or self.faults.hits("PAX", "maintenance")

    def _closed(self) -> Response:
        return self.render("vedlikehold", status=503)

    def _news(self) -> str | None:
        """None, or how the news come: every second time in a window of their own too."""
        if not self.faults.hits("PAX", "popup"):
            return None
        self._news_shown += 1
        return "window" if self._news_shown % 2 == 0 else "layer"


def redirect(address: str) -> RedirectResponse:
    """Go on to another page of PAX with a GET."""
    return RedirectResponse(address, 302, _NO_STORE)
