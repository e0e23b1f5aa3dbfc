"""The agency's identity provider, by OpenID Connect: Authorization Code with PKCE, one tenant, app roles.

Authlib does the protocol. What it leaves to us: that the token is for us (it lets another `aud` pass when `azp` is
ours), that it is signed with RS256 whatever the provider says it can do, and that the document of metadata is of the
issuer it was fetched from.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from authlib.integrations.starlette_client import OAuthError, StarletteOAuth2App

from config.settings import OidcSettings
from console.identity import Attempt, LoginRefused, Refusal, Vouched
from kraftverk.access import is_of

log = logging.getLogger(__name__)
CALL_LIMIT, WHOLE_LIMIT = 10.0, 20.0
"""Seconds for one call, and for all that one page asks of the provider."""
CLOCKS_DIFFER = 60
"""Seconds by which the provider's clock may differ from ours."""
LONGEST_NAME = 100
ENTRA_ID = re.compile(r"[0-9a-zA-Z-]{8,64}")


def silence_libraries() -> None:
    """At DEBUG, Authlib logs the verifier, and the libraries below it whole addresses and headers."""
    for name in ("authlib", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)


silence_libraries()


class OidcProvider:
    def __init__(self, settings: OidcSettings, secret: str, address: str) -> None:
        """`address`: the console's own, as browsers write it; nothing a request says of it counts."""
        self.key = hmac.digest(secret.encode(), b"begun logins", "sha256")
        self._settings = settings
        self._address = address
        self._client = _Client(
            framework=None,
            name="console",
            client_id=settings.client_id,
            client_secret=secret,
            server_metadata_url=settings.metadata_url,
            client_kwargs={
                "scope": "openid profile",
                "code_challenge_method": "S256",
                "timeout": CALL_LIMIT,
                "trust_env": False,
                "verify": httpx2.create_ssl_context(trust_env=False),  # made once: it takes longer than a call does
            },
        )

    async def login_url(self, attempt: Attempt) -> str:
        async with _refusing():
            begun = await self._client.create_authorization_url(
                f"{self._address}/logg-inn/svar",
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
            return str(begun["url"])

    async def vouch(self, attempt: Attempt, code: str) -> Vouched:
        async with _refusing():
            token = await self._client.fetch_access_token(
                redirect_uri=f"{self._address}/logg-inn/svar", code=code, code_verifier=attempt.verifier
            )
            metadata = await self._client.load_server_metadata()
            ours = {
                "iss": {"essential": True, "value": metadata["issuer"]},
                "aud": {"essential": True, "value": self._settings.client_id},
            }
            claims = await self._client.parse_id_token(
                token, nonce=attempt.nonce, claims_options=ours, leeway=CLOCKS_DIFFER
            )
            return self._read(claims)

    async def logout_url(self) -> str | None:
        async with _refusing():
            metadata = await self._client.load_server_metadata()
            if "end_session_endpoint" not in metadata:
                return None
            ended = await self._client.create_logout_url(
                f"{self._address}/logg-inn", client_id=self._settings.client_id
            )
            return str(ended["url"])

    def _read(self, claims: dict[str, Any]) -> Vouched:
        """Raises KeyError, ValueError."""
        tenant, person = str(claims["tid"]), str(claims["oid"])
        if not (ENTRA_ID.fullmatch(tenant) and ENTRA_ID.fullmatch(person)):
            raise ValueError("tid or oid is no id")
        given = claims.get("roles")
        app_roles = given if isinstance(given, list) else []
        table = self._settings.roles
        name = str(claims.get("name") or "").strip()[:LONGEST_NAME] or "Uten navn"
        return Vouched(f"{tenant}:{person}", name, frozenset(table[role] for role in app_roles if role in table))


class _Client(StarletteOAuth2App):
    async def load_server_metadata(self) -> dict[str, Any]:
        """Raises ValueError when the document is of another issuer than the one it was fetched from."""
        metadata: dict[str, Any] = await super().load_server_metadata()
        if not is_of(str(metadata.get("issuer")), self._server_metadata_url):
            self.server_metadata.clear()  # it is asked again at the next login
            raise ValueError("the issuer is not the one of metadata_url")
        metadata["id_token_signing_alg_values_supported"] = ["RS256"]
        return metadata


@asynccontextmanager
async def _refusing() -> AsyncIterator[None]:
    """Whatever goes wrong with the provider is a refusal. The log says what, and nothing of what was sent."""
    try:
        async with asyncio.timeout(WHOLE_LIMIT):
            yield
    except (httpx2.HTTPError, TimeoutError) as error:
        refusal, seen = Refusal.AWAY, type(error).__name__
    except OAuthError as error:
        refusal, seen = Refusal.NOT_TRUSTED, _code(error.error)
    except Exception as error:
        refusal, seen = Refusal.NOT_TRUSTED, type(error).__name__
    else:
        return
    log.warning("nobody was logged in: %s (%s)", refusal.name, seen)
    raise LoginRefused(refusal)


def _code(said: object) -> str:
    """The provider's own word, such as «invalid_client», when it is one."""
    return said if isinstance(said, str) and re.fullmatch(r"[a-z_]{1,40}", said) else "OAuthError"
