"""The calls of SvarUt's REST v2 that a sender makes: send, find by own reference, ask for status, read the metadata."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from sandbox.faults import Faults, mark_effect
from sandbox.maskinporten import TokenIssuer, TokenRejected
from sandbox.settings import Settings
from sandbox.svarut.archive import Archive, Brev, new_brev, status
from sandbox.svarut.errors import Refused
from sandbox.svarut.forsendelse import read_forsendelse
from sandbox.svarut.multipart import read_parts
from sandbox.world import World

SYSTEM = "SVARUT"
SCOPE = "ks:fiks"
KONTO = "1f6c3a52-7d0e-4b8f-9a41-5c2e8d90b713"
"""The one konto our integration has been given rights to."""

Handler = Callable[[Request], Awaitable[Response]]


def app(world: World, faults: Faults, settings: Settings, tokens: TokenIssuer, archive: Archive) -> Router:
    """The routes for the prefix /svarut/api."""
    svarut = SvarUt(world, faults, archive)
    guarded = _guard(settings.svarut_login, tokens)
    forsendelser = "/v2/kontoer/{kontoId}/forsendelser"
    return Router(
        [
            Route(forsendelser, guarded(svarut.send), methods=["POST"]),
            Route(forsendelser, guarded(svarut.find), methods=["GET"]),
            Route(f"{forsendelser}/metadata", guarded(svarut.find_with_dates), methods=["GET"]),
            Route(f"{forsendelser}/status-sok", guarded(svarut.statuses), methods=["POST"]),
            Route("/v2/forsendelser/{forsendelseId}/metadata", guarded(svarut.metadata)),
        ]
    )


class SvarUt:
    """The handlers."""

    def __init__(self, world: World, faults: Faults, archive: Archive) -> None:
        self._world, self._faults, self._archive = world, faults, archive

    async def send(self, request: Request) -> Response:
        """Take a letter in, at once or (saves_late) a while after the answer."""
        konto = request.path_params["kontoId"]
        parts = read_parts(request.headers.get("content-type", ""), await request.body())
        forsendelse = read_forsendelse(parts)
        async with self._world.lock:
            self._archive.refuse_one_too_many(konto, self._world.as_of, forsendelse)
            brev = new_brev(konto, self._world.as_of, forsendelse, [part.content for part in (parts or [])[1:]])
            self._take_in(brev)
        mark_effect(request.scope)
        return JSONResponse({"id": brev.id})

    async def find(self, request: Request) -> Response:
        """The ids of the letters with the sender's own reference; an empty list for none."""
        return JSONResponse({"forsendelseIds": [brev.id for brev in await self._find(request)]})

    async def find_with_dates(self, request: Request) -> Response:
        """The same with the world's date of each, at noon."""
        found = [
            {
                "id": brev.id,
                "dato": f"{brev.day}T12:00:00Z",
                "avgivendeSystem": brev.forsendelse.get("avgivendeSystem", ""),
            }
            for brev in await self._find(request)
        ]
        return JSONResponse({"forsendelser": found})

    async def _find(self, request: Request) -> list[Brev]:
        reference = request.query_params.get("eksternRef")
        if not reference:
            raise Refused(400, "eksternRef mangler.")
        async with self._world.lock:
            return self._archive.find(request.path_params["kontoId"], reference)

    async def statuses(self, request: Request) -> Response:
        """The status of each letter; one this konto has not sent is left out."""
        ids = _ids(await request.body())
        konto, world = request.path_params["kontoId"], self._world
        async with world.lock:
            found = [brev for brev in map(self._archive.get, ids) if brev is not None and brev.konto == konto]
            statuser = [
                {"id": brev.id, "status": status(brev, world.as_of, world.personer), "sisteStatusEndring": brev.at}
                for brev in found
            ]
        return JSONResponse({"statuser": statuser})

    async def metadata(self, request: Request) -> Response:
        """The documents of one letter: name, size and hash."""
        brev = self._archive.get(request.path_params["forsendelseId"])
        if brev is None:
            raise Refused(404, "Fant ikke forsendelsen.")
        return JSONResponse({"dokumenter": _dokumenter(brev)})

    def _take_in(self, brev: Brev) -> None:
        def save() -> None:
            self._archive.add(brev)
            self._world.effect(SYSTEM, "brev", brev.ekstern_referanse, id=brev.id, tittel=brev.forsendelse["tittel"])

        if self._faults.hits(SYSTEM, "saves_late"):
            self._world.later(self._faults.milliseconds(SYSTEM, "saves_late", "saves_late_ms"), save)
        else:
            save()


def _dokumenter(brev: Brev) -> list[dict[str, Any]]:
    return [
        {
            "filnavn": dokument.filnavn,
            "mimeType": dokument.mime_type,
            "dokumentType": dokument.dokument_type,
            "storrelse": dokument.storrelse,
            "sha256Hash": dokument.sha256,
            "nedlasningUrl": f"https://example.com/forsendelse/{brev.id}/{number}",
            "kanSigneres": False,
        }
        for number, dokument in enumerate(brev.dokumenter, 1)
    ]


def _ids(body: bytes) -> list[str]:
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    ids = content.get("forsendelseIds") if isinstance(content, dict) else None
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise Refused(400, "forsendelseIds må være en liste med id-er.")
    return ids


def _guard(login: str, tokens: TokenIssuer) -> Callable[[Handler], Handler]:
    """Lets in the integration with its password and a token, to its own konto. Without a login nobody gets in."""

    def refuse_stranger(request: Request) -> None:
        try:
            tokens.check(request.headers.get("authorization"), SCOPE)
        except TokenRejected as rejected:
            raise Refused(rejected.status, "Tokenet er ikke gyldig for Fiks.") from rejected
        given = f"{request.headers.get('integrasjonid', '')}:{request.headers.get('integrasjonpassord', '')}"
        if not login or not secrets.compare_digest(given.encode(), login.encode()):
            raise Refused(401, "Integrasjonen eller passordet er ikke gyldig.")
        if request.path_params.get("kontoId", KONTO) != KONTO:
            raise Refused(403, "Integrasjonen har ikke tilgang til kontoen.")

    def guarded(handler: Handler) -> Handler:
        async def answer(request: Request) -> Response:
            try:
                refuse_stranger(request)
                return await handler(request)
            except Refused as refused:
                return refused.response(request.url.path)

        return answer

    return guarded
