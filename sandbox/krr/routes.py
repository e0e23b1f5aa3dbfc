"""The one look-up: up to a thousand persons in a POST. No error body is published; these are ours."""

from __future__ import annotations

import json
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from sandbox.krr.person import person
from sandbox.maskinporten import TokenIssuer, TokenRejected
from sandbox.world import World

SCOPE = "krr:global/kontaktinformasjon.read"
MAX_PERSONS = 1000


def app(world: World, tokens: TokenIssuer) -> Router:
    """The routes for the prefix /krr/rest/v2."""

    async def look_up(request: Request) -> Response:
        try:
            tokens.check(request.headers.get("authorization"), SCOPE)
        except TokenRejected as rejected:
            return _error(rejected.status)
        numbers = _numbers(await request.body())
        if numbers is None:
            return _error(400)
        async with world.lock:
            found = [person(number, world.personer.get(number), world.as_of) for number in numbers]
        return JSONResponse({"personer": found})

    return Router([Route("/personer", look_up, methods=["POST"])])


def error_body(status: int) -> tuple[str, bytes]:
    """The body of an error that comes before any handling."""
    return "application/json", json.dumps(_document(status)).encode()


def _error(status: int) -> Response:
    return JSONResponse(_document(status), status_code=status)


def _document(status: int) -> dict[str, object]:
    return {"status": status, "error": HTTPStatus(status).phrase}


def _numbers(body: bytes) -> list[str] | None:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    numbers = content.get("personidentifikatorer") if isinstance(content, dict) else None
    if not isinstance(numbers, list) or not all(isinstance(number, str) for number in numbers):
        return None
    return list(dict.fromkeys(numbers)) if 0 < len(numbers) <= MAX_PERSONS else None
