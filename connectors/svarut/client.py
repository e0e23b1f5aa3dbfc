"""Sending letters by SvarUt, and asking what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

import httpx

from connectors.batches import batches
from connectors.call import Call
from connectors.credentials import Credentials
from connectors.http import Api
from connectors.retry import CallPolicy
from connectors.svarut.contract import (
    MAX_PER_CALL,
    SYSTEM,
    EksternRefOppslagMetadataResponse,
    EksternRefOppslagResponse,
    ErrorMessage,
    ForsendelseStatuser,
    SendForsendelseResponse,
)
from connectors.svarut.forsendelse import Forsendelse
from connectors.svarut.mapping import map_parts, map_statuser, refusal
from connectors.wire import parse
from domain.kalender import oslo_date

SENDING = CallPolicy(read=960.0, write=120.0, whole_call=1100.0, tries=1)
"""KS recommends to wait 16 minutes for an answer. Whoever acts within a limit of its own gives up first."""

_FORSENDELSER = "/v2/kontoer/{kontoId}/forsendelser"
_REFUSED = frozenset({400, 404, 413, 422})


@dataclass(frozen=True, slots=True)
class Integrasjon:
    """How KS Fiks knows us beside the token of Maskinporten."""

    id: str
    passord: str = field(repr=False)


class SvarUtClient:
    """The letters of one konto. `base_url` ends in /api. `policy` is for questions, `sending` for a letter.

    SvarUt has no idempotency key: the same letter sent twice is two letters. So before a letter is sent, and before it
    is ever sent again, `find` tells whether it is there. A letter that was taken in so late that it was not found yet
    is the window that remains.
    """

    def __init__(
        self,
        base_url: str,
        konto_id: str,
        http: httpx.AsyncClient,
        policy: CallPolicy,
        credentials: Credentials,
        integrasjon: Integrasjon,
        *,
        sending: CallPolicy = SENDING,
    ) -> None:
        self._questions = Api(SYSTEM, base_url, http, policy, credentials=credentials)
        self._letters = Api(SYSTEM, base_url, http, sending, credentials=credentials)
        self._credentials = credentials
        self._konto = {"kontoId": konto_id}
        self._headers = {"IntegrasjonId": integrasjon.id, "IntegrasjonPassord": integrasjon.passord}

    async def find(self, ekstern_referanse: str) -> list[str]:
        """The ids of the letters we have sent under this reference; none is an answer. Raises SystemException."""
        call = Call(
            method="GET",
            route=_FORSENDELSER,
            path=self._konto,
            query={"eksternRef": ekstern_referanse},
            headers=self._headers,
        )
        return parse(await self._questions.send(call), EksternRefOppslagResponse).forsendelseIds

    async def find_days(self, ekstern_referanse: str) -> dict[str, date]:
        """The letters we have sent under this reference, by id, with the day SvarUt took each in, in Oslo.

        Raises SystemException.
        """
        call = Call(
            method="GET",
            route=f"{_FORSENDELSER}/metadata",
            path=self._konto,
            query={"eksternRef": ekstern_referanse},
            headers=self._headers,
        )
        found = parse(await self._questions.send(call), EksternRefOppslagMetadataResponse).forsendelser
        return {each.id: oslo_date(each.dato) for each in found}

    async def send(self, forsendelse: Forsendelse, *, before_send: Callable[[], None]) -> str:
        """Send the letter, once, and answer with its id. SvarUt then guarantees that it is delivered.

        `before_send` is called when all that can fail before has not. Raises BusinessException (LETTER_REFUSED) and
        SystemException; in phase send, answer or parse the letter may be on its way.
        """
        await self._credentials.authorization()
        call = Call(
            method="POST",
            route=_FORSENDELSER,
            path=self._konto,
            headers=self._headers,
            parts=map_parts(forsendelse),
            answers=_REFUSED,
            changes=True,
        )
        before_send()
        answer = await self._letters.send(call)
        if answer.status in _REFUSED:
            raise refusal(answer.status, parse(answer, ErrorMessage))
        return parse(answer, SendForsendelseResponse).id

    async def get_status(self, ids: Iterable[str]) -> dict[str, str]:
        """SvarUt's own word for how far each letter has come, by id; unknown ids are left out. Raises SystemException.

        It may change at any time, so it is not to be kept.
        """
        found: dict[str, str] = {}
        for batch in batches(ids, MAX_PER_CALL):
            call = Call(
                method="POST",
                route=f"{_FORSENDELSER}/status-sok",
                path=self._konto,
                headers=self._headers,
                json={"forsendelseIds": batch},
            )
            found |= map_statuser(batch, parse(await self._questions.send(call), ForsendelseStatuser).statuser)
        return found
