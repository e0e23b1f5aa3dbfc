"""Lookups in Folkeregisteret."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import httpx

from connectors.batches import batches
from connectors.call import Call
from connectors.credentials import Credentials
from connectors.folkeregisteret.contract import (
    MAX_PER_CALL,
    NAVN,
    PARTS,
    RELASJONER,
    SYSTEM,
    PersonBulkoppslagResponse,
)
from connectors.folkeregisteret.mapping import Read, map_adressat, map_oppslag, map_person
from connectors.http import Api
from connectors.retry import CallPolicy
from connectors.wire import parse
from domain.adressat import Adressat
from domain.skyldner import Person

_DIGITS = 11

T = TypeVar("T")


class FolkeregisterClient:
    """Persons by fødselsnummer or d-nummer, always by bulk lookup: then no URL holds a number.

    `base_url` ends in /folkeregisteret/offentlig-med-hjemmel/api/v1. The register gives Retry-After in milliseconds.
    """

    def __init__(self, base_url: str, http: httpx.AsyncClient, policy: CallPolicy, credentials: Credentials) -> None:
        self._api = Api(SYSTEM, base_url, http, policy, credentials=credentials, retry_after_unit="milliseconds")

    async def get_personer(self, numre: Iterable[str], *, relasjoner: bool = False) -> dict[str, Person]:
        """The persons by the number asked with; one the register does not know is left out.

        `relasjoner`: foreldreansvar and verge too. They need a rettighetspakke of their own (MIND-8).
        What is not eleven digits is not asked for: it can be no one's. Raises SystemException.
        """
        return await self._look_up_all(numre, [*PARTS, *RELASJONER] if relasjoner else PARTS, map_person)

    async def get_adressater(self, numre: Iterable[str]) -> dict[str, Adressat]:
        """Name and postal address of whom a letter goes to, by the number asked with. Raises SystemException.

        Left out: who is protected (VERN-2), dead or unknown, and who has no address that post can be sent to.
        """
        found = await self._look_up_all(numre, [*PARTS, *NAVN], map_adressat)
        return {nummer: adressat for nummer, adressat in found.items() if adressat is not None}

    async def _look_up_all(self, numre: Iterable[str], parts: list[str], read: Read[T]) -> dict[str, T]:
        possible = (nummer for nummer in numre if len(nummer) == _DIGITS and nummer.isascii() and nummer.isdigit())
        found: dict[str, T] = {}
        for batch in batches(possible, MAX_PER_CALL):
            found |= await self._lookup(batch, parts, read)
        return found

    async def _lookup(self, numre: list[str], parts: list[str], read: Read[T]) -> dict[str, T]:
        call = Call(
            method="POST",
            route="/personer/bulkoppslag",
            query={"part": parts},
            json={"foedselsEllerDNummer": numre},
        )
        response = parse(await self._api.send(call), PersonBulkoppslagResponse)
        found, unplaced = map_oppslag(numre, response.oppslag, read)
        if unplaced:
            # Asked one at a time, an old number and its continuing person belong together without a doubt.
            for nummer in [nummer for nummer in numre if nummer not in found]:
                found |= await self._lookup([nummer], parts, read)
        return found
