"""The error bodies of Folkeregisteret: three JSON shapes are published, and the firewall in front answers with HTML."""

from __future__ import annotations

import json
import secrets

from starlette.responses import HTMLResponse, JSONResponse, Response


def unauthorised(status: int) -> Response:
    """401 or 403 in the shape of the access control (FolkeregisterFeilmelding)."""
    text = "Autentisering feilet." if status == 401 else "Tilgangen dekker ikke tjenesten."
    body = {
        "feilkode": f"TILGANG-{status}",
        "feilmelding": text,
        "httpStatus": status,
        "alvorlighetsgrad": "ERROR",
        "tilleggsinformasjon": {"korrelasjonsid": secrets.token_hex(8)},
    }
    return JSONResponse(body, status_code=status)


def not_found() -> Response:
    """404 in the shape of the reading model (ErrorMessageForExternalUsers)."""
    body = {
        "code": "FREG-404",
        "message": "Fant ingen person.",
        "httpStatus": 404,
        "feilreferanse": secrets.token_hex(8),
    }
    return JSONResponse(body, status_code=404)


def bad_request(melding: str) -> Response:
    """400 in the shape of the documentation."""
    return JSONResponse({"kode": "FREG-400", "melding": melding}, status_code=400)


def too_old() -> Response:
    """406 for a position in the feed whose events have been deleted."""
    melding = "Det er oppgitt ulovlig sekvensnummer. Sekvensnummer kan ikke være mer enn 36 måneder gammelt."
    return JSONResponse({"kode": "FREG-406", "melding": melding}, status_code=406)


def firewall_page() -> Response:
    """What the web application firewall answers when it takes a good request for an attack."""
    page = (
        "<html><head><title>Request Rejected</title></head><body>The request was rejected. "
        f"Your support ID is: {secrets.randbits(60)}</body></html>"
    )
    return HTMLResponse(page, status_code=503)


def error_body(status: int) -> tuple[str, bytes]:
    """The body of an error that the service itself did not make: overload and failure."""
    text = {429: "For mange kall på kort tid.", 503: "Tjenesten er ikke tilgjengelig."}.get(status, "Feil i tjenesten.")
    return "application/json", json.dumps({"kode": "FREG-001", "melding": text}, ensure_ascii=False).encode()
