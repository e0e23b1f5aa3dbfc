"""Verification of the JWT grant: everything the real issuer checks before it gives out a token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jwt
from jwt.types import Options

from sandbox.maskinporten.clients import Client, ClientRegister
from sandbox.maskinporten.errors import GrantRefused

ALGORITHMS = ["RS256", "RS384", "RS512"]
MAX_LIFETIME_S = 120
CLOCK_SKEW_S = 10
SIGNATURE_ONLY: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may have a token, and for which scopes (space between)."""

    client_id: str
    scope: str


@dataclass(slots=True)
class UsedGrants:
    """The jti of every assertion that has not expired yet; an expired one is refused for its age instead."""

    _expires: dict[tuple[str, str], float] = field(default_factory=dict)

    def take(self, client_id: str, jti: str, expires: float, now: float) -> None:
        """Remember the jti. Raises `GrantRefused` when this client has used it before."""
        self._expires = {key: limit for key, limit in self._expires.items() if limit > now}
        if (client_id, jti) in self._expires:
            raise GrantRefused("MP-012")
        self._expires[client_id, jti] = expires


def verify(assertion: str, *, issuer: str, clients: ClientRegister, used: UsedGrants, now: float) -> Grant:
    """The client and scope an assertion speaks for. `now` in seconds since 1970.

    Raises `GrantRefused` with the MP code of the first check that fails.
    """
    header, claims = _read(assertion)
    client = clients.find(_text(claims, "iss"))
    if client is None:
        raise GrantRefused("MP-100")
    _verify_signature(assertion, header, client, now)
    if claims.get("aud") != issuer:
        raise GrantRefused("MP-110")
    expires = _verify_times(claims, now)
    used.take(client.client_id, _text(claims, "jti"), expires, now)
    return Grant(client.client_id, _scope(claims, client))


def _read(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        decoded = jwt.decode_complete(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise GrantRefused("MP-011", "the assertion is not a JWT") from error
    return decoded["header"], decoded["payload"]


def _verify_signature(assertion: str, header: dict[str, Any], client: Client, now: float) -> None:
    if "x5c" in header:
        raise GrantRefused("MP-123", "the simulator knows registered keys only")
    if header.get("alg") not in ALGORITHMS:
        raise GrantRefused("MP-011", "alg")
    key = client.keys.get(str(header.get("kid")))
    if key is None:
        raise GrantRefused("MP-100")
    if "exp" in key and key["exp"] <= now:
        raise GrantRefused("MP-121")
    try:
        public_key = jwt.PyJWK.from_dict(key, algorithm=header["alg"])
        jwt.decode(assertion, public_key, algorithms=ALGORITHMS, options=SIGNATURE_ONLY)
    except jwt.PyJWTError as error:
        raise GrantRefused("MP-124") from error


def _verify_times(claims: dict[str, Any], now: float) -> float:
    issued, expires = _instant(claims, "iat"), _instant(claims, "exp")
    if expires <= now:
        raise GrantRefused("MP-130")
    if expires - issued > MAX_LIFETIME_S:
        raise GrantRefused("MP-011", f"exp is more than {MAX_LIFETIME_S} seconds after iat")
    if issued > now + CLOCK_SKEW_S:
        raise GrantRefused(None, "iat is later than now")
    if issued < now - CLOCK_SKEW_S:
        raise GrantRefused("MP-011", f"iat is more than {CLOCK_SKEW_S} seconds ago")
    return expires


def _scope(claims: dict[str, Any], client: Client) -> str:
    asked = _text(claims, "scope").split()
    if not asked:
        raise GrantRefused("MP-011", "scope")
    if not client.scopes.issuperset(asked):
        raise GrantRefused("MP-200")
    return " ".join(asked)


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise GrantRefused("MP-011", name)
    return value


def _instant(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise GrantRefused("MP-011", name)
    return value
