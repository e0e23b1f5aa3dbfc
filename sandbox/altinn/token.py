"""Altinn's own tokens: given for one of Maskinporten's, and asked for by its APIs."""

from __future__ import annotations

import secrets
import time

import jwt

ISSUER = "https://platform.altinn.example/authentication/api/v1/openid/"


class AltinnTokens:
    """Signed with a key only this process knows; whoever holds one need not understand it."""

    def __init__(self, lifetime_s: int) -> None:
        self._lifetime_s = lifetime_s
        self._key = secrets.token_bytes(32)

    def issue(self, scope: str) -> str:
        """A token with the scopes of the one it was exchanged for."""
        now = int(time.time())
        claims = {"iss": ISSUER, "scope": scope, "iat": now, "nbf": now, "exp": now + self._lifetime_s}
        return jwt.encode(claims | {"jti": secrets.token_urlsafe(16)}, self._key, algorithm="HS256")

    def status(self, authorization: str | None, scope: str) -> int:
        """200 for the holder of an unexpired token with the scope, 401 without such a token, 403 without the scope."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return 401
        try:
            claims = jwt.decode(token, self._key, algorithms=["HS256"])
        except jwt.InvalidTokenError:
            return 401
        return 200 if scope in claims["scope"].split() else 403
