"""Reading, changing and writing off krav in Procasso, and their notes and documents."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from hashlib import sha256

import httpx

from connectors.batches import batches
from connectors.call import Answer, Call, Part
from connectors.credentials import Credentials
from connectors.http import Api
from connectors.paging import Page, read_list
from connectors.procasso.contract import (
    MAX_PER_CALL,
    SYSTEM,
    DokumentListe,
    DokumentWire,
    Feil,
    HendelseOppslag,
    KravOppslag,
    KravSide,
    KravSoek,
    KravWire,
    NotatListe,
    NotatWire,
)
from connectors.procasso.mapping import (
    Dokument,
    KravChanges,
    Notat,
    ProcassoKrav,
    by_kravnr,
    map_dokument,
    map_hendelse,
    map_krav,
    map_notat,
    refusal,
    write_changes,
)
from connectors.retry import CallPolicy
from connectors.wire import parse
from domain.errors import SystemException
from domain.krav import Hendelse, Kravtype, Tilstand

_UNKNOWN = frozenset({404})
_REFUSED = frozenset({404, 409, 413, 422})


class ProcassoClient:
    """Procasso's API. `base_url` ends in /api/v1.

    Every change names its krav and an idempotency key: the same key with the same content gives the same answer and no
    second effect. A change raises BusinessException when Procasso says no (KRAV_UNKNOWN; KRAV_CLOSED: betalt or
    avskrevet) and SystemException. After a refusal that its contract knows nothing was done, and the exception says so;
    in phase send, answer, parse or verify without `nothing_done` the change may have taken place, wholly or in part.
    """

    def __init__(self, base_url: str, http: httpx.AsyncClient, policy: CallPolicy, credentials: Credentials) -> None:
        self._api = Api(SYSTEM, base_url, http, policy, credentials=credentials)

    async def list_krav(
        self, kravtyper: Iterable[Kravtype], tilstander: Iterable[Tilstand]
    ) -> AsyncIterator[ProcassoKrav]:
        """Every krav of these types in these tilstander, each once, page by page, as `read_list` does.

        Raises SystemException.
        """
        wanted: dict[str, str | list[str]] = {
            "kravtype": [str(each) for each in kravtyper],
            "tilstand": [str(each) for each in tilstander],
        }
        if not all(wanted.values()):
            return  # to Procasso an empty filter means all; to the caller no type is no krav
        async for krav in read_list(SYSTEM, "GET /krav", lambda: self._pages(wanted)):
            yield krav

    async def get_krav(self, kravnumre: Iterable[str]) -> dict[str, ProcassoKrav]:
        """The krav by number; unknown ones are left out. Raises SystemException."""
        found: dict[str, ProcassoKrav] = {}
        for batch in batches(kravnumre, MAX_PER_CALL):
            call = Call(method="POST", route="/krav/bulkoppslag", json={"kravIder": batch})
            oppslag = parse(await self._api.send(call), KravOppslag)
            krav = by_kravnr(oppslag.funnet)
            _check_answered(call, batch, krav, oppslag.ikkeFunnet)
            found |= krav
        return found

    async def find_kravnumre(self, verdi: str) -> list[str]:
        """The krav with this betalingsreferanse, or of this kjennemerke; at most 100. Raises SystemException."""
        call = Call(method="POST", route="/krav/soek", json={"soekeord": verdi})
        return parse(await self._api.send(call), KravSoek).kravIder

    async def get_hendelser(self, kravnumre: Iterable[str]) -> dict[str, list[Hendelse]]:
        """The events of each krav, none for an unknown one. Raises SystemException."""
        found: dict[str, list[Hendelse]] = {}
        for batch in batches(kravnumre, MAX_PER_CALL):
            call = Call(method="POST", route="/hendelser/bulkoppslag", json={"kravIder": batch})
            oppslag = parse(await self._api.send(call), HendelseOppslag)
            logs = {log.kravId: [map_hendelse(log.kravId, each) for each in log.hendelser] for log in oppslag.funnet}
            if len(logs) != len(oppslag.funnet):
                raise SystemException(SYSTEM, "parse", f"{call.label}: the events of a krav came twice")
            _check_answered(call, batch, logs, oppslag.ikkeFunnet)
            found |= {kravnr: logs.get(kravnr, []) for kravnr in batch}
        return found

    async def change_krav(self, kravnr: str, versjon: int, changes: KravChanges, idempotency_key: str) -> ProcassoKrav:
        """Change these cells of the krav from the version it was read in. Answers it as Procasso has it.

        Procasso moves tilstand between AAPEN and STOPPET only: BusinessException TILSTAND_REFUSED otherwise.
        """
        call = _change("PATCH", "", kravnr, idempotency_key, {"versjon": versjon, **write_changes(changes)})
        return await self._changed(call, kravnr)

    async def write_off(self, kravnr: str, versjon: int, kode: str, idempotency_key: str) -> ProcassoKrav:
        """Write the krav off (AVSKREVET) for this reason, from the version it was read in. Answers it as it is now."""
        call = _change("POST", "/avskrivning", kravnr, idempotency_key, {"versjon": versjon, "kode": kode})
        return await self._changed(call, kravnr)

    async def list_notater(self, kravnr: str) -> list[Notat]:
        """The notes of the krav, oldest first. Raises BusinessException (KRAV_UNKNOWN) and SystemException."""
        call = Call(method="GET", route="/krav/{kravId}/notater", path={"kravId": kravnr}, answers=_UNKNOWN)
        liste = parse(await self._send(call), NotatListe)
        _check_same(call, kravnr, liste.kravId)
        return [map_notat(wire) for wire in liste.notater]

    async def add_notat(self, kravnr: str, referanse: str, tekst: str, idempotency_key: str) -> Notat:
        """One more note, by which `referanse` it can be found again. Its krav keeps its version."""
        call = _change("POST", "/notater", kravnr, idempotency_key, {"referanse": referanse, "tekst": tekst})
        notat = map_notat(parse(await self._send(call), NotatWire))
        if notat != Notat(referanse, tekst):
            raise SystemException(SYSTEM, "verify", f"{call.label}: answered with another note than the one sent")
        return notat

    async def list_dokumenter(self, kravnr: str) -> list[Dokument]:
        """The documents of the krav, oldest first. Raises BusinessException (KRAV_UNKNOWN) and SystemException."""
        call = Call(method="GET", route="/krav/{kravId}/dokumenter", path={"kravId": kravnr}, answers=_UNKNOWN)
        liste = parse(await self._send(call), DokumentListe)
        _check_same(call, kravnr, liste.kravId)
        return [map_dokument(wire) for wire in liste.dokumenter]

    async def add_dokument(
        self, kravnr: str, referanse: str, tittel: str, forsendelses_id: str | None, pdf: bytes, idempotency_key: str
    ) -> Dokument:
        """One more document, by which `referanse` it can be found again. Its krav keeps its version."""
        metadata = {"referanse": referanse, "tittel": tittel, "forsendelsesId": forsendelses_id}
        parts = (
            Part("metadata", "application/json", json.dumps(metadata).encode()),
            Part("fil", "application/pdf", pdf, filename="dokument.pdf"),
        )
        call = _change("POST", "/dokumenter", kravnr, idempotency_key, parts=parts)
        dokument = map_dokument(parse(await self._send(call), DokumentWire))
        if dokument != Dokument(forsendelses_id, tittel, referanse, sha256(pdf).hexdigest(), len(pdf)):
            raise SystemException(SYSTEM, "verify", f"{call.label}: answered with another document than the one sent")
        return dokument

    async def _pages(self, wanted: Mapping[str, str | list[str]]) -> AsyncIterator[Page[ProcassoKrav]]:
        offset, more = 0, True
        while more:
            query = {**wanted, "offset": str(offset), "limit": str(MAX_PER_CALL)}
            call = Call(method="GET", route="/krav", query=query)
            page = parse(await self._api.send(call), KravSide)
            if page.offset != offset:
                raise SystemException(SYSTEM, "parse", f"{call.label}: another page than the one asked for")
            if not page.elementer and offset < page.treff:
                raise SystemException(SYSTEM, "parse", f"{call.label}: an empty page, with more krav counted")
            yield Page(by_kravnr(page.elementer), page.treff)
            offset += len(page.elementer)
            more = offset < page.treff

    async def _changed(self, call: Call, kravnr: str) -> ProcassoKrav:
        changed = map_krav(parse(await self._send(call), KravWire))
        _check_same(call, kravnr, changed.krav.kravnr)
        return changed

    async def _send(self, call: Call) -> Answer:
        """The answer to a call about one krav. Raises what `refusal` makes of a no, and SystemException."""
        answer = await self._api.send(call)
        if answer.status in _REFUSED:
            raise refusal(parse(answer, Feil).feil.kode, call.label, answer.status)
        return answer


def _change(
    method: str, below: str, kravnr: str, idempotency_key: str, body: object = None, parts: Sequence[Part] = ()
) -> Call:
    """A change of one krav: JSON or parts."""
    return Call(
        method=method,
        route=f"/krav/{{kravId}}{below}",
        path={"kravId": kravnr},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
        parts=parts,
        answers=_REFUSED,
        changes=True,
    )


def _check_same(call: Call, asked: str, answered: str) -> None:
    if answered != asked:
        raise SystemException(SYSTEM, "parse", f"{call.label}: answered for another krav than the one asked for")


def _check_answered(call: Call, asked: Iterable[str], found: Iterable[str], missing: Iterable[str]) -> None:
    if {*asked} != {*found, *missing}:
        raise SystemException(SYSTEM, "parse", f"{call.label}: not one answer for each krav asked for")
