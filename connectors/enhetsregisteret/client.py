"""Lookups in Enhetsregisteret."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from connectors.batches import batches
from connectors.call import Answer, Call
from connectors.credentials import Credentials
from connectors.enhetsregisteret.bulk import Bulkfil
from connectors.enhetsregisteret.contract import (
    ENHET_TYPE,
    MAX_PER_CALL,
    ROLLE_TYPE,
    SYSTEM,
    EnheterSide,
    EnhetWire,
    Fjernet,
    Roller,
    Valideringsfeil,
)
from connectors.enhetsregisteret.feed import Oppdateringer
from connectors.enhetsregisteret.mapping import find_innehaver, fjernet, map_enhet
from connectors.http import Api
from connectors.retry import CallPolicy
from connectors.wire import parse
from domain.errors import SystemException
from domain.skyldner import Enhet

_DIGITS = 9


class EnhetsregisterClient:
    """Units by organisasjonsnummer (open API), and an ENK's owner (authorised API, with a Maskinporten token).

    Without `credentials` no owner can be had, and none is asked for. `oppdateringer`: who has changed. `bulkfil`: all
    units at once.
    """

    def __init__(
        self,
        base_url: str,
        authorised_url: str,
        http: httpx.AsyncClient,
        policy: CallPolicy,
        credentials: Credentials | None = None,
    ) -> None:
        self._open = Api(SYSTEM, base_url, http, policy)
        self.oppdateringer = Oppdateringer(self._open)
        self.bulkfil = Bulkfil(base_url, http, policy)
        self._authorised = (
            None if credentials is None else Api(SYSTEM, authorised_url, http, policy, credentials=credentials)
        )

    async def get_enhet(self, organisasjonsnummer: str) -> Enhet | None:
        """The unit, gone ones too; None when the register has never had it. Raises SystemException."""
        if not _is_possible(organisasjonsnummer):
            return None
        call = Call(
            method="GET",
            route="/enheter/{organisasjonsnummer}",
            path={"organisasjonsnummer": organisasjonsnummer},
            headers={"Accept": ENHET_TYPE},
            answers=frozenset({400, 404, 410}),
        )
        answer = await self._open.send(call)
        if answer.status == 200:
            return map_enhet(_the_one_asked_for(parse(answer, EnhetWire), organisasjonsnummer))
        if answer.status == 400:
            _require_refused_number(answer)
            return None
        _require_from_the_register(answer)
        if answer.status == 404:
            return None
        return fjernet(organisasjonsnummer, parse(answer, Fjernet) if answer.content else None)

    async def get_enheter(self, numre: Iterable[str]) -> dict[str, Enhet]:
        """The units by number; unknown ones are left out. Raises SystemException.

        The search finds neither struck off nor removed ones: what it does not find is asked for one by one.
        """
        found: dict[str, Enhet] = {}
        for batch in batches(filter(_is_possible, numre), MAX_PER_CALL):
            found |= await self._search(batch)
            for nummer in [nummer for nummer in batch if nummer not in found]:
                if enhet := await self.get_enhet(nummer):
                    found[nummer] = enhet
        return found

    async def get_innehaver(self, organisasjonsnummer: str) -> str | None:
        """The owner's fødselsnummer; None when it is not to be had. Raises SystemException."""
        if self._authorised is None or not _is_possible(organisasjonsnummer):
            return None
        call = Call(
            method="GET",
            route="/enheter/{organisasjonsnummer}/roller",
            path={"organisasjonsnummer": organisasjonsnummer},
            headers={"Accept": ROLLE_TYPE},
            answers=frozenset({404, 410}),
        )
        answer = await self._authorised.send(call)
        if answer.status == 200:
            return find_innehaver(parse(answer, Roller))
        _require_from_the_register(answer)
        return None

    async def _search(self, numre: list[str]) -> dict[str, Enhet]:
        call = Call(
            method="GET",
            route="/enheter",
            query={"organisasjonsnummer": ",".join(numre), "size": str(MAX_PER_CALL)},
            headers={"Accept": ENHET_TYPE},
            answers=frozenset({400}),
        )
        answer = await self._open.send(call)
        if answer.status == 400:
            # One number it does not take spoils the search: the others are found one by one.
            _require_refused_number(answer)
            return {}
        page = parse(answer, EnheterSide)
        units = page.embedded.enheter if page.embedded else []
        return {unit.organisasjonsnummer: map_enhet(unit) for unit in units if unit.organisasjonsnummer in numre}


def _is_possible(nummer: str) -> bool:
    return len(nummer) == _DIGITS and nummer.isascii() and nummer.isdigit()


def _the_one_asked_for(wire: EnhetWire, organisasjonsnummer: str) -> EnhetWire:
    if wire.organisasjonsnummer != organisasjonsnummer:
        raise SystemException(SYSTEM, "parse", "answered with another unit than the one asked for")
    return wire


def _require_refused_number(answer: Answer) -> None:
    """A 400 means that the number is no one's only when the register says that it is the value it refuses."""
    refusal = parse(answer, Valideringsfeil)
    if not (refusal.valideringsfeil or refusal.validationErrors):
        raise SystemException(SYSTEM, "answer", f"{answer.label}: HTTP 400")


def _require_from_the_register(answer: Answer) -> None:
    """The register's own 404 is empty and its 410 JSON: a page from something on the way tells nothing of the unit."""
    if answer.content and not answer.is_json:
        raise SystemException(SYSTEM, "parse", f"{answer.label}: HTTP {answer.status} with a page, not the register's")
