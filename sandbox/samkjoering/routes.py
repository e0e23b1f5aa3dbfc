"""The part of both interfaces that is alike: the feed, payments, statuses and sums."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.columns import TILSTANDER, CellCheck, is_amount, is_date, one_of, required
from sandbox.faults import Faults, mark_effect
from sandbox.samkjoering.register import CLOSED, Entry, Register
from sandbox.samkjoering.saver import Save, Saver

MAX_PAGE = 1000
MAX_LOOKUP = 200
MAX_KEY = 100
MAX_WORD = 100
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Words:
    """What the system calls its refusals, and the parameter of its paths that names a krav."""

    problem: Callable[[str, str], Exception]
    kravnr: str
    unknown: str
    content: str
    key: str
    key_used: str


class Handlers:
    """The handlers of one system."""

    def __init__(self, register: Register, faults: Faults, words: Words) -> None:
        self.register, self.words = register, words
        self.saver = Saver(
            register.system,
            register.world,
            faults,
            key_used=lambda: words.problem(words.key_used, ""),
            failed=lambda: words.problem("INTERN_FEIL", ""),
        )

    async def list_endringer(self, request: Request) -> Response:
        """Entries after `etter`, which is itself not among them, oldest first."""
        etter, antall = self._page(request)
        async with self.register.world.lock:
            self.register.catch_up()
            page = self.register.endringer[etter : etter + antall]
            siste = page[-1]["nr"] if page else etter
            more = len(self.register.endringer) > siste
        return JSONResponse({"endringer": page, "siste": siste, "flere": more})

    async def sums(self, request: Request) -> Response:
        """The sums of the shared krav, and the number of the last entry of the feed that is in them."""
        async with self.register.world.lock:
            self.register.catch_up()
            return JSONResponse({"nr": len(self.register.endringer), "summer": self.register.sums()})

    async def book(self, request: Request) -> Response:
        """A payment the other system has taken in. The same referanse is never booked twice."""
        kravnr = str(request.path_params[self.words.kravnr])
        body = await self.body(request, {"referanse": required, "dato": is_date, "beloep": is_amount})
        told = {name: body[name] for name in ("dato", "beloep")}

        def check() -> bool:
            self.known(kravnr)
            return self._made(self.register.innbetalinger[kravnr], body["referanse"], told)

        def execute() -> None:
            self.register.book(kravnr, body["dato"], body["beloep"], body["referanse"])

        answer = {"kravnr": kravnr, **body}
        return await self.save(request, Save(("innbetaling", kravnr, *body.values()), check, lambda: answer, execute))

    async def set_status(self, request: Request) -> Response:
        """A status of the other system. `etter`: the id of the status here that it was decided on."""
        kravnr = str(request.path_params[self.words.kravnr])
        needed = {"referanse": required, "tilstand": one_of(*TILSTANDER), "etter": required}
        body = await self.body(request, needed)

        def check() -> bool:
            self.known(kravnr)
            statuser = self.register.statuser[kravnr]
            if self._made(statuser, body["referanse"], {"tilstand": body["tilstand"]}):
                return True
            if statuser[-1]["id"] != body["etter"]:
                raise self.words.problem("STATUS_ENDRET", kravnr)
            if statuser[-1]["tilstand"] in CLOSED and body["tilstand"] != statuser[-1]["tilstand"]:
                raise self.words.problem("STATUS_AVSLUTTET", kravnr)
            return False

        def execute() -> None:
            detail = {"tilstand": body["tilstand"], "fra": self.register.tilstand(kravnr)}
            self.register.world.effect(self.register.system, "status", kravnr, **detail)
            self.register.move(kravnr, body["tilstand"], body["referanse"])

        answer = {"kravnr": kravnr, "referanse": body["referanse"], "tilstand": body["tilstand"]}
        return await self.save(request, Save(("status", kravnr, *body.values()), check, lambda: answer, execute))

    async def save(self, request: Request, save: Save) -> Response:
        """Make the save a request asks for, under its key."""
        key = request.headers.get("idempotency-key", "")
        if not 0 < len(key) <= MAX_KEY:
            raise self.words.problem(self.words.key, "")
        async with self.register.world.lock:
            self.register.catch_up()
            answer = self.saver.save(key, save)
        mark_effect(request.scope)
        return JSONResponse(answer)

    async def body(self, request: Request, needed: dict[str, CellCheck]) -> dict[str, str]:
        """A JSON object of texts with just these names, each as its check wants it."""
        sent = await self.json(request)
        if not isinstance(sent, dict) or sent.keys() != needed.keys():
            raise self._refuse(f"innholdet må ha feltene {', '.join(needed)}")
        for name, check in needed.items():
            if not isinstance(sent[name], str) or len(sent[name]) > MAX_WORD or check(sent[name]):
                raise self._refuse(name)
        return {name: sent[name] for name in needed}

    async def numbers(self, request: Request, name: str) -> list[str]:
        """The body of a look-up."""
        sent = await self.json(request)
        numbers = sent.get(name) if isinstance(sent, dict) and sent.keys() == {name} else None
        if not isinstance(numbers, list) or not all(isinstance(each, str) for each in numbers):
            raise self._refuse(f"{name} må være en liste med tekster")
        if len(numbers) > MAX_LOOKUP:
            raise self._refuse(f"høyst {MAX_LOOKUP} {name} per oppslag")
        return numbers

    async def json(self, request: Request) -> Any:
        """Whatever JSON the body is; None when it is none."""
        try:
            return json.loads(await request.body())
        except ValueError:
            return None

    def known(self, kravnr: str) -> None:
        """Raises the system's refusal when the register does not have the krav."""
        if not self.register.has(kravnr):
            raise self.words.problem(self.words.unknown, kravnr)

    def _made(self, entries: list[Entry], referanse: str, told: dict[str, str]) -> bool:
        same = next((each for each in entries if each["referanse"] == referanse), None)
        if same is not None and any(same[name] != value for name, value in told.items()):
            raise self.words.problem("REFERANSE_BRUKT", referanse)
        return same is not None

    def _page(self, request: Request) -> tuple[int, int]:
        query = request.query_params
        if set(query) - {"etter", "antall"}:
            raise self._refuse("ukjent parameter")
        texts = query.get("etter", "0"), query.get("antall", str(MAX_PAGE))
        if not all(text.isascii() and text.isdecimal() and len(text) < 19 for text in texts):
            raise self._refuse("etter og antall må være heltall")
        etter, antall = map(int, texts)
        if not 1 <= antall <= MAX_PAGE:
            raise self._refuse(f"antall må være fra 1 til {MAX_PAGE}")
        return etter, antall

    def _refuse(self, detail: str) -> Exception:
        return self.words.problem(self.words.content, detail)
