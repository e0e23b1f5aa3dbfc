"""The feed of updates. It begins when the world does: what happened before is in the bulk file alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from starlette.datastructures import QueryParams

from sandbox.enhetsregisteret.errors import Fault
from sandbox.world import Happening

FIRST_ID = 21_000_001
"""Of the first change of this world; the register has told of many before."""
MAX_DEPTH = 10_000
DEFAULT_SIZE = 20
TIME = "T04:01:22.299Z"
_TYPES = {"slettet": "Sletting", "fjernet": "Fjernet"}


def faults_in(query: QueryParams) -> list[Fault]:
    """What the register would refuse with 400. Parameters this simulator does not have are refused, not ignored."""
    known = {"dato", "oppdateringsid", "page", "size", "sort"}
    faults = [(f"Parameteren {name} støttes ikke", name, f"[{query[name]}]") for name in query if name not in known]
    faults += [
        (f"{name} må være et heltall", name, query[name])
        for name in ("oppdateringsid", "page", "size")
        if name in query and not (query[name].isascii() and query[name].isdecimal())
    ]
    if "dato" in query and not _is_instant(query["dato"]):
        faults.append(("dato må ha formen yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "dato", query["dato"]))
    if query.get("sort", "id,ASC") != "id,ASC":
        faults.append(("Bare sort=id,ASC støttes", "sort", query["sort"]))
    if not faults and (_number(query, "page", 0) + 1) * _size(query) > MAX_DEPTH:
        faults.append((f"page og size gir mer enn {MAX_DEPTH} treff", "page", query.get("page", "0")))
    return faults


def oppdateringer(query: QueryParams, history: Sequence[Happening], api: str) -> dict[str, Any]:
    """One page of the feed. `_embedded` is absent when nothing is newer. The query must be without faults."""
    changes = [happening for happening in history if happening.file == "enheter"]
    entries = [_entry(FIRST_ID + number, happening, api) for number, happening in enumerate(changes)]
    first, since = _number(query, "oppdateringsid", 0), query.get("dato", "")
    hits = [entry for entry in entries if entry["oppdateringsid"] >= first and entry["dato"] >= since]
    page, size = _number(query, "page", 0), _size(query)
    shown = hits[page * size : (page + 1) * size]
    body: dict[str, Any] = {"_embedded": {"oppdaterteEnheter": shown}} if shown else {}
    body["_links"] = {"self": {"href": f"{api}/oppdateringer/enheter"}}
    body["page"] = {
        "size": size,
        "totalElements": len(hits),
        "totalPages": -(-len(hits) // size),
        "number": page,
    }
    return body


def _entry(oppdateringsid: int, happening: Happening, api: str) -> dict[str, Any]:
    kind = "Ny" if happening.before is None else _TYPES.get(happening.after["status"], "Endring")
    return {
        "oppdateringsid": oppdateringsid,
        "dato": f"{happening.day}{TIME}",
        "organisasjonsnummer": happening.key,
        "endringstype": kind,
        "_links": {"enhet": {"href": f"{api}/enheter/{happening.key}"}},
    }


def _is_instant(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007 - only its form is looked at
    except ValueError:
        return False
    return True


def _number(query: QueryParams, name: str, default: int) -> int:
    return int(query.get(name, default))


def _size(query: QueryParams) -> int:
    return max(1, _number(query, "size", DEFAULT_SIZE))
