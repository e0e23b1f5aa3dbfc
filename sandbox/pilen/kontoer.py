"""The konto of each krav in Pilen: what was paid on it, here or in Procasso, and how its tilstand has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.columns import required
from sandbox.faults import Faults
from sandbox.pilen.problems import Problem
from sandbox.pilen.wire import SYSTEM
from sandbox.samkjoering import Handlers, Register, Words
from sandbox.samkjoering.saver import Save
from sandbox.world import World

WORDS = Words(Problem, "kravnr", "KRAV_UKJENT", "UGYLDIG_FORESPOERSEL", "NOEKKEL_MANGLER", "NOEKKEL_BRUKT")


class Kontoer(Register):
    """Follows the truth of the world: a payment there is one Pilen has taken in, a new tilstand one Pilen has set."""

    system = SYSTEM
    closes_when_told = True

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.overfoert: dict[str, str] = {}
        """Procasso's id of the innfordring, by kravnr."""
        self._read = 0
        for kravnr in sorted(world.krav):
            self._look_at(kravnr)

    def catch_up(self) -> None:
        """Each krav that was written since, once."""
        log = self.world.krav_log
        for kravnr in dict.fromkeys(log[self._read :]):
            self._look_at(kravnr)
        self._read = len(log)

    def has(self, kravnr: str) -> bool:
        row = self.world.krav.get(kravnr)
        return row is not None and row["fagsystem"] == SYSTEM

    def cells(self, kravnr: str) -> Mapping[str, str]:
        return self.world.krav[kravnr]

    def shared(self) -> Iterable[str]:
        return self.overfoert

    def write_payment(self, kravnr: str, dato: str, beloep: str) -> None:
        self.world.add_hendelse({"kravnr": kravnr, "dato": dato, "hendelse": "INNBETALING", "beloep": beloep})

    def write_tilstand(self, kravnr: str, tilstand: str) -> None:
        self.world.change_krav(kravnr, tilstand=tilstand)

    def konto(self, kravnr: str) -> dict[str, Any]:
        """As it is told."""
        return {
            "kravnr": kravnr,
            "innfordring": self.overfoert.get(kravnr),
            "innbetalinger": self.innbetalinger[kravnr],
            "statuser": self.statuser[kravnr],
        }

    def _look_at(self, kravnr: str) -> None:
        if not self.has(kravnr):
            return
        known = len(self.innbetalinger[kravnr])
        rows = [row for row in self.world.hendelser.get(kravnr, []) if row["hendelse"] == "INNBETALING"]
        for row in rows[known:]:
            self.add_payment(kravnr, row["dato"], row["beloep"])
        tilstand, statuser = self.world.krav[kravnr]["tilstand"], self.statuser[kravnr]
        if not statuser or statuser[-1]["tilstand"] != tilstand:
            self.add_status(kravnr, tilstand)
        elif not rows[known:]:
            self.add_krav(kravnr)


class KontoHandlers(Handlers):
    """What only Pilen has besides the common part."""

    register: Kontoer

    def __init__(self, world: World, faults: Faults) -> None:
        super().__init__(Kontoer(world), faults, WORDS)

    async def look_up(self, request: Request) -> Response:
        """The kontoer of many krav, and the numbers Pilen does not have."""
        numbers = await self.numbers(request, "kravnumre")
        async with self.register.world.lock:
            self.register.catch_up()
            found = [self.register.konto(kravnr) for kravnr in numbers if self.register.has(kravnr)]
        return JSONResponse({"kontoer": found, "ukjente": [nr for nr in numbers if not self.register.has(nr)]})

    async def hand_over(self, request: Request) -> Response:
        """Procasso collects the krav now, under this id."""
        kravnr = str(request.path_params["kravnr"])
        told = (await self.body(request, {"innfordring": required}))["innfordring"]
        overfoert = self.register.overfoert

        def check() -> bool:
            self.known(kravnr)
            if overfoert.get(kravnr, told) != told:
                raise Problem("REFERANSE_BRUKT", kravnr)
            return kravnr in overfoert

        def execute() -> None:
            overfoert[kravnr] = told
            self.register.add_krav(kravnr)
            self.register.world.effect(SYSTEM, "innfordring", kravnr, innfordring=told)

        answer = {"kravnr": kravnr, "innfordring": told}
        return await self.save(request, Save(("innfordring", kravnr, told), check, lambda: answer, execute))
