"""Pilen's REST API as openapi.yaml, beside this file, describes it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, Router

from sandbox.faults import Faults, mark_effect
from sandbox.pilen.kontoer import KontoHandlers
from sandbox.pilen.problems import Problem
from sandbox.pilen.requests import (
    Page,
    read_avskriving,
    read_key,
    read_kravnumre,
    read_merge,
    read_page,
    read_renter,
    read_search,
)
from sandbox.pilen.saves import Change, Saves
from sandbox.pilen.wire import SYSTEM, hendelse, krav
from sandbox.population import Row
from sandbox.search import kravnumre_of
from sandbox.settings import Settings
from sandbox.world import World

OPENAPI = Path(__file__).with_name("openapi.yaml")

Handler = Callable[[Request], Awaitable[Response]]


def app(world: World, faults: Faults, settings: Settings) -> Router:
    """The routes for the prefix /pilen/api/v1."""
    pilen, kontoer = Pilen(world, Saves(world, faults)), KontoHandlers(world, faults)
    guarded = _guard(settings.pilen_token)
    return Router(
        [
            Route("/openapi.yaml", _openapi),
            Route("/krav", guarded(pilen.list_krav)),
            Route("/krav/oppslag", guarded(pilen.look_up_krav), methods=["POST"]),
            Route("/krav/soek", guarded(pilen.search), methods=["POST"]),
            Route("/krav/{kravnr}", guarded(pilen.one_krav)),
            Route("/hendelser/oppslag", guarded(pilen.look_up_hendelser), methods=["POST"]),
            Route("/saker/{saksnr}/sammenslaaing", guarded(pilen.changing(read_merge)), methods=["POST"]),
            Route("/krav/{kravnr}/renter", guarded(pilen.changing(read_renter)), methods=["POST"]),
            Route("/krav/{kravnr}/avskriving", guarded(pilen.changing(read_avskriving)), methods=["POST"]),
            Route("/endringer", guarded(kontoer.list_endringer)),
            Route("/avstemming", guarded(kontoer.sums)),
            Route("/kontoer/oppslag", guarded(kontoer.look_up), methods=["POST"]),
            Route("/krav/{kravnr}/innfordring", guarded(kontoer.hand_over), methods=["POST"]),
            Route("/krav/{kravnr}/innbetalinger", guarded(kontoer.book), methods=["POST"]),
            Route("/krav/{kravnr}/statuser", guarded(kontoer.set_status), methods=["POST"]),
        ]
    )


class Pilen:
    """The handlers."""

    def __init__(self, world: World, saves: Saves) -> None:
        self._world = world
        self._saves = saves

    async def list_krav(self, request: Request) -> Response:
        """One page of krav, sorted by kravnr."""
        page = read_page(request)
        async with self._world.lock:
            hits = sorted(row["kravnr"] for row in self._world.krav.values() if _is_hit(row, page))
            shown = hits[page.side * page.antall : (page.side + 1) * page.antall]
            more = len(hits) > (page.side + 1) * page.antall
            body = {
                "krav": [krav(self._world, kravnr) for kravnr in shown],
                "side": page.side,
                "antall": page.antall,
                "totalt": len(hits),
                "neste": page.side + 1 if more else None,
            }
        return JSONResponse(body)

    async def one_krav(self, request: Request) -> Response:
        """One krav."""
        kravnr = request.path_params["kravnr"]
        async with self._world.lock:
            if not self._has(kravnr):
                raise Problem("KRAV_UKJENT", kravnr)
            return JSONResponse(krav(self._world, kravnr))

    async def look_up_krav(self, request: Request) -> Response:
        """Many krav by their number, and the numbers Pilen does not have."""
        kravnumre = await read_kravnumre(request)
        async with self._world.lock:
            found = [krav(self._world, kravnr) for kravnr in kravnumre if self._has(kravnr)]
            return JSONResponse({"krav": found, "ukjente": [kravnr for kravnr in kravnumre if not self._has(kravnr)]})

    async def search(self, request: Request) -> Response:
        """The krav with a KID, or of a kjennemerke."""
        verdi = await read_search(request)
        async with self._world.lock:
            return JSONResponse({"kravnumre": kravnumre_of(self._world, SYSTEM, verdi)})

    async def look_up_hendelser(self, request: Request) -> Response:
        """The events of many krav; none for a number Pilen does not have."""
        kravnumre = await read_kravnumre(request)
        async with self._world.lock:
            rows = [row for kravnr in kravnumre if self._has(kravnr) for row in self._world.hendelser.get(kravnr, [])]
            return JSONResponse({"hendelser": [hendelse(row) for row in rows]})

    def changing(self, read: Callable[[Request], Awaitable[Change]]) -> Handler:
        """The handler that makes the change `read` finds in a request."""

        async def answer(request: Request) -> Response:
            key, change = read_key(request), await read(request)
            async with self._world.lock:
                body = self._saves.execute(key, change)
            mark_effect(request.scope)
            return JSONResponse(body)

        return answer

    def _has(self, kravnr: str) -> bool:
        row = self._world.krav.get(kravnr)
        return row is not None and row["fagsystem"] == SYSTEM


def _is_hit(row: Row, page: Page) -> bool:
    return (
        row["fagsystem"] == SYSTEM
        and (not page.kravtyper or row["kravtype"] in page.kravtyper)
        and (not page.tilstander or row["tilstand"] in page.tilstander)
    )


def _guard(token: str) -> Callable[[Handler], Handler]:
    """Lets only the holder of the API token in, and answers a `Problem` as one. Without a token nobody gets in."""
    expected = f"Bearer {token}".encode()

    def guarded(handler: Handler) -> Handler:
        async def answer(request: Request) -> Response:
            given = request.headers.get("authorization", "").encode()
            try:
                if not token or not secrets.compare_digest(given, expected):
                    raise Problem("UAUTENTISERT")
                return await handler(request)
            except Problem as problem:
                return problem.response()

        return answer

    return guarded


async def _openapi(_request: Request) -> Response:
    return FileResponse(OPENAPI, media_type="application/yaml")
