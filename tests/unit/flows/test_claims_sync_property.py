"""Whatever comes in where, and whichever calls are lost: in the end both have every payment once, equal to the øre.

The real actions and clients speak to the real simulators, in this process. Each morning plans anew and under a key of
its own, as if the hub had lost everything but its memos: then only the references stand between us and booking twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st
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
            ),
        )

    async def get_skyldnere(self, _numre: object) -> Skyldnere:
        return Skyldnere({KARI: Person(KARI, date(1973, 1, 1), False, Gradering.UGRADERT, "bosatt")})

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


EMPTY = ("opprinnelig_forfall", "renter_beregnet_til")
events = st.tuples(
    st.sampled_from(list(Side)), st.sampled_from([ONE, OTHER]), st.sampled_from([1, 25, 10050, 66000, 67342, 135000])
)
fates = st.tuples(
    st.one_of(st.just([]), st.lists(st.sampled_from(["ok", "ok", "ok", "refused", "lost"]), max_size=20)),
    st.sampled_from([None, None, None, "pilen", "procasso"]),
)
days = st.lists(st.tuples(st.lists(events, max_size=4), fates, fates), max_size=5)
Day = tuple[list[tuple[Side, str, int]], Fates, Fates]


@settings(max_examples=120, deadline=None)
@given(days)
def test_any_interleaving_of_payments_and_outages_ends_equal_to_the_oere(days: list[Day]) -> None:
    asyncio.run(run(days))


async def run(days: list[Day]) -> None:
    office = Office()
    for n, (paid, finding, working) in enumerate(days):
        for side, kravnr, oere in paid:
            office.pay(side, kravnr, oere)
        if n % 2:
            office.world.change_krav(ONE, renter=f"{14 + n}.00")
        await office.morning(finding, working)
    await office.morning()
    await office.morning()  # what one system made BETALT by itself when it was told of the last øre
    one, other = [await client.get_summer() for client in (office.systems.kontoer, office.systems.innfordringer)]
    assert one.summer == other.summer
    delte = await read_delte(office.systems, [ONE, OTHER], FIRST_DAY)
    for kravnr, delt in delte.items():
        assert delt.pilen is not None
        konti = [delt.pilen.konto] + ([delt.procasso.konto] if delt.procasso else [])
        for konto in konti:
            assert sorted(each.beloep for each in konto.innbetalinger) == sorted(office.paid[kravnr])
    before = len(office.world.effects())
    await office.morning()
    assert len(office.world.effects()) == before, "one more morning has nothing to tell"
