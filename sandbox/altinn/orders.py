"""The orders Altinn has taken in, by idempotencyId, and the feed of how their shipments have ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.altinn.order import DELIVERED, Shipment, now


class Orders:
    """Every order since the sandbox started, and which of them are of the present day."""

    def __init__(self) -> None:
        self._by_key: dict[str, Shipment] = {}
        self._shown: dict[str, Shipment] = {}
        self._feed: list[dict[str, Any]] = []
        self._earlier = 0

    def known(self, idempotency_id: str) -> Shipment | None:
        """What was ordered under this id before."""
        return self._by_key.get(idempotency_id)

    def take(self, idempotency_id: str, shipment: Shipment) -> None:
        """Remember the order: under the same id nothing more is ever sent."""
        self._by_key[idempotency_id] = shipment

    def show(self, shipment: Shipment) -> None:
        """From now on the shipment can be asked for."""
        self._shown[shipment.id] = shipment

    def get(self, shipment_id: str) -> Shipment | None:
        """One shipment by its id."""
        return self._shown.get(shipment_id)

    def of_krav(self, kravnr: str) -> Iterator[Shipment]:
        """The shipments under a reference that begins with this kravnr."""
        return (shipment for shipment in self._shown.values() if shipment.kravnr == kravnr)

    def end(self, shipment: Shipment, status: str) -> None:
        """The SMS has got this status; what is final is told in the feed."""
        shipment.sms_status, shipment.at = status, now()
        if shipment.is_final:
            self._feed.append({"sequenceNumber": len(self._feed) + 1, **shipment.document("shipmentType")})

    def begin_day(self) -> None:
        """What came in until now is of earlier days, and has arrived if nothing else has been said of it."""
        for shipment in self._shown.values():
            if not shipment.is_final:
                self.end(shipment, DELIVERED)
        self._earlier = len(self._shown)

    def of_today(self) -> list[Shipment]:
        """The shipments of this day, in order."""
        return list(self._shown.values())[self._earlier :]

    def feed(self, seq: int, size: int) -> list[dict[str, Any]]:
        """At most `size` entries after the sequence number `seq`, oldest first."""
        return [entry for entry in self._feed if entry["sequenceNumber"] > seq][:size]
