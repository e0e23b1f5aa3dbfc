"""The bulk file: every unit that is neither slettet nor fjernet, as a JSON array packed with gzip."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import UTC, datetime, time
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response

from sandbox.enhetsregisteret.enhet import enhet
from sandbox.enhetsregisteret.errors import refused
from sandbox.enhetsregisteret.search import GONE
from sandbox.world import World

TYPE = "application/vnd.brreg.enhetsregisteret.enhet.v2+gzip"
MADE = time(3, 12, 7, tzinfo=UTC)
"""When the file of the day is made."""


def bulk(request: Request, world: World, api: str) -> Response:
    """The file as it is this morning, with Last-Modified and ETag. HEAD is answered with the same headers."""
    accepted = [part.partition(";")[0].strip() for part in request.headers.get("accept", "*/*").split(",")]
    if not {TYPE, "*/*", "application/*"} & set(accepted):
        return refused(406, request.url.path)
    units = [enhet(row, api) for _, row in sorted(world.enheter.items()) if row["status"] not in GONE]
    content = gzip.compress(json.dumps(units, ensure_ascii=False).encode(), mtime=0)
    headers = {
        "Last-Modified": format_datetime(datetime.combine(world.as_of, MADE), usegmt=True),
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Content-Disposition": 'attachment; filename="enheter_alle.json.gz"',
    }
    return Response(content, headers=headers, media_type=f"{TYPE};charset=UTF-8")
