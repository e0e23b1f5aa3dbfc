"""The console: pages over the hub for those who follow up, approve and steer."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
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
from console.rendering import HERE, plain
from console.security import Guarded, TooLarge
from console.visitor import Forbidden, LoginNeeded, PersonalNumber, Stale, Unusable
from hub.missing import NoSuch

FAILED = ("Noe gikk galt", "Noe uventet skjedde. Power-teamet finner mer i loggen.")
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
    app.add_middleware(Guarded, hosts=office.hosts, https=office.https, failed=partial(_told, office, 500, *FAILED))
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
    return plain(office, "feil.html", status, tittel=title, tekst=text)


def _answer_errors(app: FastAPI) -> None:
    """Every refusal is a page in plain words."""
    office: Office = app.state.office
    told = partial(_told, office)

    @app.exception_handler(LoginNeeded)
    async def login_needed(request: Request, _error: Exception) -> Response:
        """After the login the person is taken to the page they wanted; what they meant to change is not done."""
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.method != "GET" or wanted == "/" or local_path(wanted) is None:
            return go_to("/logg-inn")
        return go_to("/logg-inn?" + urlencode({"videre": wanted}))

    @app.exception_handler(LoginRefused)
    async def login_refused(_request: Request, error: LoginRefused) -> Response:
        return login.turned_away(office, error.refusal)

    @app.exception_handler(Forbidden)
    async def forbidden(_request: Request, _error: Exception) -> Response:
        return told(403, "Du har ikke tilgang til dette", "Rollen din gir ikke rett til å se eller gjøre dette.")

    @app.exception_handler(Stale)
    async def stale(_request: Request, _error: Exception) -> Response:
        return told(
            403, "Skjemaet er for gammelt", "Du har logget inn på nytt siden du åpnet det. Ingenting er endret."
        )

    @app.exception_handler(PersonalNumber)
    async def personal_number(_request: Request, _error: Exception) -> Response:
        return told(
            422,
            "Skriv ikke fødselsnummer",
            "Kraftverk lagrer ikke fødselsnummer. Gå tilbake, ta det bort og prøv igjen. Ingenting er endret.",
        )

    @app.exception_handler(Unusable)
    async def unusable(_request: Request, _error: Exception) -> Response:
        return told(422, "Kan ikke brukes slik", UNUSABLE)

    @app.exception_handler(NoSuch)
    async def unknown(_request: Request, _error: Exception) -> Response:
        return told(404, "Finnes ikke", "Det du ba om, finnes ikke. Ingenting er endret.")

    @app.exception_handler(RequestValidationError)
    async def unreadable(_request: Request, _error: Exception) -> Response:
        return told(404, "Finnes ikke", "Det du ba om, finnes ikke. Ingenting er endret.")

    @app.exception_handler(HTTPException)
    async def http(_request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return told(404, "Finnes ikke", "Det du ba om, finnes ikke. Ingenting er endret.")
        return told(error.status_code, "Kan ikke brukes slik", UNUSABLE)

    @app.exception_handler(TooLarge)
    async def too_large(_request: Request, _error: Exception) -> Response:
        return told(413, "For stort", "Det du sendte, er for stort: høyst 5 MB. Ingenting er endret.")
