"""Ordering SMS by Altinn Notifications, and asking what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from connectors.altinn_varsling.contract import (
    PAGE_SIZE,
    SYSTEM,
    FeedEntryWire,
    FeedWire,
    OrderResponse,
    ProblemWire,
    ShipmentWire,
)
from connectors.altinn_varsling.mapping import map_order, map_status, refusal
from connectors.altinn_varsling.sms import Forsendelsesstatus, Sms
from connectors.call import Call
from connectors.credentials import Credentials
from connectors.http import Api
from connectors.retry import CallPolicy
from connectors.wire import parse
from domain.errors import SystemException

_REFUSED = frozenset({400, 422})
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Feed:
    """What the feed has told since a sequence number, oldest first, and the number to go on from."""

    statuser: list[Forsendelsesstatus]
    seq: int


class AltinnVarslingClient:
    """`base_url` ends in /notifications/api/v1. `avsender`: up to eleven letters and digits, shown as the sender."""

    def __init__(
        self, base_url: str, http: httpx.AsyncClient, policy: CallPolicy, credentials: Credentials, avsender: str
    ) -> None:
        self._api = Api(SYSTEM, base_url, http, policy, credentials=credentials)
        self._credentials = credentials
        self._avsender = avsender

    async def order_sms(self, sms: Sms, *, before_send: Callable[[], None]) -> str:
        """Order the SMS, and answer with the id of its shipment: the same one when it has been ordered before.

        It is sent once here; whoever got no answer may ask again. `before_send` is called when all that can fail
        before has not. Raises BusinessException (SMS_REFUSED) and SystemException; in phase send, answer or parse the
        SMS may be on its way.
        """
        await self._credentials.authorization()
        call = Call(
            method="POST",
            route="/future/orders",
            json=map_order(sms, self._avsender),
            answers=_REFUSED,
            changes=True,
        )
        before_send()
        answer = await self._api.send(call)
        if answer.status in _REFUSED:
            raise refusal(answer.status, parse(answer, ProblemWire))
        return parse(answer, OrderResponse).notification.shipmentId

    async def get_status(self, shipment_id: str) -> Forsendelsesstatus | None:
        """How far the shipment has come; None when Altinn has none of that id. Raises SystemException."""
        call = Call(
            method="GET",
            route="/future/shipment/{id}",
            path={"id": shipment_id},
            answers=frozenset({_NOT_FOUND}),
        )
        answer = await self._api.send(call)
        if answer.status == _NOT_FOUND:
            parse(answer, ProblemWire)  # Altinn's own word for it, and not that of something on the way
            return None
        return map_status(parse(answer, ShipmentWire))

    async def read_feed(self, seq: int) -> Feed:
        """Everything the feed tells after the sequence number `seq`, 0 from its beginning. Raises SystemException."""
        statuser: list[Forsendelsesstatus] = []
        while page := await self._page(seq):
            last = max(entry.sequenceNumber for entry in page)
            if last <= seq:
                raise SystemException(SYSTEM, "parse", "the feed does not go on from where it was asked to")
            statuser += [map_status(entry) for entry in sorted(page, key=lambda entry: entry.sequenceNumber)]
            seq = last
        return Feed(statuser, seq)

    async def _page(self, seq: int) -> list[FeedEntryWire]:
        query: dict[str, str | list[str]] = {"seq": str(seq), "pageSize": str(PAGE_SIZE)}
        call = Call(method="GET", route="/future/shipment/feed", query=query)
        return parse(await self._api.send(call), FeedWire).root
