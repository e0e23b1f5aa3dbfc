"""Wire types of Altinn Notifications, as published: of the fields those we send and read.

`type` of the feed (in the documentation) is `shipmentType` in the service's code, and is not read. `requestedSendTime`
is not sent: Altinn takes the present for it, and refuses a time that has passed when the order arrives.
"""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from typing import TypedDict

from pydantic import Field

from connectors.wire import Root, Wire

SYSTEM = "ALTINN"
PAGE_SIZE = 500
"""Of the feed: the most that is given."""
DAYTIME = "Daytime"
"""Sent between 9 and 17 Norwegian time; an order that comes later is sent the next morning."""
FAILED = "SMS_Failed"
"""What every status begins with that says for good that the SMS did not arrive; SMS_Failed_TTL after 48 hours."""


class SmsSettingsWire(TypedDict):
    sender: str
    body: str
    sendingTimePolicy: str


class RecipientSmsWire(TypedDict):
    phoneNumber: str
    smsSettings: SmsSettingsWire


class RecipientWire(TypedDict):
    recipientSms: RecipientSmsWire


class OrderWire(TypedDict):
    idempotencyId: str
    sendersReference: str
    recipient: RecipientWire


class NotificationWire(Wire):
    shipmentId: str = Field(min_length=1)


class OrderResponse(Wire):
    """201 when the order is new, 200 with the same content when its idempotencyId is known."""

    notification: NotificationWire


class DeliveryWire(Wire):
    """`destination`, the number it goes to, is not read."""

    type: str | None = None
    status: str


class ShipmentWire(Wire):
    """`status` is the order's; each recipient has one of its own."""

    shipmentId: str
    sendersReference: str | None = None
    status: str
    recipients: tuple[DeliveryWire, ...] = ()


class FeedEntryWire(ShipmentWire):
    """A page of the feed is a bare list of these."""

    sequenceNumber: int


class FeedWire(Root[list[FeedEntryWire]]):
    """A page of the feed: a bare list."""


class ProblemWire(Wire):
    """RFC 7807. The field is `code`, and `errorCode` in older documentation; `detail` may quote us and is not read."""

    code: str | None = None
    errorCode: str | None = None
