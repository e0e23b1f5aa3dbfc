"""Lookups in the Kontakt- og reservasjonsregister."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from connectors.batches import batches
from connectors.call import Call
from connectors.credentials import Credentials
from connectors.http import Api
from connectors.krr.contract import MAX_PER_CALL, SYSTEM, PersonerWire
from connectors.krr.mapping import map_personer
from connectors.retry import CallPolicy
from connectors.wire import parse
from domain.kontaktinformasjon import Kontaktinformasjon

_DIGITS = 11


class KrrClient:
    """Persons by fødselsnummer or d-nummer, in the body of a POST: no URL holds a number. `base_url` ends in /rest/v2.

    Needs the scope krr:global/kontaktinformasjon.read.
    """

    def __init__(self, base_url: str, http: httpx.AsyncClient, policy: CallPolicy, credentials: Credentials) -> None:
        self._api = Api(SYSTEM, base_url, http, policy, credentials=credentials)

    async def get_kontaktinformasjon(self, numre: Iterable[str]) -> dict[str, Kontaktinformasjon]:
        """What is known of each, by the number asked with; who the register does not answer for is left out.

        What is not eleven digits is not asked for: it can be no one's. Raises SystemException.
        """
        possible = (nummer for nummer in numre if len(nummer) == _DIGITS and nummer.isascii() and nummer.isdigit())
        found: dict[str, Kontaktinformasjon] = {}
        for batch in batches(possible, MAX_PER_CALL):
            call = Call(method="POST", route="/personer", json={"personidentifikatorer": batch})
            found |= map_personer(batch, parse(await self._api.send(call), PersonerWire).personer)
        return found
