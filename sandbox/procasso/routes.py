"""Procasso's REST API as openapi.yaml, beside this file, describes it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, Router

from sandbox.faults import Faults, mark_effect
from sandbox.procasso.archive import Archive, Shelf, document_save, note_save
from sandbox.procasso.bodies import KravChange, LookUp, Note, Search, WriteOff
from sandbox.procasso.changes import CellsSave, WriteOffSave
from sandbox.procasso.innfordringer import InnfordringHandlers
from sandbox.procasso.problems import Problem
from sandbox.procasso.requests import read_document, read_json, read_key, read_page
from sandbox.procasso.saving import SYSTEM, Save, Saver, known
from sandbox.procasso.wire import hendelse, krav
from sandbox.search import kravnumre_of
from sandbox.settings import Settings
from sandbox.world import World

OPENAPI = Path(__file__).with_name("openapi.yaml")

Handler = Callable[[Request], Awaitable[Response]]


def app(
    world: World, faults: Faults, settings: Settings, archive: Archive, innfordringer: InnfordringHandlers
) -> Router:
    """The routes for the prefix /procasso/api/v1."""
    procasso = Procasso(world, Saver(world, faults), archive)

    def route(path: str, method: str, handler: Handler) -> Route:
        return Route(path, _guarded(handler, settings.procasso_token), methods=[method])

    return Router(
        [
            Route("/openapi.yaml", _openapi),
            route("/krav", "GET", procasso.list_krav),
            route("/krav/bulkoppslag", "POST", procasso.look_up_krav),
            route("/krav/soek", "POST", procasso.search),
            route("/hendelser/bulkoppslag", "POST", procasso.look_up_hendelser),
            route("/krav/{kravId}", "PATCH", procasso.change),
            route("/krav/{kravId}/avskrivning", "POST", procasso.write_off),
            route("/krav/{kravId}/notater", "GET", procasso.list_notater),
            route("/krav/{kravId}/notater", "POST", procasso.add_notat),
            route("/krav/{kravId}/dokumenter", "GET", procasso.list_dokumenter),
            route("/krav/{kravId}/dokumenter", "POST", procasso.add_dokument),
            route("/endringer", "GET", innfordringer.list_endringer),
            route("/avstemming", "GET", innfordringer.sums),
            route("/innfordringer", "GET", innfordringer.list),
            route("/innfordringer", "POST", innfordringer.create),
            route("/innfordringer/bulkoppslag", "POST", innfordringer.look_up),
            route("/innfordringer/{referanse}", "PATCH", innfordringer.change),
            route("/innfordringer/{referanse}/innbetalinger", "POST", innfordringer.book),
            route("/innfordringer/{referanse}/statuser", "POST", innfordringer.set_status),
        ]
    )


class Procasso:
    """The handlers."""

    def __init__(self, world: World, saver: Saver, archive: Archive) -> None:
        self._world, self._saver, self._archive = world, saver, archive

    async def list_krav(self, request: Request) -> Response:
        """One page of krav, sorted by kravnr."""
        page = read_page(request)
        async with self._world.lock:
            own = (row for row in self._world.krav.values() if row["fagsystem"] == SYSTEM)
            hits = sorted(row["kravnr"] for row in own if page.has(row))
            shown = [self._krav(kravnr) for kravnr in hits[page.offset : page.offset + page.limit]]
        return JSONResponse({"elementer": shown, "treff": len(hits), "offset": page.offset, "limit": page.limit})

    async def look_up_krav(self, request: Request) -> Response:
        """Many krav by their number, and the numbers Procasso does not have."""
        asked = await read_json(request, LookUp)
        async with self._world.lock:
            found, missing = self._sort(asked)
            return JSONResponse({"funnet": [self._krav(kravnr) for kravnr in found], "ikkeFunnet": missing})

    async def search(self, request: Request) -> Response:
        """The krav with a betalingsreferanse, or of a kjennemerke."""
        asked = await read_json(request, Search)
        async with self._world.lock:
            return JSONResponse({"kravIder": kravnumre_of(self._world, SYSTEM, asked.soekeord)})

    async def look_up_hendelser(self, request: Request) -> Response:
        """The events of many krav, and the numbers Procasso does not have."""
        asked = await read_json(request, LookUp)
        async with self._world.lock:
            found, missing = self._sort(asked)
            events = self._world.hendelser
            logs = [{"kravId": nr, "hendelser": [hendelse(row) for row in events.get(nr, [])]} for nr in found]
            return JSONResponse({"funnet": logs, "ikkeFunnet": missing})

    async def change(self, request: Request) -> Response:
        """Change some cells of a krav."""
        body = await read_json(request, KravChange)
        return await self._save(request, CellsSave(self._world, _kravnr(request), body, body.cells()))

    async def write_off(self, request: Request) -> Response:
        """Write a krav off."""
        body = await read_json(request, WriteOff)
        return await self._save(request, WriteOffSave(self._world, self._archive, _kravnr(request), body))

    async def list_notater(self, request: Request) -> Response:
        """The notes of a krav, oldest first."""
        return await self._entries(request, "notater", self._archive.notater)

    async def add_notat(self, request: Request) -> Response:
        """One more note."""
        note = note_save(self._world, self._archive, _kravnr(request), await read_json(request, Note))
        return await self._save(request, note, 201)

    async def list_dokumenter(self, request: Request) -> Response:
        """The documents of a krav, oldest first."""
        return await self._entries(request, "dokumenter", self._archive.dokumenter)

    async def add_dokument(self, request: Request) -> Response:
        """One more document."""
        metadata, pdf = await read_document(request)
        document = document_save(self._world, self._archive, _kravnr(request), metadata, pdf)
        return await self._save(request, document, 201)

    async def _save(self, request: Request, save: Save, status: int = 200) -> Response:
        key = read_key(request)
        async with self._world.lock:
            answer = self._saver.save(key, save)
        mark_effect(request.scope)
        return JSONResponse(answer, status)

    async def _entries(self, request: Request, name: str, shelf: Shelf) -> Response:
        kravnr = _kravnr(request)
        async with self._world.lock:
            known(self._world, kravnr)
            return JSONResponse({"kravId": kravnr, name: shelf[kravnr]})

    def _sort(self, asked: LookUp) -> tuple[list[str], list[str]]:
        """The numbers Procasso has, and those it does not have."""
        rows = self._world.krav
        own = {nr for nr in asked.kravIder if nr in rows and rows[nr]["fagsystem"] == SYSTEM}
        return [nr for nr in asked.kravIder if nr in own], [nr for nr in asked.kravIder if nr not in own]

    def _krav(self, kravnr: str) -> dict[str, Any]:
        kode = self._archive.avskrivningskoder.get(kravnr)
        return krav(self._world.krav[kravnr], self._world.versjon(kravnr), kode)


def _kravnr(request: Request) -> str:
    return str(request.path_params["kravId"])


def _guarded(handler: Handler, token: str) -> Handler:
    """Lets only the holder of the API token in, and answers a `Problem` as one. Without a token nobody gets in."""
    expected = f"Bearer {token}".encode()

    async def answer(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        try:
            if not token or not secrets.compare_digest(given, expected):
                raise Problem("TOKEN_AVVIST")
            return await handler(request)
        except Problem as problem:
            return problem.response()

    return answer


async def _openapi(_request: Request) -> Response:
    return FileResponse(OPENAPI, media_type="application/yaml")
