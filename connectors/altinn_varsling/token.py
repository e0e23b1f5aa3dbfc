"""Altinn takes a token of its own, which it gives for one of Maskinporten's."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable

import httpx
import jwt

from connectors.altinn_varsling.contract import SYSTEM
from connectors.call import Answer, Call
from connectors.credentials import Credentials
from connectors.http import Api
from connectors.retry import CallPolicy
from domain.errors import SystemException

_JWT = re.compile(rb'\s*"?([\w-]+\.[\w-]+\.[\w-]+)"?\s*')
_RENEW_BEFORE = 30.0
_LIFETIME = 600.0
"""Seconds a token is trusted when it does not say itself how long it lives."""


class AltinnToken:
    """Credentials of Altinn's APIs: a token is kept until shortly before it expires.

    `base_url` ends in /authentication/api/v1. `maskinporten` gives tokens of the scope that is to be exchanged.
    """

    def __init__(
        self,
        base_url: str,
        http: httpx.AsyncClient,
        policy: CallPolicy,
        maskinporten: Credentials,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._api = Api(SYSTEM, base_url, http, policy, credentials=maskinporten)
        self._now = now
        self._kept = ("", 0.0)
        self._lock = asyncio.Lock()

    async def authorization(self) -> str:
        """The token as a header. Raises SystemException, and LoginRejected when Maskinporten's is not taken."""
        async with self._lock:
            token, renew_at = self._kept
            if self._now() >= renew_at:
                token, renew_at = self._kept = await self._exchange()
            return f"Bearer {token}"

    def refused(self, authorization: str) -> bool:
        """It may have expired on the way: get another, unless one has already been got."""
        if authorization == f"Bearer {self._kept[0]}":
            self._kept = ("", 0.0)
        return True

    async def _exchange(self) -> tuple[str, float]:
        asked_at = self._now()
        token = read_token(await self._api.send(Call(method="GET", route="/exchange/maskinporten")))
        lifetime = _expiry(token, asked_at + _LIFETIME) - asked_at
        return token, asked_at + lifetime - min(_RENEW_BEFORE, lifetime / 2)


def read_token(answer: Answer) -> str:
    """The body is the token itself, as text or as a JSON string. Raises SystemException (parse)."""
    plain = answer.is_json or answer.media_type == "text/plain"
    found = _JWT.fullmatch(answer.content) if plain else None
    if found is None:
        raise SystemException(SYSTEM, "parse", f"{answer.label}: the answer is not a token")
    return found[1].decode("ascii")


def _expiry(token: str, otherwise: float) -> float:
    """When the token says that it expires, in seconds since 1970; who signed it is for Altinn to know."""
    try:
        said = jwt.decode(token, options={"verify_signature": False}).get("exp")
    except jwt.PyJWTError:
        said = None
    return float(said) if isinstance(said, int) else otherwise
