"""An OpenID Connect provider over real HTTP, in the shape of Entra ID's: it checks what a client sends as a real one
does, and can be told to be wrong in one way at a time. It knows nothing of Authlib or of the console."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus, urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

TENANT = "9b0f3f3e-6d6c-4a5c-8f57-2c1f0f6f9a01"
CLIENT_ID = "3c0c7e54-1b7a-4a44-9a55-6f0f4b1f7d02"
SSO = "innlogget"


@dataclass(frozen=True)
class Account:
    password: str
    oid: str
    name: str
    roles: Any


PEOPLE = {
    "kari": Account("hemmelig-kari", "0a4c1c1e-0001-4000-8000-000000000001", "Kari Saksbehandler", ["KV.Saks"]),
    "ola": Account("hemmelig-ola", "0a4c1c1e-0002-4000-8000-000000000002", "Ola Godkjenner", ["KV.Godkjenner"]),
    "per": Account("hemmelig-per", "0a4c1c1e-0003-4000-8000-000000000003", "Per Nyansatt", ["Annet.System"]),
    "pal": Account("hemmelig-pal", "0a4c1c1e-0004-4000-8000-000000000004", "Pål Uten", None),
    "eva": Account(
        "hemmelig-eva", "0a4c1c1e-0005-4000-8000-000000000005", "Eva Begge", ["KV.Saks", "Ukjent", "KV.Drift"]
    ),
    "tor": Account("hemmelig-tor", "0a4c1c1e-0006-4000-8000-000000000006", "Tor Tekst", "KV.Saks"),
    "script": Account(
        "hemmelig-script", "0a4c1c1e-0007-4000-8000-000000000007", "<script>alert(1)</script>", ["KV.Saks"]
    ),
}


@dataclass
class Wrong:
    """One way of being wrong at a time; as it is made, nothing is."""

    claims: dict[str, Any] = field(default_factory=dict)
    """Claim -> another value; None leaves it out."""
    algorithm: str = "RS256"
    kid: str | None = None
    """Stands in the token instead of the key's own."""
    key: Any = None
    """Signs instead of the published key."""
    token: Response | None = None
    """The answer of the token endpoint."""
    keys: Response | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    """Field -> another value; None leaves it out."""
    away: bool = False
    error: str | None = None
    """What the person is sent back with instead of a code."""
    code_counts_again: bool = False


@dataclass
class Grant:
    account: Account
    redirect_uri: str
    challenge: str
    nonce: str


def make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    key: rsa.RSAPrivateKey
    base: str = ""
    """Where it answers: http://127.0.0.1:PORT."""
    console: str = ""
    """The address of the console that is registered with it."""
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    kid: str = "nøkkel-1"
    wrong: Wrong = field(default_factory=Wrong)
    asked: list[dict[str, str]] = field(default_factory=list)
    """What the authorization endpoint was asked, in order."""
    issued: list[str] = field(default_factory=list)
    """Codes and tokens that were handed out."""
    key_reads: int = 0
    _grants: dict[str, Grant] = field(default_factory=dict)
    _logins: dict[str, str] = field(default_factory=dict)
    """Of people who are logged in here: cookie -> user."""

    @property
    def issuer(self) -> str:
        return f"{self.base}/{TENANT}/v2.0"

    @property
    def metadata_url(self) -> str:
        return f"{self.issuer}/.well-known/openid-configuration"

    def app(self) -> Starlette:
        root = f"/{TENANT}"
        return Starlette(
            routes=[
                Route(f"{root}/v2.0/.well-known/openid-configuration", self._metadata),
                Route(f"{root}/oauth2/v2.0/authorize", self._authorize, methods=["GET", "POST"]),
                Route(f"{root}/oauth2/v2.0/token", self._token, methods=["POST"]),
                Route(f"{root}/oauth2/v2.0/logout", self._logout),
                Route(f"{root}/discovery/v2.0/keys", self._keys),
            ]
        )

    def _metadata(self, _request: Request) -> Response:
        if self.wrong.away:
            return PlainTextResponse("stengt", 503)
        root = f"{self.base}/{TENANT}"
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "jwks_uri": f"{root}/discovery/v2.0/keys",
            "end_session_endpoint": f"{root}/oauth2/v2.0/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "scopes_supported": ["openid", "profile"],
            "code_challenge_methods_supported": ["S256"],
        } | self.wrong.metadata
        return JSONResponse({name: value for name, value in said.items() if value is not None})

    def _keys(self, _request: Request) -> Response:
        self.key_reads += 1
        if self.wrong.keys is not None:
            return self.wrong.keys
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return JSONResponse({"keys": [public | {"kid": self.kid, "use": "sig", "alg": "RS256"}]})

    async def _authorize(self, request: Request) -> Response:
        query = dict(request.query_params)
        if request.method == "GET":
            self.asked.append(query)
        if query.get("client_id") != CLIENT_ID or query.get("redirect_uri") != f"{self.console}/logg-inn/svar":
            return PlainTextResponse("unknown client or redirect_uri", 400)
        problem = _problem_of(query)
        if problem:
            return self._back(query, error="invalid_request", error_description=problem)
        if self.wrong.error:
            return self._back(query, error=self.wrong.error, error_description="AADSTS: <b>nei</b>")
        user = self._logins.get(request.cookies.get(SSO, ""))
        if request.method == "POST":
            form = await request.form()
            if "avbryt" in form:
                return self._back(query, error="access_denied")
            user = str(form.get("bruker"))
            account = PEOPLE.get(user)
            if account is None or not hmac.compare_digest(account.password, str(form.get("passord"))):
                return _login_form(request, "Feil bruker eller passord.")
        if user is None:
            return _login_form(request)
        code = secrets.token_urlsafe(24)
        self.issued.append(code)
        self._grants[code] = Grant(PEOPLE[user], query["redirect_uri"], query["code_challenge"], query["nonce"])
        answer = self._back(query, code=code)
        cookie = secrets.token_urlsafe(16)
        self._logins[cookie] = user
        answer.set_cookie(SSO, cookie, httponly=True)
        return answer

    def _back(self, query: dict[str, str], **said: str) -> Response:
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(said | {'state': query.get('state', '')})}", 303)

    async def _token(self, request: Request) -> Response:
        if self.wrong.token is not None:
            return self.wrong.token
        form = {name: str(value) for name, value in (await request.form()).items()}
        if not self._is_our_client(request):
            return JSONResponse({"error": "invalid_client", "error_description": "AADSTS7000215"}, 401)
        code = form.get("code", "")
        grant = self._grants.get(code) if self.wrong.code_counts_again else self._grants.pop(code, None)
        made = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode()
        if (
            grant is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != grant.redirect_uri
            or not hmac.compare_digest(made.rstrip("="), grant.challenge)
        ):
            return JSONResponse({"error": "invalid_grant", "error_description": "AADSTS70008"}, 400)
        token = self._id_token(grant)
        self.issued.append(token)
        return JSONResponse({"token_type": "Bearer", "expires_in": 3600, "access_token": "opaque", "id_token": token})

    def _is_our_client(self, request: Request) -> bool:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        client, _, secret = base64.b64decode(encoded).decode().partition(":")
        return unquote_plus(client) == CLIENT_ID and hmac.compare_digest(unquote_plus(secret), self.secret)

    def _id_token(self, grant: Grant) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": hashlib.sha256(grant.account.oid.encode()).hexdigest(),
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "nonce": grant.nonce,
            "tid": TENANT,
            "oid": grant.account.oid,
            "name": grant.account.name,
            "preferred_username": "noen@example.com",
            "roles": grant.account.roles,
            "ver": "2.0",
        } | self.wrong.claims
        key: Any = None if self.wrong.algorithm == "none" else self.wrong.key or self.key
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(
            claims,
            key,
            algorithm=self.wrong.algorithm,
            headers={"kid": self.wrong.kid or self.kid},
        )

    def _logout(self, request: Request) -> Response:
        self._logins.pop(request.cookies.get(SSO, ""), None)
        wanted = request.query_params.get("post_logout_redirect_uri", "")
        known = request.query_params.get("client_id") == CLIENT_ID and wanted == f"{self.console}/logg-inn"
        if not known:
            return PlainTextResponse("Du er logget ut.")
        state = request.query_params.get("state")
        return RedirectResponse(f"{wanted}?{urlencode({'state': state})}" if state else wanted, 303)


def _problem_of(query: dict[str, str]) -> str | None:
    if query.get("response_type") != "code":
        return "response_type"
    if not {"openid", "profile"} <= set(query.get("scope", "").split()):
        return "scope"
    if query.get("code_challenge_method") != "S256" or len(query.get("code_challenge", "")) != 43:
        return "code_challenge"
    if len(query.get("state", "")) < 32 or len(query.get("nonce", "")) < 32:
        return "state, nonce"
    return None


def _login_form(request: Request, fault: str = "") -> Response:
    action = html.escape(f"{request.url.path}?{request.url.query}")
    return HTMLResponse(
        f"""<!doctype html><html lang="nb"><title>Kommunens innlogging</title>
        <h1>Kommunens innlogging</h1><p>{fault}</p>
        <form method="post" action="{action}">
        <label>Bruker <input name="bruker"></label> <label>Passord <input name="passord" type="password"></label>
        <button>Logg inn</button> <button name="avbryt" value="1">Avbryt</button></form></html>"""
    )
