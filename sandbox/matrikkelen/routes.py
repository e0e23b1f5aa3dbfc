"""Matrikkelen's address: one path for each service, behind HTTP Basic."""

from __future__ import annotations

import base64
import secrets

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Router

from sandbox.eiendom import Register
from sandbox.matrikkelen.names import DOMAIN, EXCEPTION
from sandbox.matrikkelen.questions import Questions
from sandbox.settings import Settings
from sandbox.soap import Element, SoapService
from sandbox.world import World


def app(world: World, settings: Settings) -> Router:
    """The routes for the prefix /matrikkel/matrikkelapi/wsapi/v1. Without a login nobody is let in."""
    expected = f"Basic {base64.b64encode(settings.matrikkel_login.encode()).decode()}"

    def gate(request: Request, _header: Element | None) -> Response | None:
        given = request.headers.get("authorization", "")
        if settings.matrikkel_login and secrets.compare_digest(given.encode(), expected.encode()):
            return None
        headers = {"www-authenticate": 'Basic realm="matrikkelen"'}
        return PlainTextResponse("Unauthorized", status_code=401, headers=headers)

    operations = Questions(Register(world, "MATRIKKEL")).operations()
    wsdl = settings.wsdl / "matrikkel" if settings.wsdl else None
    return SoapService(EXCEPTION, DOMAIN, operations, gate, wsdl).router()
