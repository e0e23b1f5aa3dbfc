"""The batch look-up, enheter?organisasjonsnummer=a,b,c, as a HAL page. Slettede and fjernede are never hits."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import QueryParams

from sandbox.enhetsregisteret.enhet import enhet
from sandbox.enhetsregisteret.errors import Fault
from sandbox.population import Rows

DEFAULT_SIZE = 20
MAX_DEPTH = 10_000
GONE = ("slettet", "fjernet")


def is_organisasjonsnummer(text: str) -> bool:
    """Nine digits. A number with a wrong check digit is one that never existed: no hit, or 404."""
    return len(text) == 9 and text.isascii() and text.isdigit()


def faults_in(query: QueryParams) -> list[Fault]:
    """What the register would refuse with 400. Filters this simulator does not have are refused, not ignored."""
    known = {"organisasjonsnummer", "page", "size"}
    faults = [(f"Parameteren {name} støttes ikke", name, f"[{query[name]}]") for name in query if name not in known]
    faults += [
        (f"Organisasjonsnummer {number} er ugyldig", "organisasjonsnummer", f"[{number}]")
        for number in _numbers(query) or []
        if not is_organisasjonsnummer(number)
    ]
    faults += [
        (f"{name} må være et heltall", name, query[name]) for name in ("page", "size") if not _is_whole(query, name)
    ]
    if not faults and (_page(query) + 1) * _size(query) > MAX_DEPTH:
        faults.append((f"page og size gir mer enn {MAX_DEPTH} treff", "page", query.get("page", "0")))
    return faults


def search(query: QueryParams, enheter: Rows, api: str) -> dict[str, Any]:
    """One page of hits. `_embedded` is absent when there are none. The query must be without faults."""
    numbers = _numbers(query)
    hits = [
        enheter[number]
        for number in sorted(enheter if numbers is None else set(numbers))
        if number in enheter and enheter[number]["status"] not in GONE
    ]
    page, size = _page(query), _size(query)
    shown = hits[page * size : (page + 1) * size]
    pages = -(-len(hits) // size)
    body: dict[str, Any] = {"_embedded": {"enheter": [enhet(row, api) for row in shown]}} if shown else {}
    body["_links"] = _links(query, page, size, pages, api)
    body["page"] = {"size": size, "totalElements": len(hits), "totalPages": pages, "number": page}
    return body


def _links(query: QueryParams, page: int, size: int, pages: int, api: str) -> dict[str, Any]:
    filtered = f"organisasjonsnummer={query['organisasjonsnummer']}&" if "organisasjonsnummer" in query else ""
    numbers = {"self": page}
    if pages > 1:
        numbers |= {"first": 0, "last": pages - 1}
    if 0 < page < pages:
        numbers["prev"] = page - 1
    if page + 1 < pages:
        numbers["next"] = page + 1
    return {name: {"href": f"{api}/enheter?{filtered}page={number}&size={size}"} for name, number in numbers.items()}


def _numbers(query: QueryParams) -> list[str] | None:
    given = query.getlist("organisasjonsnummer")
    return None if not given else [number.strip() for part in given for number in part.split(",")]


def _is_whole(query: QueryParams, name: str) -> bool:
    text = query.get(name, "1")
    return text.isascii() and text.isdecimal() and (name == "page" or int(text) > 0)


def _page(query: QueryParams) -> int:
    return int(query.get("page", "0"))


def _size(query: QueryParams) -> int:
    return int(query.get("size", str(DEFAULT_SIZE)))
