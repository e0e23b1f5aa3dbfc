"""The control API of the sandbox: what is true, what has happened, what shall go wrong. Never meets a fault itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.altinn import Orders
from sandbox.columns import KRAV, TILSTANDER, is_amount
from sandbox.entrance import Entrance
from sandbox.faults import DEFAULTS, FaultError, Faults
from sandbox.files import csv_text
from sandbox.pax.nightly import write_files
from sandbox.population import PopulationError, apply_changes
from sandbox.samkjoering import Register
from sandbox.settings import Settings
from sandbox.svarut import Archive
from sandbox.world import World

Handler = Callable[[Request], Awaitable[Response]]


class ControlError(ValueError):
    """A request the control API does not understand."""


def app(
    world: World,
    faults: Faults,
    entrances: Mapping[str, Entrance],
    archive: Archive,
    settings: Settings,
    orders: Orders,
    innfordringer: Register,
) -> Starlette:
    """The control API, to be mounted at /_sandbox. `entrances`: of the systems with screens, by path."""
    control = Control(world, faults, archive, settings, orders)
    routes = [
        Route("/health", control.health),
        Route("/effects", _local(control.effects)),
        Route("/krav.csv", _local(control.krav)),
        Route("/brev.csv", _local(control.brev)),
        Route("/sms.csv", _local(control.sms)),
        Route("/sms", _local(control.end_sms), methods=["POST"]),
        Route("/faults", _local(control.show_faults), methods=["GET"]),
        Route("/faults", _local(control.set_fault), methods=["POST"]),
        Route("/faults", _local(control.clear_faults), methods=["DELETE"]),
        Route("/day", _local(control.day), methods=["POST"]),
        Route("/innfordringer", _local(partial(control.at_the_counter, innfordringer)), methods=["POST"]),
    ]
    for path, entrance in entrances.items():
        routes.append(Route(path, _local(partial(control.show_entrance, entrance)), methods=["GET"]))
        routes.append(Route(path, _local(partial(control.set_entrance, entrance)), methods=["POST"]))
    return Starlette(routes=routes)


class Control:
    """The handlers."""

    def __init__(self, world: World, faults: Faults, archive: Archive, settings: Settings, orders: Orders) -> None:
        self._world, self._faults, self._archive, self._settings = world, faults, archive, settings
        self._orders = orders

    async def health(self, _request: Request) -> Response:
        """Which world this is; `pending`: saves answered but not yet done."""
        world = self._world
        return JSONResponse(
            {"ready": True, "population": world.name, "as_of": world.as_of.isoformat(), "pending": world.pending}
        )

    async def effects(self, _request: Request) -> Response:
        """Every executed save so far, in order."""
        return JSONResponse({"effects": self._world.effects()})

    async def krav(self, _request: Request) -> Response:
        """Every krav as it truly is, sorted by kravnr."""
        async with self._world.lock:
            rows = [row for _kravnr, row in sorted(self._world.krav.items())]
            return PlainTextResponse(csv_text(KRAV.columns, rows), media_type="text/csv")

    async def brev(self, _request: Request) -> Response:
        """Every letter sent by SvarUt since the day began, by kravnr and the number it was addressed to."""
        async with self._world.lock:
            rows = [{"kravnr": brev.kravnr, "mottaker": brev.mottaker} for brev in self._archive.of_tonight()]
        rows.sort(key=lambda row: (row["kravnr"], row["mottaker"]))
        return PlainTextResponse(csv_text(("kravnr", "mottaker"), rows), media_type="text/csv")

    async def sms(self, _request: Request) -> Response:
        """Every SMS ordered from Altinn since the day began: its krav, the number, what it says, its status."""
        async with self._world.lock:
            rows = [
                {"kravnr": sms.kravnr, "mobil": sms.phone, "tekst": sms.body, "status": sms.sms_status}
                for sms in self._orders.of_today()
            ]
        rows.sort(key=lambda row: (row["kravnr"], row["mobil"]))
        return PlainTextResponse(csv_text(("kravnr", "mobil", "tekst", "status"), rows), media_type="text/csv")

    async def end_sms(self, request: Request) -> Response:
        """Say what became of the SMS of a krav: SMS_Delivered, SMS_Failed_InvalidRecipient, …"""
        body = await _body(request, {"kravnr": str, "status": str}, {})
        async with self._world.lock:
            shipments = list(self._orders.of_krav(body["kravnr"]))
            if not shipments:
                raise ControlError("no SMS has been ordered of this krav")
            for shipment in shipments:
                self._orders.end(shipment, body["status"])
        return JSONResponse({"ended": len(shipments)})

    async def show_faults(self, _request: Request) -> Response:
        """The turned knobs and how often each has hit."""
        return JSONResponse({"faults": self._faults.describe()})

    async def set_fault(self, request: Request) -> Response:
        """Turn one knob."""
        parameters = dict.fromkeys(("times", *DEFAULTS), int)
        body = await _body(request, {"system": str, "knob": str, "rate": (int, float)}, parameters)
        self._faults.set(body.pop("system"), body.pop("knob"), body.pop("rate"), **body)
        return await self.show_faults(request)

    async def clear_faults(self, _request: Request) -> Response:
        """Turn every knob off."""
        self._faults.clear()
        return JSONResponse({"faults": []})

    async def day(self, request: Request) -> Response:
        """Go on to the next day of a moving world and write that night's files; a bad folder changes nothing."""
        body = await _body(request, {"folder": str}, {})
        world = self._world
        async with world.lock:
            world.move_to(await asyncio.to_thread(apply_changes, world.population, Path(body["folder"])))
            await asyncio.to_thread(write_files, world, self._settings.state_dir)
            self._archive.begin_night()
        return await self.health(request)

    async def at_the_counter(self, innfordringer: Register, request: Request) -> Response:
        """Somebody at Procasso takes a payment in (`beloep`), or sets a tilstand, on a krav it collects for Pilen."""
        body = await _body(request, {"referanse": str}, {"beloep": str, "tilstand": str})
        kravnr, beloep, tilstand = body["referanse"], body.get("beloep"), body.get("tilstand")
        async with self._world.lock:
            if not innfordringer.has(kravnr):
                raise ControlError("Procasso does not collect a krav of this referanse")
            if (beloep and is_amount(beloep)) or (tilstand and tilstand not in TILSTANDER):
                raise ControlError("beloep is no amount, or tilstand none of those there are")
            if beloep:
                innfordringer.book(kravnr, self._world.as_of.isoformat(), beloep)
            if tilstand:
                innfordringer.move(kravnr, tilstand)
            return JSONResponse({"utestaaende": innfordringer.outstanding(kravnr)})

    async def show_entrance(self, entrance: Entrance, _request: Request) -> Response:
        """Locked cases, and of one system maintenance, time-out and the accounts (never a password)."""
        accounts = {
            user: {"locked": a.locked, "wrong_passwords": a.wrong_passwords, "force_password_change": a.must_change}
            for user, a in entrance.accounts.items()
        }
        return JSONResponse(
            {
                "locked_cases": sorted(self._world.locked_cases),
                "maintenance": entrance.maintenance,
                "session_ttl_s": entrance.session_ttl_s,
                "accounts": accounts,
            }
        )

    async def set_entrance(self, entrance: Entrance, request: Request) -> Response:
        """Set what the body names and leave the rest as it is. `locked_cases` are of every system alike."""
        body = await _body(
            request,
            {},
            {"locked_cases": list, "force_password_change": list, "maintenance": bool, "session_ttl_s": (int, float)},
        )
        users = body.get("force_password_change", [])
        if any(user not in entrance.accounts for user in users):
            raise ControlError("force_password_change names a user this system does not have")
        for user in users:
            entrance.accounts[user].must_change = True
        self._world.locked_cases = set(body.get("locked_cases", self._world.locked_cases))
        entrance.maintenance = body.get("maintenance", entrance.maintenance)
        entrance.session_ttl_s = body.get("session_ttl_s", entrance.session_ttl_s)
        return await self.show_entrance(entrance, request)


def _local(handler: Handler) -> Handler:
    """Only callers on this machine, and every refusal as JSON with one sentence."""

    async def answer(request: Request) -> Response:
        if request.client is None or not ip_address(request.client.host).is_loopback:
            return JSONResponse({"error": "The control API answers callers on this machine only."}, status_code=403)
        try:
            return await handler(request)
        except (ControlError, FaultError, PopulationError) as error:
            return JSONResponse({"error": str(error)}, status_code=422)

    return answer


async def _body(request: Request, needed: dict[str, Any], optional: dict[str, Any]) -> dict[str, Any]:
    """The JSON object of the request: the needed keys, perhaps some of the optional ones, each of the kind named."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    kinds = {**optional, **needed}
    for key in sorted({*needed, *body}):
        if key not in body:
            raise ControlError(f"{key} is missing")
        if key not in kinds:
            raise ControlError(f"unknown key {key}")
        if not isinstance(body[key], kinds[key]) or (isinstance(body[key], bool) and kinds[key] is not bool):
            raise ControlError(f"{key} is of the wrong type")
    return body
