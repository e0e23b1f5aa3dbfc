"""Lookups in Folkeregisteret."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from connectors.batches import batches
from connectors.call import Call
from connectors.credentials import Credentials
from connectors.folkeregisteret.contract import MAX_PER_CALL, PARTS, SYSTEM, PersonBulkoppslagResponse
from connectors.folkeregisteret.mapping import map_oppslag
from connectors.http import Api
from connectors.retry import CallPolicy
from connectors.wire import parse
from domain.skyldner import Person

_DIGITS = 11


class FolkeregisterClient:
    """Persons by fødselsnummer or d-nummer, always by bulk lookup: then no URL holds a number.

    `base_url` ends in /folkeregisteret/offentlig-med-hjemmel/api/v1. The register gives Retry-After in milliseconds.
    """

    def __init__(self, base_url: str, http: httpx.AsyncClient, policy: CallPolicy, credentials: Credentials) -> None:
        self._api = Api(SYSTEM, base_url, http, policy, credentials=credentials, retry_after_unit="milliseconds")

    async def get_personer(self, numre: Iterable[str]) -> dict[str, Person]:
        """The persons by the number asked with; one the register does not know is left out.

        What is not eleven digits is not asked for: it can be no one's. Raises SystemException.
        """
        possible = (nummer for nummer in numre if len(nummer) == _DIGITS and nummer.isascii() and nummer.isdigit())
        found: dict[str, Person] = {}
        for batch in batches(possible, MAX_PER_CALL):
            found |= await self._lookup(batch)
        return found

    async def _lookup(self, numre: list[str]) -> dict[str, Person]:
        call = Call(
            method="POST",
            route="/personer/bulkoppslag",
            query={"part": PARTS},
            json={"foedselsEllerDNummer": numre},
        )
        response = parse(await self._api.send(call), PersonBulkoppslagResponse)
        found, unplaced = map_oppslag(numre, response.oppslag)
        if unplaced:
            # Asked one at a time, an old number and its continuing person belong together without a doubt.
            for nummer in [nummer for nummer in numre if nummer not in found]:
                found |= await self._lookup([nummer])
        return found
