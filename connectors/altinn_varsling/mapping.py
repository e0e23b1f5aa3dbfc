"""Between an Sms and Altinn's wire types, and from its refusals to ours. Pure."""

from __future__ import annotations

import re

from connectors.altinn_varsling.contract import DAYTIME, FAILED, OrderWire, ProblemWire, ShipmentWire
from connectors.altinn_varsling.sms import Forsendelsesstatus, Sms
from domain.errors import BusinessException

_SMS = "sms"
_CODE = re.compile(r"[A-Z]{3,5}-\d{5}")


def map_order(sms: Sms, avsender: str) -> OrderWire:
    """The order as it is sent."""
    return {
        "idempotencyId": sms.idempotency_id,
        "sendersReference": sms.referanse,
        "recipient": {
            "recipientSms": {
                "phoneNumber": sms.telefonnummer,
                "smsSettings": {"sender": avsender, "body": sms.tekst, "sendingTimePolicy": DAYTIME},
            }
        },
    }


def map_status(wire: ShipmentWire) -> Forsendelsesstatus:
    """An SMS of ours goes to one number, so one delivery tells all."""
    statuser = [each.status for each in wire.recipients if (each.type or _SMS).lower() == _SMS]
    feilet = next((status for status in statuser if status.startswith(FAILED)), None)
    status = feilet or next(iter(statuser), wire.status)
    return Forsendelsesstatus(wire.shipmentId, wire.sendersReference, status, feilet is not None)


def refusal(status: int, problem: ProblemWire) -> BusinessException:
    """An order that was refused: nothing was sent, and the same order would be refused again."""
    code = problem.code or problem.errorCode or ""
    return BusinessException(
        "SMS_REFUSED", f"HTTP {status}, {code if _CODE.fullmatch(code) else 'no code'}", nothing_done=True
    )
