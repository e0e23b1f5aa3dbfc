"""Reading what a caller sent; anything that is not as the contract says is refused with 400."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from sandbox.columns import KRAVTYPER, TILSTANDER, is_amount, is_date
from sandbox.pilen.avskriving import KODER, Avskriving
from sandbox.pilen.merge import Merge
from sandbox.pilen.problems import Problem
from sandbox.pilen.renter import Renter

MAX_LOOKUP = 500
MAX_PAGE = 1000
MAX_KEY = 100
MAX_SEARCH = 40


@dataclass(frozen=True, slots=True)
class Page:
    """A request for krav: filters (empty = all), page number from 0 and page size."""

    kravtyper: frozenset[str]
    tilstander: frozenset[str]
    side: int
    antall: int


def read_page(request: Request) -> Page:
    """The query of GET /krav."""
    query = request.query_params
    unknown = set(query) - {"kravtype", "tilstand", "side", "antall"}
    if unknown:
        raise Problem("UGYLDIG_FORESPOERSEL", f"ukjent parameter: {', '.join(sorted(unknown))}")
    antall = _whole(query.get("antall", "500"), "antall")
    if not 1 <= antall <= MAX_PAGE:
        raise Problem("UGYLDIG_FORESPOERSEL", f"antall må være fra 1 til {MAX_PAGE}")
    return Page(
        _listed(query.get("kravtype"), KRAVTYPER, "kravtype"),
        _listed(query.get("tilstand"), TILSTANDER, "tilstand"),
        _whole(query.get("side", "0"), "side"),
        antall,
    )


async def read_kravnumre(request: Request) -> list[str]:
    """The body of the two look-ups: at most 500 kravnumre."""
    kravnumre = (await _object(request)).get("kravnumre")
    if not isinstance(kravnumre, list) or not all(isinstance(kravnr, str) for kravnr in kravnumre):
        raise Problem("UGYLDIG_FORESPOERSEL", "kravnumre må være en liste med tekster")
    if len(kravnumre) > MAX_LOOKUP:
        raise Problem("UGYLDIG_FORESPOERSEL", f"høyst {MAX_LOOKUP} kravnumre per oppslag")
    return kravnumre


async def read_search(request: Request) -> str:
    """The body of a search: a KID or a kjennemerke."""
    verdi = (await _object(request)).get("verdi")
    if not isinstance(verdi, str) or not 1 <= len(verdi) <= MAX_SEARCH:
        raise Problem("UGYLDIG_FORESPOERSEL", f"verdi må være en tekst på 1 til {MAX_SEARCH} tegn")
    return verdi


async def read_merge(request: Request) -> Merge:
    """The body of a sammenslåing."""
    saksnr = request.path_params["saksnr"]
    items = (await _object(request)).get("krav")
    if not isinstance(items, list) or not items or not all(_is_versioned(item) for item in items):
        raise Problem("UGYLDIG_FORESPOERSEL", "krav må være en liste med kravnr og versjon")
    versjoner = {item["kravnr"]: item["versjon"] for item in items}
    if len(versjoner) < len(items):
        raise Problem("UGYLDIG_FORESPOERSEL", "et krav er nevnt to ganger")
    return Merge(saksnr, versjoner)


async def read_renter(request: Request) -> Renter:
    """The body of a posting of rente."""
    body = await _object(request)
    renter, til = body.get("renter"), body.get("renterBeregnetTil")
    if not isinstance(renter, str) or is_amount(renter):
        raise Problem("UGYLDIG_FORESPOERSEL", "renter må være et beløp med to desimaler")
    if not isinstance(til, str) or is_date(til):
        raise Problem("UGYLDIG_FORESPOERSEL", "renterBeregnetTil må være en dato")
    return Renter(request.path_params["kravnr"], _version(body), renter, til)


async def read_avskriving(request: Request) -> Avskriving:
    """The body of an avskriving."""
    body = await _object(request)
    if body.get("kode") not in KODER:
        raise Problem("UGYLDIG_FORESPOERSEL", f"kode må være en av {', '.join(KODER)}")
    return Avskriving(request.path_params["kravnr"], _version(body), body["kode"])


def read_key(request: Request) -> str:
    """The Idempotency-Key: any text of 1 to 100 characters."""
    key = request.headers.get("idempotency-key", "")
    if not 0 < len(key) <= MAX_KEY:
        raise Problem("NOEKKEL_MANGLER")
    return key


def _is_versioned(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("kravnr"), str) and type(item.get("versjon")) is int


def _version(body: dict[str, Any]) -> int:
    versjon = body.get("versjon")
    if type(versjon) is not int:
        raise Problem("UGYLDIG_FORESPOERSEL", "versjon må være et heltall")
    return versjon


async def _object(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Problem("UGYLDIG_FORESPOERSEL", "innholdet må være et JSON-objekt")
    return body


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise Problem("UGYLDIG_FORESPOERSEL", f"{name} må være et heltall")
    return int(text)


def _listed(text: str | None, allowed: tuple[str, ...], name: str) -> frozenset[str]:
    values = frozenset(text.split(",") if text else ())
    if not values.issubset(allowed):
        raise Problem("UGYLDIG_FORESPOERSEL", f"ukjent {name}")
    return values
