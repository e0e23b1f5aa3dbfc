"""Maskinporten: access tokens for the national registers, by JWT grant (private_key_jwt)."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn

import httpx
import jwt
from pydantic import Field

from connectors.call import Answer, Call
from connectors.http import Api
from connectors.retry import CallPolicy
from connectors.wire import Wire, parse
from domain.errors import LoginRejected, SystemException

SYSTEM = "MASKINPORTEN"

_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ALGORITHM = "RS256"
_ASSERTION_LIFETIME = 100  # exp - iat may be 120 s at most
_RENEW_BEFORE = 30.0
_REFUSALS = frozenset({400, 401, 403})
_NO_CODE = "no code"
_ONE_ASSERTION = frozenset({"MP-012", "MP-130", _NO_CODE})
"""Refused grants that say nothing of our key: used before, expired, or issued in the future (which has no code)."""


class TokenWire(Wire):
    """200 from the token endpoint. `expires_in` in seconds."""

    access_token: str = Field(min_length=1)
    expires_in: int


class ErrorWire(Wire):
    """OAuth error. The MP code stands in `error_uri` only; error_description quotes what we sent and is not read."""

    error: str
    error_uri: str = ""


class MaskinportenClient:
    """Tokens per scope, kept until shortly before they expire.

    `load_key` gives the private key (PEM) and is asked for every token: keys may be rotated every day. One
    is kept for as long as it is the same.
    """

    def __init__(
        self,
        token_url: str,
        issuer: str,
        client_id: str,
        kid: str,
        load_key: Callable[[], bytes | str],
        http: httpx.AsyncClient,
        policy: CallPolicy,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        base_url, _, endpoint = token_url.rpartition("/")
        self._api = Api(SYSTEM, base_url, http, policy)
        self._route = f"/{endpoint}"
        self._audience = issuer if issuer.endswith("/") else f"{issuer}/"
        self._client_id = client_id
        self._kid = kid
        self._load_key = load_key
        self._now = now
        self._kept: dict[str, tuple[str, float]] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def token(self, scope: str) -> str:
        """A token for `scope` (several with a space between) that is good for a while yet.

        Raises LoginRejected when our key or client is refused, SystemException (auth) when the scope is.
        """
        async with self._locks[scope]:
            token, renew_at = self._kept.get(scope, ("", 0.0))
            if self._now() >= renew_at:
                token, renew_at = await self._fetch(scope)
                self._kept[scope] = token, renew_at
            return token

    def forget(self, scope: str, token: str) -> None:
        """Drop a token that an API has refused, unless a newer one has taken its place."""
        if self._kept.get(scope, ("", 0.0))[0] == token:
            del self._kept[scope]

    async def _fetch(self, scope: str) -> tuple[str, float]:
        asked_at = self._now()
        answer = await self._api.send(
            Call(method="POST", route=self._route, form=lambda: self._grant(scope), answers=_REFUSALS)
        )
        if answer.status in _REFUSALS:
            _raise_refusal(answer)
        wire = parse(answer, TokenWire)
        return wire.access_token, asked_at + wire.expires_in - min(_RENEW_BEFORE, wire.expires_in / 2)

    def _grant(self, scope: str) -> dict[str, str]:
        """Made anew for every try: Maskinporten takes an assertion (its jti) once."""
        issued = int(self._now())
        claims: dict[str, str | int] = {
            "aud": self._audience,
            "iss": self._client_id,
            "scope": scope,
            "iat": issued,
            "exp": issued + _ASSERTION_LIFETIME,
            "jti": str(uuid.uuid4()),
        }
        return {"grant_type": _GRANT_TYPE, "assertion": self._sign(claims)}

    def _sign(self, claims: dict[str, str | int]) -> str:
        try:
            return jwt.encode(claims, _parsed(self._load_key()), algorithm=_ALGORITHM, headers={"kid": self._kid})
        except (OSError, ValueError, TypeError, jwt.PyJWTError) as error:
            problem = type(error).__name__
        # Outside the except block: the library's exception must not bring the key's text along.
        raise SystemException(SYSTEM, "auth", f"the private key could not be read as RSA in PEM ({problem})")


@lru_cache(maxsize=1)
def _parsed(pem: bytes | str) -> Any:
    """To check that it is a sound key takes longer than the call itself, so the same text is read once."""
    return jwt.get_algorithm_by_name(_ALGORITHM).prepare_key(pem)


class MaskinportenToken:
    """Credentials of an API that takes Maskinporten tokens of one scope."""

    def __init__(self, maskinporten: MaskinportenClient, scope: str) -> None:
        self._maskinporten = maskinporten
        self._scope = scope

    async def authorization(self) -> str:
        """The token as a header."""
        return f"Bearer {await self._maskinporten.token(self._scope)}"

    def refused(self, authorization: str) -> bool:
        """It may have expired on the way, or been issued by a Maskinporten that has changed keys: get another."""
        self._maskinporten.forget(self._scope, authorization.removeprefix("Bearer "))
        return True


def _raise_refusal(answer: Answer) -> NoReturn:
    if answer.status != 400 and not answer.is_json:
        raise SystemException(SYSTEM, "auth", f"{answer.label}: HTTP {answer.status}")
    error = parse(answer, ErrorWire)
    code = re.search(r"MP-\d{3}$", error.error_uri)
    reason = code[0] if code else _NO_CODE
    kind = error.error if re.fullmatch(r"[a-z_]{1,40}", error.error) else "unknown error"
    message = f"{answer.label}: refused with {kind} ({reason})"
    if kind == "invalid_client" or (kind == "invalid_grant" and reason not in _ONE_ASSERTION):
        raise LoginRejected(SYSTEM, message)
    raise SystemException(SYSTEM, "auth", message)
