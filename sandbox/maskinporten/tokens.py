"""Access tokens: signed with the simulator's own key, and checked by the simulators that ask for one."""

from __future__ import annotations

import os
import secrets
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.settings import SettingsError

DEFAULT_LIFETIME_S = 120
# A made-up organisation with a valid check digit; synthetic numbers begin with 2 or 3.
CONSUMER = "312345676"


class TokenRejected(Exception):
    """The caller may not come in. `status` is 401 (no usable token) or 403 (a good token without the scope)."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class TokenIssuer:
    """One per sandbox process: a token from an earlier process is refused, like one from another issuer."""

    def __init__(self, lifetime_s: int = DEFAULT_LIFETIME_S) -> None:
        self.lifetime_s = lifetime_s
        self._kid = secrets.token_hex(8)
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @classmethod
    def from_environment(cls) -> TokenIssuer:
        """Tokens live for SANDBOX_MASKINPORTEN_TOKEN_SECONDS, 120 when it is not set."""
        text = os.environ.get("SANDBOX_MASKINPORTEN_TOKEN_SECONDS", str(DEFAULT_LIFETIME_S))
        if not text.isdecimal() or int(text) == 0:
            raise SettingsError("SANDBOX_MASKINPORTEN_TOKEN_SECONDS is not a whole number of seconds; correct it.")
        return cls(int(text))

    def issue(self, issuer: str, client_id: str, scope: str) -> str:
        """A signed access token with the claims Maskinporten puts in one."""
        now = int(time.time())
        claims = {
            "iss": issuer,
            "client_id": client_id,
            "client_amr": "private_key_jwt",
            "consumer": {"authority": "iso6523-actorid-upis", "ID": f"0192:{CONSUMER}"},
            "scope": scope,
            "token_type": "Bearer",
            "exp": now + self.lifetime_s,
            "iat": now,
            "jti": secrets.token_urlsafe(16),
            "aud": "unspecified",
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._kid})

    def jwks(self) -> dict[str, Any]:
        """The public key the tokens can be verified with."""
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self._kid, "use": "sig", "alg": "RS256"}]}

    def check(self, authorization: str | None, scope: str) -> None:
        """Let the holder of an unexpired token with `scope` pass; raise `TokenRejected` otherwise."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenRejected(401, "no bearer token")
        try:
            claims = jwt.decode(token, self._key.public_key(), algorithms=["RS256"], audience="unspecified")
        except jwt.ExpiredSignatureError as error:
            raise TokenRejected(401, "token expired") from error
        except jwt.InvalidTokenError as error:
            raise TokenRejected(401, "token not valid") from error
        if scope not in claims["scope"].split():
            raise TokenRejected(403, "token lacks the scope")
