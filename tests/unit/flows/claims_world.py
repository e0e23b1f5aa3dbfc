"""Pilen and Procasso as their real simulators, in this process, with two krav: a world for claims-sync."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from connectors.credentials import BearerToken
from connectors.http import build_client
from connectors.pilen.client import PilenClient
from connectors.pilen.kontoer import KontoClient
from connectors.procasso.innfordringer import InnfordringClient
from domain.errors import SystemException
from domain.innfordring import Side
from domain.skyldner import Gradering, Person
from flows.facts import Skyldnere
from flows.fagsystemer import PilenSystem
from flows.samkjoering.handlinger import actions_of, effect_of
from flows.samkjoering.krav import Husk, look, read_delte
from flows.systems import Systems
from hub.automation import Look, Plan, WorkItem
from sandbox import pilen, procasso
from sandbox.faults import Faults
from sandbox.population import Population
from sandbox.procasso import InnfordringHandlers
from sandbox.settings import Settings
from sandbox.world import World
from tests.acceptance.shared_claims import KARI, gebyr, payment, sanksjon
from tests.unit.connectors.stubs import hasty

EMPTY = ("opprinnelig_forfall", "renter_beregnet_til")
ONE, OTHER = "PI1000001", "PI1000002"
FIRST_DAY = date(2026, 11, 23)


Fates = tuple[Sequence[str], str | None]
"""What becomes of the first calls, and which system takes none."""
NOTHING_WRONG: Fates = ((), None)


@dataclass
class Line(httpx.AsyncBaseTransport):
    """To both simulators. Each call goes through, or is refused, or its answer is lost; then all go through."""

    app: Starlette
    fates: Iterator[str] = field(default_factory=lambda: iter(()))
    away: str | None = None

    def __post_init__(self) -> None:
        self._inner = httpx.ASGITransport(app=self.app)

    def meet(self, fates: Fates) -> None:
        self.fates, self.away = iter(fates[0]), fates[1]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fate = next(self.fates, "ok")
        if fate == "refused" or (self.away and request.url.path.startswith(f"/{self.away}")):
            raise httpx.ConnectError("refused")
        response = await self._inner.handle_async_request(request)
        if fate == "lost":
            await response.aclose()
            raise httpx.ReadError("lost")
        return response


class Office:
    """Two simulators with two krav, and the automation with nothing of the hub but its memos."""

    def __init__(self) -> None:
        krav = {row["kravnr"]: row | dict.fromkeys(EMPTY, "") for row in (sanksjon(ONE), gebyr(OTHER))}
        self.world = World(Population("to", FIRST_DAY, 7, {}, {}, [], krav, {}, []))
        faults, limits = Faults(7), Settings(Path(), "", {}, "t", "t")
        handlers = InnfordringHandlers(self.world, faults)
        self.innfordringer = handlers.register
        archive = procasso.Archive()
        routes = [
            Mount("/pilen", pilen.app(self.world, faults, limits)),
            Mount("/procasso", procasso.app(self.world, faults, limits, archive, handlers)),
        ]
        self.line = Line(Starlette(routes=routes))
        self.memos: dict[str, str] = {}
        self.unfinished: frozenset[str] = frozenset()
        self.kari = Person(KARI, date(1973, 1, 1), False, Gradering.UGRADERT, "bosatt")
        self.paid: dict[str, list[int]] = {ONE: [], OTHER: []}
        self._days = count()
        http = build_client(transport=self.line, verify=False)
        told = (http, hasty(tries=1), BearerToken("t"))
        self.systems = cast(
            Systems,
            SimpleNamespace(
                pilen=PilenSystem(PilenClient("http://x/pilen", *told), 0.0),
                kontoer=KontoClient("http://x/pilen", *told),
                innfordringer=InnfordringClient("http://x/procasso", *told),
                settle={"PILEN": 0.0, "PROCASSO": 0.0},
                regler=SimpleNamespace(complete_days=7),
                get_skyldnere=self.get_skyldnere,
                read_memos=lambda: self.memos,
                read_unfinished=lambda: self.unfinished,
                hmac=lambda text: sha256(text.encode()).hexdigest(),
                versions={},
            ),
        )

    async def get_skyldnere(self, _numre: object) -> Skyldnere:
        return Skyldnere({KARI: self.kari})

    def pay(self, side: Side, kravnr: str, oere: int) -> None:
        """Nobody pays Procasso for what it does not collect yet."""
        text = f"{oere // 100}.{oere % 100:02}"
        if side is Side.PILEN:
            self.world.add_hendelse(payment(kravnr, text))
        elif self.innfordringer.has(kravnr):
            self.innfordringer.book(kravnr, "2026-11-23", text)
        else:
            return
        self.paid[kravnr].append(oere)

    async def morning(self, finding: Fates = NOTHING_WRONG, working: Fates = NOTHING_WRONG) -> None:
        self.line.meet(finding)
        as_of = FIRST_DAY + timedelta(days=next(self._days))
        husk = Husk.read(self.memos)
        with suppress(SystemException):
            bilde = await look(self.systems, husk, frozenset(), as_of)
            ours = [delt for delt in bilde.delte.values() if delt.er_delt or delt.skal_innfordres]
            aapne = [delt.kravnr for delt in ours if not delt.samkjoering.i_orden]
            for memo in husk.memos(bilde, aapne, as_of):
                self.memos.pop(memo.key, None)
                self.memos |= {} if memo.value is None else {memo.key: memo.value}
            self.line.meet(working)
            for kravnr in aapne:
                with suppress(SystemException):
                    await self.work(kravnr, as_of)

    async def work(self, kravnr: str, as_of: date) -> None:
        samkjoering = (await read_delte(self.systems, [kravnr], as_of))[kravnr].samkjoering
        assert not samkjoering.konflikt
        effects = tuple(effect_of(kravnr, each) for each in (*samkjoering.endringer, *samkjoering.innbetalinger))
        item = WorkItem(1, "claims-sync", "PILEN", f"{kravnr}:{as_of}", 1, {}, 1, as_of)
        for action in actions_of(item, Plan("SYNCED", (kravnr,), as_of, effects), self.systems):
            seen = (await action.look())[action.keys[0]]
            assert seen is not Look.UNKNOWN
            if seen is Look.NONE:
                await action.act(action.keys, SimpleNamespace(check=lambda: None))
                await action.verify(action.keys)
