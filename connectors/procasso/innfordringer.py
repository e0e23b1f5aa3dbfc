"""The krav of Pilen that Procasso collects: taken in, kept up to date, and read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import httpx

from connectors.batches import batches
from connectors.call import Answer, Call
from connectors.credentials import Credentials
from connectors.http import Api
from connectors.paging import Page, read_list
from connectors.procasso.contract import SYSTEM, Feil
from connectors.procasso.innfordring_contract import InnfordringOppslag, InnfordringSide, Tatt
from connectors.procasso.innfordring_mapping import map_innfordring, write_beloep, write_innfordring
from connectors.procasso.mapping import refusal
from connectors.retry import CallPolicy
from connectors.samkjoering.client import REFUSED, SamkjoeringClient
from connectors.samkjoering.contract import MAX_PER_CALL
from connectors.wire import parse
from domain.errors import BusinessException, SystemException
from domain.innfordring import Beloep, Innfordring, Status
from domain.krav import Krav

_CONFLICT = frozenset({"REFERANSE_BRUKT", "STATUS_ENDRET", "STATUS_AVSLUTTET"})


class InnfordringClient(SamkjoeringClient):
    """Procasso's side. `base_url` ends in /api/v1. `kravnr` is always Pilen's, Procasso's `referanse`."""

    system = SYSTEM
    _route = "/innfordringer/{kravnr}"

    def __init__(self, base_url: str, http: httpx.AsyncClient, policy: CallPolicy, credentials: Credentials) -> None:
        super().__init__(Api(SYSTEM, base_url, http, policy, credentials=credentials), _refusal)

    def list_innfordringer(self) -> AsyncIterator[Innfordring]:
        """All of them, each once, page by page, as `read_list` does. Raises SystemException."""
        return read_list(SYSTEM, "GET /innfordringer", self._pages)

    async def get_innfordringer(self, kravnumre: Iterable[str]) -> dict[str, Innfordring]:
        """By kravnr; those that Procasso does not have are left out. Raises SystemException."""
        found: dict[str, Innfordring] = {}
        for batch in batches(kravnumre, MAX_PER_CALL):
            call = Call(method="POST", route="/innfordringer/bulkoppslag", json={"referanser": batch})
            oppslag = parse(await self._api.send(call), InnfordringOppslag)
            innfordringer = {wire.referanse: map_innfordring(wire) for wire in oppslag.funnet}
            answered = innfordringer.keys() | set(oppslag.ikkeFunnet)
            if len(innfordringer) != len(oppslag.funnet) or set(batch) != answered:
                raise SystemException(SYSTEM, "parse", f"{call.label}: not one answer for each krav asked for")
            found |= innfordringer
        return found

    async def create(self, krav: Krav, status: Status, idempotency_key: str) -> None:
        """Ask Procasso to collect the krav, in this status of Pilen's. Raises as every change here."""
        call = Call(
            method="POST",
            route="/innfordringer",
            headers={"Idempotency-Key": idempotency_key},
            json=write_innfordring(krav, status),
            answers=REFUSED,
            changes=True,
        )
        await self._taken(call, krav.kravnr)

    async def change_beloep(self, kravnr: str, foer: Beloep, naa: Beloep, idempotency_key: str) -> None:
        """Other amounts and forfall than `foer`, which they must still be. Raises as every change here."""
        before = {f"{name}Foer": value for name, value in write_beloep(foer).items()}
        call = self._change("", kravnr, {**write_beloep(naa), **before}, idempotency_key, method="PATCH")
        await self._taken(call, kravnr)

    async def _pages(self) -> AsyncIterator[Page[Innfordring]]:
        offset, more = 0, True
        while more:
            call = Call(method="GET", route="/innfordringer", query={"offset": str(offset)})
            page = parse(await self._api.send(call), InnfordringSide)
            if page.offset != offset or (not page.elementer and offset < page.treff):
                raise SystemException(SYSTEM, "parse", f"{call.label}: another page than the one asked for")
            yield Page({wire.referanse: map_innfordring(wire) for wire in page.elementer}, page.treff)
            offset += len(page.elementer)
            more = offset < page.treff

    async def _taken(self, call: Call, kravnr: str) -> None:
        if parse(await self._send(call), Tatt).referanse != kravnr:
            raise SystemException(SYSTEM, "verify", f"{call.label}: answered for another krav than the one sent")


def _refusal(answer: Answer, label: str) -> BusinessException | SystemException:
    kode = parse(answer, Feil).feil.kode
    if kode in _CONFLICT:
        return BusinessException("SYNC_CONFLICT", nothing_done=True)
    return refusal(kode, label, answer.status)
