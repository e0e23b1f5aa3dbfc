"""Lookups in Folkeregisteret, and its feed of what has happened to people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

import httpx

from connectors.batches import batches
from connectors.call import Call
from connectors.credentials import Credentials
from connectors.folkeregisteret.bo import map_boopplysning, map_doedsbo
from connectors.folkeregisteret.contract import (
    DOEDSBO,
    MAX_PER_CALL,
    NAVN,
    PARTS,
    RELASJONER,
    SYSTEM,
    PersonBulkoppslagResponse,
)
from connectors.folkeregisteret.hendelse import Feed, Hendelsesdokumenter, Sekvensnummer
from connectors.folkeregisteret.mapping import Read, map_adressat, map_oppslag, map_person
from connectors.http import Api
from connectors.retry import CallPolicy
from connectors.wire import parse
from domain.adressat import Adressat
from domain.doedsbo import Doedsbo
from domain.errors import SystemException
from domain.registerhendelse import Registerhendelse
from domain.skyldner import Person

_DIGITS = 11
_GONE = 406
_NO_LONGER_KEPT = 400

T = TypeVar("T")


class FeedPositionGone(Exception):
    """The register no longer has the events from there on: whoever followed the feed must look everybody up anew."""


class FolkeregisterClient:
    """Persons by fødselsnummer or d-nummer, always by bulk lookup: then no URL holds a number. And the feed of events.

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

    async def get_doedsboer(self, numre: Iterable[str]) -> dict[str, Doedsbo]:
        """The estates of the dead, with whom to write to, by the number asked with. Raises SystemException.

        Left out: who is alive, protected (VERN-2) or unknown. A contact that the register knows by number alone is
        looked up too; one who is protected or dead is none.
        """
        found = await self._look_up_all(numre, [*PARTS, *NAVN, *DOEDSBO], map_boopplysning)
        boer = {nummer: bo for nummer, bo in found.items() if bo is not None}
        arvinger = await self.get_adressater({bo.arving for bo in boer.values() if bo.arving})
        navn = {nummer: adressat.navn for nummer, adressat in arvinger.items()}
        return {nummer: map_doedsbo(bo, navn) for nummer, bo in boer.items()}

    async def get_siste_sekvensnummer(self) -> int:
        """The number of the newest event of the feed. Raises SystemException."""
        call = Call(method="GET", route="/hendelser/siste/sekvensnummer")
        return parse(await self._api.send(call), Sekvensnummer).root

    async def read_hendelser(self, fra: int, til: int) -> AsyncIterator[Registerhendelse]:
        """The events from `fra` to `til`, both included, page by page. The next to read is then `til` + 1.

        Raises FeedPositionGone when the register has deleted what is so old (36 months), and SystemException.
        """
        while fra <= til:
            call = Call(method="GET", route="/hendelser/feed", query={"seq": str(fra)}, answers=frozenset({_GONE}))
            answer = await self._api.send(call)
            if answer.status == _GONE:
                raise FeedPositionGone
            page = parse(answer, Feed).root
            for lagret in page:
                if fra <= lagret.sekvensnummer <= til:
                    hendelse = lagret.hendelse
                    yield Registerhendelse(
                        lagret.sekvensnummer,
                        hendelse.folkeregisteridentifikator,
                        hendelse.hendelsetype,
                        hendelse.hendelsesdokument,
                    )
            furthest = max((lagret.sekvensnummer for lagret in page), default=til)
            if furthest < fra:
                raise SystemException(SYSTEM, "parse", f"{call.label}: events from before the number asked for")
            fra = furthest + 1

    async def get_entiteter(self, dokumenter: Iterable[str]) -> dict[str, frozenset[str]]:
        """What each event changed, in the register's own words, by the id of its document.

        Left out: a document the register no longer has, and one that does not say. Raises SystemException.
        """
        found: dict[str, frozenset[str]] = {}
        for batch in batches(dokumenter, MAX_PER_CALL):
            call = Call(
                method="POST",
                route="/hendelser/bulkoppslag",
                json={"dokumentidentifikator": batch},
                answers=frozenset({_NO_LONGER_KEPT}),
            )
            answer = await self._api.send(call)
            if answer.status != _NO_LONGER_KEPT:
                alle = parse(answer, Hendelsesdokumenter).alle
                found |= {
                    each.dokumentidentifikator: frozenset(e.entitet for e in each.hendelse.egenskapshendelse)
                    for each in alle
                    if each.hendelse.egenskapshendelse
                }
        return found

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
