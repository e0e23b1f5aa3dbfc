"""A channel in Teams, by an incoming webhook (the workflow «When a Teams webhook request is received»).

The address is a secret: whoever has it can write in the channel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from connectors.call import Call
from connectors.http import Api
from connectors.retry import CallPolicy
from connectors.varsling.melding import Melding
from domain.errors import SystemException

SYSTEM = "TEAMS"
PATIENCE = CallPolicy(connect=5.0, read=20.0, whole_call=30.0, tries=1)
FAILED = b"Webhook message delivery failed"
"""What the older kind of webhook says with status 200 when Teams took nothing."""


@dataclass(frozen=True, slots=True)
class Teams:
    webhook: Callable[[], str] = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)
    navn: str = "Teams"

    async def send(self, melding: Melding) -> None:
        """Raises SystemException."""
        api = Api(SYSTEM, self.webhook(), self.http, PATIENCE)
        answer = await api.send(Call(method="POST", route="", json=_message(melding), changes=True))
        if answer.content.startswith(FAILED):
            raise SystemException(SYSTEM, "answer", "the webhook could not deliver the message")


def _message(melding: Melding) -> dict[str, Any]:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": melding.emne, "weight": "Bolder", "size": "Medium", "wrap": True},
            {"type": "TextBlock", "text": melding.ingress, "wrap": True},
            {"type": "FactSet", "facts": [{"title": navn, "value": value} for navn, value in melding.linjer]},
        ],
        "actions": [{"type": "Action.OpenUrl", "title": "Åpne konsollet", "url": melding.lenke}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}
