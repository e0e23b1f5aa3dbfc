"""The feed of events by sequence number, and the documents of the events.

The register's numbers began long before this world did: whoever asks from before `FIRST` asks for what is deleted.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.folkeregisteret import errors
from sandbox.folkeregisteret.events import Event, events, first
from sandbox.world import World

FIRST = 5_000_000
PAGE = 1000


class Feed:
    """Reads the history of the world; changes nothing."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._events = [first(world.as_of)]
        self._told = 0

    async def page(self, request: Request) -> Response:
        """Up to a thousand events from `seq` on, itself included: a plain list. 304 when it is as the caller has it."""
        seq = request.query_params.get("seq", "")
        if not seq.isascii() or not seq.isdigit():
            return errors.bad_request("seq må være et tall.")
        if int(seq) < FIRST:
            return errors.too_old()
        start = int(seq) - FIRST
        page = [lagret(FIRST + start + n, event) for n, event in enumerate(self._all()[start : start + PAGE])]
        tag = f'"{hashlib.sha256(json.dumps(page).encode()).hexdigest()[:32]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return JSONResponse(page, headers={"ETag": tag})

    async def last(self, request: Request) -> Response:
        """The newest event's number, and nothing else."""
        newest = FIRST + len(self._all()) - 1
        wants_json = "application/json" in request.headers.get("accept", "")
        return JSONResponse(newest) if wants_json else PlainTextResponse(str(newest))

    async def documents(self, request: Request) -> Response:
        """What was changed, for each document asked for. 400 when one is not kept."""
        try:
            asked = json.loads(await request.body())["dokumentidentifikator"]
        except (ValueError, KeyError, TypeError):
            asked = None
        if not isinstance(asked, list) or not all(isinstance(each, str) for each in asked):
            return errors.bad_request("dokumentidentifikator må være en liste.")
        kept = {event.document_id(FIRST + n): event for n, event in enumerate(self._all())}
        if not kept.keys() >= set(asked):
            return errors.bad_request("Dokumentet finnes ikke.")
        return JSONResponse([kept[each].document(each) for each in asked])

    def _all(self) -> list[Event]:
        """Every event so far. What has happened since somebody last asked is put at the end."""
        new = self._world.history[self._told :]
        self._told += len(new)
        self._events += events(new)
        return self._events


def lagret(sequence: int, event: Event) -> dict[str, Any]:
    """The event as the feed tells of it."""
    return {
        "sekvensnummer": sequence,
        "hendelse": {
            "folkeregisteridentifikator": event.number,
            "hendelsetype": event.kind,
            "hendelsesdokument": event.document_id(sequence),
            "persondokument": event.document_id(sequence, "person"),
            "ajourholdstidspunkt": event.at,
        },
    }
