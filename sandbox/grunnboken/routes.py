"""Grunnboken's address: one path for each service, behind a UsernameToken of WS-Security in the message."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Router

from sandbox.eiendom import Register
from sandbox.grunnboken.names import BASIS, EXCEPTION
from sandbox.grunnboken.questions import Questions
from sandbox.settings import Settings
from sandbox.soap import Element, Fault, SoapService, text_of
from sandbox.world import World

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
PASSWORD_TEXT = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText"  # noqa: S105 - no password


def app(world: World, settings: Settings) -> Router:
    """The routes for the prefix /grunnbok/grunnbok/wsapi/v2. Without a login nobody is let in."""

    def gate(_request: Request, header: Element | None) -> Response | None:
        given = _login(header)
        if not settings.grunnbok_login or not secrets.compare_digest(given, settings.grunnbok_login.encode()):
            raise Fault("The security token could not be authenticated", code="wsse:FailedAuthentication", typed=False)
        return None

    operations = Questions(Register(world, "GRUNNBOK")).operations()
    wsdl = settings.wsdl / "grunnbok" if settings.wsdl else None
    return SoapService(EXCEPTION, BASIS, operations, gate, wsdl).router()


def _login(header: Element | None) -> bytes:
    token = None if header is None else header.find(f"{{{WSSE}}}Security/{{{WSSE}}}UsernameToken")
    if token is None:
        raise Fault("A security header is expected", code="wsse:InvalidSecurity", typed=False)
    user, password = token.find(f"{{{WSSE}}}Username"), token.find(f"{{{WSSE}}}Password")
    if user is None or password is None or password.get("Type") != PASSWORD_TEXT:
        raise Fault("A UsernameToken with PasswordText is expected", code="wsse:InvalidSecurityToken", typed=False)
    return f"{text_of(user)}:{text_of(password)}".encode()
