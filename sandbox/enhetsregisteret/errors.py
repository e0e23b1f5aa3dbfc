"""The error bodies of Enhetsregisteret."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

Fault = tuple[str, str, str]
"""Text, parameter and the value that was wrong."""


def bad_request(path: str, faults: list[Fault]) -> JSONResponse:
    """400 with one entry for each thing that was wrong."""
    listed = [{"feilmelding": text, "parametere": [name], "feilaktigVerdi": value} for text, name, value in faults]
    body = {**_body(400, "Feilaktig forespørsel", path), "valideringsfeil": listed, "antallFeil": len(listed)}
    return JSONResponse(body, status_code=400)


def refused(status: int, path: str) -> JSONResponse:
    """401 and 403 of the authorised API, and 406."""
    return JSONResponse(_body(status, HTTPStatus(status).phrase, path), status_code=status)


def error_body(status: int) -> tuple[str, bytes]:
    """The body of an error that the service itself did not make: Spring's own shape, which some routes give."""
    body = {"error": HTTPStatus(status).phrase, "message": "", "trace": "", "validationErrors": []}
    return "application/json", json.dumps(body).encode()


def _body(status: int, text: str, path: str) -> dict[str, Any]:
    return {"tidsstempel": int(time.time() * 1000), "status": status, "feilmelding": text, "sti": path}
