"""One SMS through Altinn: ordered again under the same idempotencyId it is the same SMS, whatever answer was lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from connectors.altinn_varsling.client import AltinnVarslingClient
from connectors.altinn_varsling.sms import Sms
from flows.effekter.endring import OneEffect
from flows.fagsystemer import BeforeSave
from hub.automation import Json, Look


@dataclass
class SendSms(OneEffect):
    """Altinn cannot be asked whether an idempotencyId is known, but to order again answers it and sends nothing more.

    So a started order of which we have no shipment looks like none, and is made again, while the SMS is still to go.
    Where it is not (paid meanwhile), whether it went is UNKNOWN, and a person settles it.
    """

    write: Callable[[], Awaitable[Sms | None]]
    """The SMS from what is so now; None when it is not to go any more."""
    altinn: AltinnVarslingClient
    wait: float
    _written: Sms | None = field(default=None, repr=False)
    _shipment: str | None = None

    @property
    def settle(self) -> float:
        return self.wait

    async def see(self) -> Look:
        if self._shipment is None:
            self._written = await self.write()
            return Look.UNKNOWN if self._written is None else Look.NONE
        return Look.ALL if await self.altinn.get_status(self._shipment) else Look.NONE

    async def change(self, before_save: BeforeSave) -> None:
        assert self._written is not None, "what is not to go is not ordered"
        self._shipment = await self.altinn.order_sms(self._written, before_send=before_save)

    def receipt(self) -> Json:
        return {"forsendelse": self._shipment}
