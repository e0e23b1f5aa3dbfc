"""The refusals of the token endpoint: an MP code, the OAuth error it belongs to and a text of our own."""

from __future__ import annotations

import secrets

from starlette.responses import JSONResponse

ERROR_PAGE = "https://maskinporten.no/errors/"

TEXTS = {
    "MP-011": ("invalid_request", "Invalid assertion: a parameter or claim is missing or not allowed"),
    "MP-012": ("invalid_grant", "This assertion has been used before; every request needs a jti of its own"),
    "MP-100": ("invalid_grant", "Invalid assertion: the client could not be authenticated"),
    "MP-110": ("invalid_grant", "Invalid assertion: aud is not this issuer, written with its closing slash"),
    "MP-121": ("invalid_grant", "Invalid assertion: the key that signed it has expired"),
    "MP-123": ("invalid_grant", "Invalid assertion: the x5c header is not usable"),
    "MP-124": ("invalid_grant", "Invalid assertion: the signature does not match the registered key"),
    "MP-130": ("invalid_grant", "The assertion has expired"),
    "MP-200": ("invalid_scope", "The client is not registered with one or more of the scopes asked for"),
}


class GrantRefused(Exception):
    """The assertion is not good enough for a token. `code` is None for the one refusal published without a code."""

    def __init__(self, code: str | None, detail: str = "") -> None:
        super().__init__(code or "no code")
        self.code = code
        self.detail = detail

    def response(self) -> JSONResponse:
        """400 in the shape of OAuth (RFC 6749, 5.2), with the trace_id and error_uri Maskinporten adds."""
        error, text = TEXTS[self.code] if self.code else ("invalid_grant", "Invalid assertion")
        described = f"{text}: {self.detail}" if self.detail else text
        body = {"error": error, "error_description": f"{described}. (trace_id: {secrets.token_hex(16)})"}
        if self.code:
            body["error_uri"] = ERROR_PAGE + self.code
        return JSONResponse(body, status_code=400, headers={"Cache-Control": "no-store"})
