"""The krav of Pilen that the other system collects: the same promises as Procasso's own client, over its one method."""

# ruff: noqa: TID252 - when it is used, it stands in connectors/procasso

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date
from typing import Any

import httpx
from pydantic import AwareDatetime, Field

from connectors.batches import batches
from connectors.call import Call
from connectors.credentials import Credentials
from connectors.http import Api
from connectors.retry import CallPolicy
from connectors.samkjoering.client import Avstemt, Nytt
from connectors.wire import Wire, parse
from domain.avstemming import Sum
from domain.errors import BusinessException, SystemException
from domain.innfordring import Beloep, Innbetaling, Innfordring, Konto, Status
from domain.krav import Krav, Tilstand

from .contract import MAX_PER_CALL, SYSTEM, Amounts, RpcError
from .mapping import KINDS, refusal

_NAMES = {kravtype: kind for kind, kravtype in KINDS.items()}


class PaymentWire(Wire):
    id: str
    on: date
    amount: int
    told: str | None


class StateWire(Wire):
    id: str
    status: str
    told: str | None


class SharedWire(Wire):
    id: str
    ref: str
    creditor: str
    debtor: str
    kind: str
    incurred: AwareDatetime
    due: date
    amounts: Amounts
    reference: str
    payments: list[PaymentWire]
    states: list[StateWire]


class TotalWire(Wire):
    creditor: str
    kind: str
    count: int
    principal: int
    paid: int
    left: int


class SharedResult(Wire):
    claims: list[SharedWire] = Field(default_factory=list)
    refs: list[str] = Field(default_factory=list)
    totals: list[TotalWire] = Field(default_factory=list)
    seq: int = 0
    next: str | None = None


class SharedResponse(Wire):
    result: SharedResult | None = None
    error: RpcError | None = None


class InnfordringClient:
    """As Kraftverk's automations know Procasso."""

    def __init__(self, base_url: str, http: httpx.AsyncClient, policy: CallPolicy, credentials: Credentials) -> None:
        self._api = Api(SYSTEM, base_url, http, policy, credentials=credentials)

    async def list_endringer(self, etter: int) -> Nytt:
        result = await self._ask("shared.feed", since=etter)
        return Nytt(frozenset(result.refs), result.seq)

    async def get_summer(self) -> Avstemt:
        result = await self._ask("shared.totals")
        summer = {
            (each.creditor, KINDS[each.kind]): Sum(each.count, each.principal, each.paid, each.left)
            for each in result.totals
        }
        return Avstemt(result.seq, summer)

    async def list_innfordringer(self) -> AsyncIterator[Innfordring]:
        after: str | None = "0"
        while after is not None:
            page = await self._ask("shared.list", after=after)
            for wire in page.claims:
                yield _innfordring(wire)
            after = page.next

    async def get_innfordringer(self, kravnumre: Iterable[str]) -> dict[str, Innfordring]:
        found: dict[str, Innfordring] = {}
        for batch in batches(kravnumre, MAX_PER_CALL):
            result = await self._ask("shared.get", refs=batch)
            found |= {wire.ref: _innfordring(wire) for wire in result.claims}
        return found

    async def create(self, krav: Krav, status: Status, idempotency_key: str) -> None:
        claim = {
            "ref": krav.kravnr,
            "creditor": krav.fordringshaver,
            "debtor": krav.skyldner,
            "kind": _NAMES[krav.kravtype],
            "incurred": krav.ilagt_tidspunkt.astimezone(UTC).isoformat(),
            "reference": krav.kid,
            "principal": krav.hovedstol,
            **_amounts(Beloep(krav.kostnader, krav.renter, krav.forfall)),
        }
        state = {"status": status.tilstand.value, "told": status.id}
        await self._ask("shared.open", changes=True, claim=claim, state=state, requestId=idempotency_key)

    async def change_beloep(self, kravnr: str, foer: Beloep, naa: Beloep, idempotency_key: str) -> None:
        words = {"ref": kravnr, "was": _amounts(foer), "set": _amounts(naa)}
        await self._ask("shared.amounts", changes=True, **words, requestId=idempotency_key)

    async def book(self, kravnr: str, innbetaling: Innbetaling, idempotency_key: str) -> None:
        words = {"ref": kravnr, "told": innbetaling.id, "on": innbetaling.dato.isoformat()}
        await self._ask("shared.pay", changes=True, **words, amount=innbetaling.beloep, requestId=idempotency_key)

    async def set_status(self, kravnr: str, status: Status, etter: str, idempotency_key: str) -> None:
        words = {"ref": kravnr, "told": status.id, "status": status.tilstand.value, "after": etter}
        await self._ask("shared.status", changes=True, **words, requestId=idempotency_key)

    async def _ask(self, method: str, *, changes: bool = False, **params: Any) -> SharedResult:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = await self._api.send(Call(method="POST", route="/rpc", json=body, changes=changes))
        response = parse(answer, SharedResponse)
        if response.error is not None and response.error.data.reason == "CONFLICT":
            raise BusinessException("SYNC_CONFLICT", nothing_done=True)
        if response.error is not None:
            raise refusal(response.error.data.reason, method)
        if response.result is None:
            raise SystemException(SYSTEM, "parse", f"{method}: neither a result nor an error")
        return response.result


def _amounts(beloep: Beloep) -> dict[str, object]:
    return {"fees": beloep.kostnader, "interest": beloep.renter, "due": beloep.forfall.isoformat()}


def _innfordring(wire: SharedWire) -> Innfordring:
    return Innfordring(
        id=wire.id,
        kravnr=wire.ref,
        kravtype=KINDS[wire.kind],
        fordringshaver=wire.creditor,
        skyldner=wire.debtor,
        ilagt_tidspunkt=wire.incurred.astimezone(UTC),
        hovedstol=wire.amounts.principal,
        beloep=Beloep(wire.amounts.fees, wire.amounts.interest, wire.due),
        kid=wire.reference,
        konto=Konto(
            tuple(Innbetaling(each.id, each.on, each.amount, each.told) for each in wire.payments),
            tuple(Status(each.id, Tilstand(each.status), each.told) for each in wire.states),
        ),
    )
