"""Innfordringer: the krav of Pilen that Procasso collects. They live beside Procasso's own krav, in no population."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.columns import KRAVTYPER, TILSTANDER, anything, is_amount, is_date, is_instant, one_of, required
from sandbox.faults import Faults
from sandbox.population import Row
from sandbox.procasso.problems import Problem
from sandbox.procasso.saving import SYSTEM
from sandbox.samkjoering import Handlers, Register, Words
from sandbox.samkjoering.register import CLOSED
from sandbox.samkjoering.saver import Save
from sandbox.world import World

WORDS = Words(Problem, "referanse", "UKJENT_KRAV", "UGYLDIG_INNHOLD", "UGYLDIG_NOEKKEL", "NOEKKEL_GJENBRUKT")
FIELDS = {
    "kreditor": ("fordringshaver", required),
    "debitor": ("skyldner", required),
    "type": ("kravtype", one_of(*KRAVTYPER)),
    "ilagt": ("ilagt_tidspunkt", is_instant),
    "forfall": ("forfall", is_date),
    "hovedstol": ("hovedstol", is_amount),
    "kostnader": ("kostnader", is_amount),
    "renter": ("renter", is_amount),
    "betalingsreferanse": ("kid", anything),
}
"""Fields on the wire: the column each is, and how it must look."""
MAY_CHANGE = ("forfall", "kostnader", "renter")
MAX_PAGE = 200


class Innfordringer(Register):
    """By Pilen's kravnr."""

    system = SYSTEM
    closes_when_told = False

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._rows: dict[str, Row] = {}

    def catch_up(self) -> None:
        """All that happens to an innfordring happens through this register."""

    def has(self, kravnr: str) -> bool:
        return kravnr in self._rows

    def cells(self, kravnr: str) -> Mapping[str, str]:
        return self._rows[kravnr]

    def shared(self) -> Iterable[str]:
        return self._rows

    def write_payment(self, kravnr: str, dato: str, beloep: str) -> None:
        """The register is the only place."""

    def write_tilstand(self, kravnr: str, tilstand: str) -> None:
        """The register is the only place."""

    def page(self, offset: int) -> list[str]:
        """The references of one page."""
        return sorted(self._rows)[offset : offset + MAX_PAGE]

    def create(self, kravnr: str, row: Row, tilstand: str, status: str) -> None:
        """`status`: Pilen's id of the status it is handed over in."""
        self._rows[kravnr] = {**row, "id": f"IF{len(self._rows) + 1}"}
        self.add_krav(kravnr)
        self.add_status(kravnr, tilstand, status)
        self.world.effect(self.system, "innfordring", kravnr)

    def change(self, kravnr: str, cells: Row) -> None:
        """New amounts or another forfall."""
        self._rows[kravnr].update(cells)
        self.add_krav(kravnr)
        self.world.effect(self.system, "beloep", kravnr, **cells)

    def shown(self, kravnr: str) -> dict[str, Any]:
        """As it is told."""
        row = self._rows[kravnr]
        return {
            "id": row["id"],
            "referanse": kravnr,
            **{name: row[column] for name, (column, _) in FIELDS.items()},
            "innbetalinger": self.innbetalinger[kravnr],
            "statuser": self.statuser[kravnr],
        }


class InnfordringHandlers(Handlers):
    """What only Procasso has besides the common part."""

    register: Innfordringer

    def __init__(self, world: World, faults: Faults) -> None:
        super().__init__(Innfordringer(world), faults, WORDS)

    async def list(self, request: Request) -> Response:
        """One page, sorted by referanse."""
        text = request.query_params.get("offset", "0")
        if set(request.query_params) - {"offset"} or not (text.isascii() and text.isdecimal() and len(text) < 19):
            raise Problem("UGYLDIG_INNHOLD", "offset")
        async with self.register.world.lock:
            shown = [self.register.shown(kravnr) for kravnr in self.register.page(int(text))]
            return JSONResponse({"elementer": shown, "offset": int(text), "treff": len(list(self.register.shared()))})

    async def look_up(self, request: Request) -> Response:
        """Many by reference, and the references Procasso does not have."""
        numbers = await self.numbers(request, "referanser")
        async with self.register.world.lock:
            found = [self.register.shown(kravnr) for kravnr in numbers if self.register.has(kravnr)]
        return JSONResponse({"funnet": found, "ikkeFunnet": [nr for nr in numbers if not self.register.has(nr)]})

    async def create(self, request: Request) -> Response:
        """A krav of Pilen is to be collected. The same referanse is never taken in twice."""
        needed = {"referanse": required, "tilstand": one_of(*TILSTANDER), "status": required}
        body = await self.body(request, {**{name: check for name, (_, check) in FIELDS.items()}, **needed})
        kravnr, row = body["referanse"], {column: body[name] for name, (column, _) in FIELDS.items()}

        def check() -> bool:
            if not self.register.has(kravnr):
                return False
            if any(self.register.cells(kravnr)[column] != cell for column, cell in row.items()):
                raise Problem("REFERANSE_BRUKT", kravnr)
            return True

        def execute() -> None:
            self.register.create(kravnr, row, body["tilstand"], body["status"])

        save = Save(("innfordring", *body.values()), check, lambda: {"referanse": kravnr}, execute)
        return await self.save(request, save)

    async def change(self, request: Request) -> Response:
        """New amounts and forfall, from the ones they were decided on."""
        kravnr = str(request.path_params["referanse"])
        names = {name: FIELDS[name][1] for name in MAY_CHANGE}
        fra = {f"{name}Foer": check for name, check in names.items()}
        body = await self.body(request, {**names, **fra})

        def check() -> bool:
            self.known(kravnr)
            now = {name: self.register.cells(kravnr)[name] for name in names}
            if now == {name: body[name] for name in names}:
                return True
            if now != {name: body[f"{name}Foer"] for name in names}:
                raise Problem("UTDATERT_VERSJON", kravnr)
            if self.register.tilstand(kravnr) in CLOSED:
                raise Problem("KRAV_AVSLUTTET", kravnr)
            return False

        def execute() -> None:
            self.register.change(kravnr, {name: body[name] for name in names})

        answer = {"referanse": kravnr, **{name: body[name] for name in names}}
        return await self.save(request, Save(("beloep", kravnr, *body.values()), check, lambda: answer, execute))
