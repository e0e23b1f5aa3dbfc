"""The console: pages over the hub for those who follow up, approve and steer."""

from __future__ import annotations

from functools import partial
from urllib.parse import unquote_plus, urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from console.identity import LoginRefused, local_path
from console.kept import Kept
from console.office import Office
from console.pages import (
    foelges_opp,
    forslag,
    godkjenninger,
    kjoeringer,
    koer,
    legg_i_koe,
    login,
    min_profil,
    oidc,
    oppfoelging,
    oppgave,
    oversikt,
    proev_flere,
    revisjonsspor,
)
from console.pages.routes import go_to
from console.rendering import HERE, page, plain
from console.roles import Right
from console.security import Guarded, TooLarge
from console.visitor import Forbidden, LoginNeeded, PersonalNumber, Stale, Unusable, office_of, onlooker
from domain.foedselsnummer import contains_foedselsnummer
from hub.missing import NoSuch

FAILED = ("Noe gikk galt", "Noe uventet skjedde. Power-teamet finner mer i loggen.")
LARGE = ("For stort", "Det du sendte, er for stort: høyst 5 MB. Ingenting er endret.")
UNUSABLE = "Det du sendte, kan ikke brukes. Ingenting er endret."
PAGES = (
    login,
    oppfoelging,
    oppgave,
    proev_flere,
    godkjenninger,
    foelges_opp,
    legg_i_koe,
    koer,
    kjoeringer,
    oversikt,
    forslag,
    revisjonsspor,
    min_profil,
)


def create_app(office: Office) -> FastAPI:
    app = FastAPI(title="Kraftverk", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.office = office
    app.state.overviews = Kept(60.0)
    failed, too_large = partial(_told, office, 500, *FAILED), partial(_told, office, 413, *LARGE)
    app.add_middleware(Guarded, hosts=office.hosts, https=office.https, failed=failed, too_large=too_large)
    app.mount("/static", Static(directory=HERE / "static"))
    for module in PAGES if office.provider is None else (*PAGES, oidc):
        app.router.routes.extend(module.pages.routes)  # as they are: `include_router` makes each of them anew
    _answer_errors(app)
    return app


class Static(StaticFiles):
    """A file that is asked for with what it holds (`?v=`) is kept by the browser for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if scope["query_string"] and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _told(office: Office, status: int, title: str, text: str) -> Response:
    return plain(office, "feil.html", status, tittel=title, tekst=text, who=None)


def _path(url: URL) -> str:
    return url.path + (f"?{url.query}" if url.query else "")


def _came_from(request: Request) -> str:
    """The page of ours that a form was sent from, or nothing: what a form that was refused left is no page to go to,
    and its path goes on from that page's."""
    url = URL(request.headers.get("referer", ""))
    try:
        ours = url.netloc == request.url.netloc
    except ValueError:  # no address at all
        return ""
    if not ours or contains_foedselsnummer(unquote_plus(str(url)), office_of(request).today()):
        return ""
    for path in (url.path, url.path.rpartition("/")[0]):
        scope = {"type": "http", "method": "GET", "path": path}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes):
            return _path(url) if path == url.path else path
    return ""


def _answer_errors(app: FastAPI) -> None:
    """Every refusal is a page in plain words."""
    office: Office = app.state.office

    async def told(request: Request, status: int, title: str, text: str) -> Response:
        """With the menu, for whoever is logged in and has a role."""
        try:
            who = await onlooker(request)
        except LoginNeeded:
            who = None
        if who is None or not who.may(Right.READ):
            return _told(office, status, title, text)
        shown = partial(page, request, who, "feil.html", status, tittel=title, tekst=text)
        return await run_in_threadpool(shown)

    @app.exception_handler(LoginNeeded)
    async def login_needed(request: Request, _error: Exception) -> Response:
        """After the login the person is taken to the page they wanted, or to the one on which they meant to change
        something: that is not done."""
        asks = request.method == "GET"
        wanted = local_path(_path(request.url) if asks else _came_from(request))
        query = {"videre": wanted} if wanted not in (None, "/") else {}
        query |= {} if asks else {"ulagret": "1"}
        return go_to("/logg-inn" + (f"?{urlencode(query)}" if query else ""))

    @app.exception_handler(LoginRefused)
    async def login_refused(_request: Request, error: LoginRefused) -> Response:
        return login.turned_away(office, error.refusal)

    @app.exception_handler(Forbidden)
    async def forbidden(request: Request, _error: Exception) -> Response:
        return await told(
            request, 403, "Du har ikke tilgang til dette", "Rollen din gir ikke rett til å se eller gjøre dette."
        )

    @app.exception_handler(Stale)
    async def stale(request: Request, _error: Exception) -> Response:
        return await told(
            request,
            403,
            "Skjemaet er for gammelt",
            "Du har logget inn på nytt siden du åpnet det. Ingenting er endret.",
        )

    @app.exception_handler(PersonalNumber)
    async def personal_number(request: Request, _error: Exception) -> Response:
        return await told(
            request,
            422,
            "Skriv ikke fødselsnummer",
            "Kraftverk lagrer ikke fødselsnummer. Gå tilbake, ta det bort og prøv igjen. Ingenting er endret.",
        )

    @app.exception_handler(Unusable)
    async def unusable(request: Request, _error: Exception) -> Response:
        return await told(request, 422, "Kan ikke brukes slik", UNUSABLE)

    @app.exception_handler(NoSuch)
    async def unknown(request: Request, _error: Exception) -> Response:
        return await told(request, 404, "Finnes ikke", "Det du ba om, finnes ikke. Ingenting er endret.")

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, _error: Exception) -> Response:
        return await told(request, 404, "Finnes ikke", "Det du ba om, finnes ikke. Ingenting er endret.")

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return await told(request, 404, "Finnes ikke", "Det du ba om, finnes ikke. Ingenting er endret.")
        return await told(request, error.status_code, "Kan ikke brukes slik", UNUSABLE)

    @app.exception_handler(TooLarge)
    async def too_large(request: Request, _error: Exception) -> Response:
        return await told(request, 413, *LARGE)
