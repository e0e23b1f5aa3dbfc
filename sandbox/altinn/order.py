"""An order of one SMS: what Altinn refuses of it, and what it has come to."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.altinn.errors import Refused

ORDER = frozenset(
    {
        "idempotencyId", "sendersReference", "requestedSendTime", "recipient", "reminders", "conditionEndpoint",
        "dialogportenAssociation",
    }
)  # fmt: skip
SMS_SETTINGS = frozenset({"sender", "body", "sendingTimePolicy"})
LONGEST = 16 * 134
"""Characters of an SMS in sixteen parts."""
ACCEPTED, DELIVERED, FAILED = "SMS_Accepted", "SMS_Delivered", "SMS_Failed"

_PHONE = re.compile(r"(\+|00)[1-9]\d{6,14}", re.ASCII)


@dataclass(slots=True)
class Shipment:
    """One SMS. Of the status of the order and that of the SMS the first follows from the second."""

    id: str
    order_id: str
    reference: str
    phone: str = field(repr=False)
    body: str = field(repr=False)
    sms_status: str = ACCEPTED
    at: str = field(default_factory=lambda: now())

    @property
    def is_final(self) -> bool:
        """Delivered, or failed for good."""
        return self.sms_status == DELIVERED or self.sms_status.startswith(FAILED)

    @property
    def kravnr(self) -> str:
        """What the reference begins with, up to the first colon."""
        return self.reference.partition(":")[0]

    def document(self, kind: str = "type") -> dict[str, Any]:
        """The shipment as it is told; `kind` is what its kind is called there."""
        return {
            "shipmentId": self.id,
            "sendersReference": self.reference,
            kind: "Notification",
            "status": "Order_Completed" if self.is_final else "Order_Processed",
            "lastUpdate": self.at,
            "recipients": [
                {"type": "SMS", "destination": self.phone, "status": self.sms_status, "lastUpdate": self.at}
            ],
        }


def now() -> str:
    """The instant, as Altinn writes it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def read_order(body: bytes) -> tuple[str, Shipment]:
    """The idempotencyId and the shipment of a good order. Raises `Refused` (400) for the first rule broken."""
    order = _object(_json(body), "the body")
    _refuse_unknown(order, ORDER, "the order")
    key = order.get("idempotencyId")
    if not isinstance(key, str) or not key.strip():
        raise Refused(400, "IdempotencyId cannot be null or empty.")
    _check_time(order.get("requestedSendTime"))
    recipient = _object(order.get("recipient"), "recipient")
    sms = _object(recipient.get("recipientSms"), "recipientSms")
    settings = _object(sms.get("smsSettings"), "smsSettings")
    _refuse_unknown(settings, SMS_SETTINGS, "smsSettings")
    phone, text = sms.get("phoneNumber"), settings.get("body")
    if not isinstance(phone, str) or not _PHONE.fullmatch(phone):
        raise Refused(400, f"The phone number {phone} is not valid: it must start with a country code.")
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST:
        raise Refused(400, "The body of the SMS must have between 1 and 2144 characters.")
    if settings.get("sendingTimePolicy", "Daytime") not in ("Daytime", "Anytime"):
        raise Refused(400, "sendingTimePolicy must be Daytime or Anytime.")
    reference = order.get("sendersReference") or ""
    return key, Shipment(str(uuid.uuid4()), str(uuid.uuid4()), str(reference), phone, text)


def _check_time(text: object) -> None:
    """Left out it is now; a moment of the past is refused, with a little patience for the time on the way."""
    if text is None:
        return
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Refused(400, "The requested send time value must have specified a time zone.")
    if at < datetime.now(UTC) - timedelta(seconds=1):
        raise Refused(400, "RequestedSendTime must be greater than or equal to now.")


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        raise Refused(400, "The body is not JSON.") from None


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused(400, f"{name} is missing.")
    return value


def _refuse_unknown(given: dict[str, Any], known: frozenset[str], where: str) -> None:
    """The real one overlooks a field with a name it does not know; here it is refused, since ours would be wrong."""
    if unknown := sorted(given.keys() - known):
        raise Refused(400, f"{where} has unknown fields: {', '.join(unknown)}.")
