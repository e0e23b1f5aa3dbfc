"""The open API at /api and the authorised one at /autorisert-api."""

from __future__ import annotations

import os

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from sandbox.enhetsregisteret import feed
from sandbox.enhetsregisteret.bulk import bulk
from sandbox.enhetsregisteret.enhet import enhet, fjernet_enhet, slettet_enhet
from sandbox.enhetsregisteret.errors import bad_request, refused
from sandbox.enhetsregisteret.media import ENHET, OPPDATERING, ROLLE, negotiated
from sandbox.enhetsregisteret.roller import roller
from sandbox.enhetsregisteret.search import faults_in, is_organisasjonsnummer, search
from sandbox.maskinporten import TokenIssuer, TokenRejected
from sandbox.population import Row
from sandbox.settings import Settings
from sandbox.world import World

PREFIX = "/brreg/enhetsregisteret"
DEFAULT_SCOPE = "brreg:enhetsregisteret:autorisert"


def app(world: World, settings: Settings, tokens: TokenIssuer) -> Router:
    """The routes for the prefix /brreg/enhetsregisteret.

    The scope of the authorised API is SANDBOX_ENHETSREGISTERET_SCOPE: the name of the real one is not published.
    """
    scope = os.environ.get("SANDBOX_ENHETSREGISTERET_SCOPE", DEFAULT_SCOPE)
    base = settings.base_url.rstrip("/") + PREFIX
    register = Register(world, tokens, scope, f"{base}/api", f"{base}/autorisert-api")
    return Router(
        [
            Route("/api/enheter", register.search),
            Route("/api/enheter/lastned", register.bulk),
            Route("/api/enheter/{organisasjonsnummer}", register.one),
            Route("/api/oppdateringer/enheter", register.oppdateringer),
            Route("/autorisert-api/enheter/{organisasjonsnummer}/roller", register.roller),
        ]
    )


class Register:
    """Reads the world; changes nothing."""

    def __init__(self, world: World, tokens: TokenIssuer, scope: str, api: str, authorised_api: str) -> None:
        self._world = world
        self._tokens = tokens
        self._scope = scope
        self._api = api
        self._authorised_api = authorised_api

    async def search(self, request: Request) -> Response:
        """Units by number, a page at a time."""
        faults = faults_in(request.query_params)
        if faults:
            return bad_request(request.url.path, faults)
        return negotiated(request, ENHET, search(request.query_params, self._world.enheter, self._api))

    async def one(self, request: Request) -> Response:
        """One unit: 200 alive or slettet, 410 fjernet, 404 with nothing in it for a number never given out."""
        row = self._find(request, ENHET)
        if isinstance(row, Response):
            return row
        body = slettet_enhet(row, self._api) if row["status"] == "slettet" else enhet(row, self._api)
        return negotiated(request, ENHET, body)

    async def bulk(self, request: Request) -> Response:
        """Every unit that is not gone, in one file."""
        return bulk(request, self._world, self._api)

    async def oppdateringer(self, request: Request) -> Response:
        """What has changed since this world began, a page at a time."""
        faults = feed.faults_in(request.query_params)
        if faults:
            return bad_request(request.url.path, faults)
        body = feed.oppdateringer(request.query_params, self._world.history, self._api)
        return negotiated(request, OPPDATERING, body)

    async def roller(self, request: Request) -> Response:
        """Roles with fødselsnummer, for the holder of a token with the scope."""
        try:
            self._tokens.check(request.headers.get("authorization"), self._scope)
        except TokenRejected as rejected:
            return refused(rejected.status, request.url.path)
        row = self._find(request, ROLLE)
        if isinstance(row, Response):
            return row
        return negotiated(request, ROLLE, roller(row, self._world.personer, self._authorised_api))

    def _find(self, request: Request, media_type: str) -> Row | Response:
        number = request.path_params["organisasjonsnummer"]
        if not is_organisasjonsnummer(number):
            fault = ("Organisasjonsnummer må ha ni siffer", "organisasjonsnummer", number)
            return bad_request(request.url.path, [fault])
        row = self._world.enheter.get(number)
        if row is None:
            return Response(status_code=404)
        if row["status"] == "fjernet":
            return negotiated(request, media_type, fjernet_enhet(row, self._api), status=410)
        return row
