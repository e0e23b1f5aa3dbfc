"""The token endpoint, its metadata and its public key."""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, Router

from sandbox.faults import mark_effect
from sandbox.maskinporten.assertion import ALGORITHMS, Grant, UsedGrants, verify
from sandbox.maskinporten.clients import ClientRegister
from sandbox.maskinporten.errors import GrantRefused
from sandbox.maskinporten.tokens import TokenIssuer
from sandbox.settings import Settings

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def app(settings: Settings, tokens: TokenIssuer) -> Router:
    """The routes for the prefix /maskinporten. The issuer is our own address with that prefix and a slash."""
    issuer = f"{settings.base_url.rstrip('/')}/maskinporten/"
    clients = ClientRegister(settings.maskinporten_clients)
    used = UsedGrants()

    async def token(request: Request) -> JSONResponse:
        form = await request.form()
        try:
            if form.get("grant_type") != GRANT_TYPE:
                raise GrantRefused("MP-011", "grant_type")
            assertion = str(form.get("assertion", ""))
            grant = verify(assertion, issuer=issuer, clients=clients, used=used, now=time.time())
        except GrantRefused as refused:
            return refused.response()
        # The jti is spent even when the answer gets lost: a retry needs a new assertion.
        mark_effect(request.scope)
        return _token_answer(grant, tokens, issuer)

    async def metadata(_request: Request) -> JSONResponse:
        return JSONResponse(_metadata(issuer, clients.scopes()))

    async def jwk(_request: Request) -> JSONResponse:
        return JSONResponse(tokens.jwks())

    return Router(
        [
            Route("/token", token, methods=["POST"]),
            Route("/.well-known/oauth-authorization-server", metadata),
            Route("/jwk", jwk),
        ]
    )


def _token_answer(grant: Grant, tokens: TokenIssuer, issuer: str) -> JSONResponse:
    body = {
        "access_token": tokens.issue(issuer, grant.client_id, grant.scope),
        "token_type": "Bearer",
        "expires_in": tokens.lifetime_s,
        "scope": grant.scope,
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


def _metadata(issuer: str, scopes: list[str]) -> dict[str, object]:
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}token",
        "jwks_uri": f"{issuer}jwk",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "grant_types_supported": [GRANT_TYPE],
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "scopes_supported": scopes,
    }
