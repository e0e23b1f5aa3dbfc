"""The feed of updates: which units have changed since a place in it, and where it goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.call import Call
from connectors.enhetsregisteret.contract import OPPDATERING_TYPE, SYSTEM, OppdateringSide
from connectors.http import Api
from connectors.wire import parse
from domain.errors import SystemException

PER_CALL = 1000
Posisjon = int | datetime
"""The oppdateringsid of the first entry wanted, or, when no entry has been seen yet, the instant to read from."""


@dataclass(frozen=True, slots=True)
class Oppdatering:
    """One change of one unit. `endringstype` is the register's word, which may be new to us."""

    oppdateringsid: int
    organisasjonsnummer: str
    endringstype: str

    @property
    def neste(self) -> int:
        """Where to read on: `oppdateringsid` is inclusive."""
        return self.oppdateringsid + 1


class Oppdateringer:
    """The feed of the open API. It holds some 24 million entries, so it is never read from its beginning."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def read(self, fra: Posisjon) -> AsyncIterator[Oppdatering]:
        """Every entry from this place on, oldest first, until none is newer. Raises SystemException."""
        while True:
            call = Call(
                method="GET",
                route="/oppdateringer/enheter",
                query={**_place(fra), "size": str(PER_CALL), "sort": "id,ASC"},
                headers={"Accept": OPPDATERING_TYPE},
            )
            side = parse(await self._api.send(call), OppdateringSide)
            entries = side.embedded.oppdaterteEnheter if side.embedded else []
            if not entries:
                return
            for entry in entries:
                if isinstance(fra, int) and entry.oppdateringsid < fra:
                    # Going on from here would read the same again and again, or leave something out.
                    raise SystemException(SYSTEM, "parse", f"{call.label}: not in order, or older than asked for")
                yield Oppdatering(entry.oppdateringsid, entry.organisasjonsnummer, entry.endringstype)
                fra = entry.oppdateringsid + 1


def _place(fra: Posisjon) -> dict[str, str]:
    """By number, not by page: page × size may not pass 10 000."""
    if isinstance(fra, int):
        return {"oppdateringsid": str(fra)}
    return {"dato": fra.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")}
