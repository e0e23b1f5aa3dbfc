"""Refusals as the ErrorMessage of the contract. Its codes are unpublished, so `errorCode` is left out, as it may be."""

from __future__ import annotations

import json
import time
import uuid
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

TEXTS = {
    429: "For mange kall på kort tid",
    500: "Uventet feil",
    503: "Tjenesten er ikke tilgjengelig",
}


class Refused(Exception):
    """The request is not carried out. The text may quote what was sent, as such texts do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def response(self, path: str) -> Response:
        """The ErrorMessage about a call to `path`."""
        return JSONResponse(_error_message(self.status, self.message, path), status_code=self.status)


def error_body(status: int) -> tuple[str, bytes]:
    """The body of an error that comes before any handling: overload and failure."""
    document = _error_message(status, TEXTS.get(status, TEXTS[500]), "/api")
    return "application/json", json.dumps(document, ensure_ascii=False).encode()


def _error_message(status: int, message: str, path: str) -> dict[str, Any]:
    return {
        "timestamp": int(time.time() * 1000),
        "status": status,
        "error": HTTPStatus(status).phrase,
        "errorId": str(uuid.uuid4()),
        "path": path,
        "originalPath": path,
        "message": message,
    }
