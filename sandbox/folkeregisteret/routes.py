"""The look-ups of persons, one by GET and up to a thousand by POST; and the feed of events with its documents."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from sandbox.faults import Faults
from sandbox.folkeregisteret import errors
from sandbox.folkeregisteret.doedsbo import contacts
from sandbox.folkeregisteret.element import draw
from sandbox.folkeregisteret.feed import Feed
from sandbox.folkeregisteret.person import KNOWN_PARTS, Document, document, selected
from sandbox.folkeregisteret.relasjon import by_guardian
from sandbox.maskinporten import TokenIssuer, TokenRejected
from sandbox.world import World

SCOPE = "folkeregister:deling/offentligmedhjemmel"
MAX_BULK = 1000

Handler = Callable[[Request], Awaitable[Response]]


def app(world: World, faults: Faults, tokens: TokenIssuer) -> Router:
    """The routes for the prefix /freg/folkeregisteret/offentlig-med-hjemmel/api/v1."""
    lookup, feed = Lookup(world), Feed(world)

    def guarded(handler: Handler) -> Handler:
        async def answer(request: Request) -> Response:
            if faults.hits("FOLKEREGISTERET", "html_error"):
                return errors.firewall_page()
            try:
                tokens.check(request.headers.get("authorization"), SCOPE)
            except TokenRejected as rejected:
                return errors.unauthorised(rejected.status)
            unknown = set(request.query_params.getlist("part")) - KNOWN_PARTS
            return errors.bad_request("Ukjent part.") if unknown else await handler(request)

        return answer

    return Router(
        [
            Route("/personer/bulkoppslag", guarded(lookup.bulk), methods=["POST"]),
            Route("/personer/{personidentifikator}", guarded(lookup.one)),
            Route("/hendelser/feed", guarded(feed.page)),
            Route("/hendelser/siste/sekvensnummer", guarded(feed.last)),
            Route("/hendelser/bulkoppslag", guarded(feed.documents), methods=["POST"]),
        ]
    )


class Lookup:
    """Reads the world; changes nothing."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def one(self, request: Request) -> Response:
        """One person. 404 when the register does not have the number, 400 when it cannot be a number."""
        number = request.path_params["personidentifikator"]
        if not _is_eleven_digits(number):
            return errors.bad_request("Personidentifikator må ha elleve siffer.")
        found = self._documents([number], request)
        return JSONResponse(found[number]) if number in found else errors.not_found()

    async def bulk(self, request: Request) -> Response:
        """Up to a thousand persons; a number the register does not have gets a feilmelding of its own in the 200.

        With somBestilt=true in the order asked for, repeats included. Otherwise each once, in the register's own order.
        """
        numbers = _numbers(await request.body())
        if numbers is None:
            return errors.bad_request("foedselsEllerDNummer må være en liste med fødsels- eller d-nummer.")
        if len(numbers) > MAX_BULK:
            return errors.bad_request(f"Høyst {MAX_BULK} personer per oppslag.")
        if request.query_params.get("somBestilt") != "true":
            numbers = sorted(set(numbers), key=lambda number: draw(number, "bulk order", 2**32))
        found = self._documents(numbers, request)
        return JSONResponse({"oppslag": [_oppslag(number, found.get(number)) for number in numbers]})

    def _documents(self, numbers: list[str], request: Request) -> dict[str, Document]:
        names = selected(request.query_params.getlist("part"))
        personer = self._world.personer
        guardians = by_guardian(personer) if "foreldreansvar" in names else {}
        return {
            number: document(
                personer[number], names, guardians.get(number, []), contacts(personer[number], self._world.population)
            )
            for number in numbers
            if number in personer
        }


def _oppslag(number: str, found: Document | None) -> dict[str, Any]:
    if found is None:
        return {"foedselsEllerDNummer": number, "feilmelding": {"feilmelding": "Fant ingen person med dette nummeret."}}
    return {"foedselsEllerDNummer": number, "folkeregisterperson": found}


def _numbers(body: bytes) -> list[str] | None:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    numbers = content.get("foedselsEllerDNummer") if isinstance(content, dict) else None
    if not isinstance(numbers, list) or not numbers or not all(isinstance(number, str) for number in numbers):
        return None
    return numbers


def _is_eleven_digits(number: str) -> bool:
    return len(number) == 11 and number.isascii() and number.isdigit()
