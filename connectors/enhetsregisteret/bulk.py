"""All units at once: a JSON array of more than a million, packed with gzip, read in bounded memory.

It is written to a file first. Read while it comes, a cut connection would be noticed after half of it had been acted
on, and a slow reader would make the register hang up.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast

import httpx
import ijson

from connectors.call import Answer, Call
from connectors.enhetsregisteret.contract import BULK_TYPE, SYSTEM, EnhetWire
from connectors.enhetsregisteret.mapping import map_enhet
from connectors.http import Api
from connectors.retry import CallPolicy
from connectors.wire import check
from domain.errors import SystemException
from domain.skyldner import Enhet

ROUTE = "/enheter/lastned"
LIMIT = 1800.0
"""Seconds for the whole file, some 200 MB."""


@dataclass(frozen=True, slots=True)
class Utgave:
    """One edition of the file. `etag` is empty when the register gives none."""

    endret: datetime
    etag: str


class Bulkfil:
    """The bulk file of the open API. It holds no units that are slettet or fjernet."""

    def __init__(self, base_url: str, http: httpx.AsyncClient, policy: CallPolicy) -> None:
        self._api = Api(SYSTEM, base_url, http, replace(policy, whole_call=max(policy.whole_call, LIMIT)))

    async def head(self) -> Utgave:
        """Which edition there is now, without fetching it. Raises SystemException."""
        return _utgave(await self._api.send(Call(method="HEAD", route=ROUTE, headers={"Accept": BULK_TYPE})))

    async def find(self, numre: Collection[str]) -> tuple[Utgave, dict[str, Enhet]]:
        """Those of the units that the file holds, by number, and its edition. Raises SystemException."""
        with TemporaryDirectory(prefix="kraftverk-") as folder:
            path = Path(folder) / "enheter.json.gz"
            headers = {"Accept": BULK_TYPE, "Accept-Encoding": "identity"}
            answer = await self._api.send(Call(method="GET", route=ROUTE, headers=headers, into=path))
            return _utgave(answer), await asyncio.to_thread(find_enheter, path, numre)


def find_enheter(path: Path, numre: Collection[str]) -> dict[str, Enhet]:
    """The units with these numbers in a fetched file. Blocks. Raises SystemException (parse)."""
    wanted = frozenset(numre)
    found: dict[str, Enhet] = {}
    for unit in _read(path):
        nummer = unit.get("organisasjonsnummer") if isinstance(unit, dict) else None
        if nummer is None:
            raise SystemException(SYSTEM, "parse", f"{ROUTE}: a unit without organisasjonsnummer")
        if nummer in wanted:
            found[nummer] = map_enhet(check(unit, EnhetWire, SYSTEM, ROUTE))
    return found


def _read(path: Path) -> Iterator[Any]:
    """Every element of the array, one at a time: whole, or the exception says that the file is not."""
    try:
        with gzip.open(path) as packed:
            file = cast(BinaryIO, packed)
            begins = file.read(1)
            if begins != b"[":
                raise ijson.JSONError
            file.seek(0)
            yield from ijson.items(file, "item", use_float=True)
            return
    except (OSError, EOFError, zlib.error, ijson.JSONError) as error:
        problem = type(error).__name__
    raise SystemException(SYSTEM, "parse", f"{ROUTE}: not a whole array packed with gzip ({problem})")


def _utgave(answer: Answer) -> Utgave:
    """Raises SystemException (parse): without its date nobody knows from where the feed goes on."""
    try:
        endret = parsedate_to_datetime(answer.headers.get("last-modified", ""))
    except ValueError:
        endret = None
    if endret is None or endret.tzinfo is None:
        raise SystemException(SYSTEM, "parse", f"{answer.label}: no Last-Modified")
    return Utgave(endret, answer.headers.get("etag", ""))
