"""Refusals as RFC 7807 problems; some have a code of Altinn's own."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

CODES = {404: "NOT-00003", 503: "NOT-00004"}


class Refused(Exception):
    """The request is not carried out. The text may quote what was sent, as such texts do."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail

    def response(self) -> Response:
        """The problem."""
        return JSONResponse(
            _problem(self.status, self.detail), status_code=self.status, media_type="application/problem+json"
        )


def error_body(status: int) -> tuple[str, bytes]:
    """The body of an error that comes before any handling: overload and failure."""
    return "application/problem+json", json.dumps(_problem(status, "A temporary failure occurred")).encode()


def _problem(status: int, detail: str) -> dict[str, Any]:
    problem = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return problem | ({"code": CODES[status]} if status in CODES else {})
