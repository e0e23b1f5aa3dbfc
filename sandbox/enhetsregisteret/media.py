"""Vendor media types: the version of the answer is chosen with Accept; without it comes the newest."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from sandbox.enhetsregisteret.errors import refused

ENHET = "application/vnd.brreg.enhetsregisteret.enhet.v2+json"
OPPDATERING = "application/vnd.brreg.enhetsregisteret.oppdatering.enhet.v1+json"
ROLLE = "application/vnd.brreg.enhetsregisteret.rolle.v1+json"
PLAIN = "application/json"


def negotiated(request: Request, vendor_type: str, body: Any, status: int = 200) -> JSONResponse:
    """The body as the type the caller accepts, or 406 when it accepts none we have."""
    accepted = [part.partition(";")[0].strip() for part in request.headers.get("accept", "*/*").split(",")]
    for wanted in accepted:
        if wanted in ("*/*", "application/*", vendor_type):
            return JSONResponse(body, status, media_type=f"{vendor_type};charset=UTF-8")
        if wanted == PLAIN:
            return JSONResponse(body, status, media_type=PLAIN)
    return refused(406, request.url.path)
