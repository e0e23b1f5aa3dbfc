"""The other API as Kraftverk's automations know Procasso: the same class, the same words, the same promises."""

# ruff: noqa: TID252 - when it is used, it stands in connectors/procasso

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx

from connectors.batches import batches
from connectors.call import Call
from connectors.credentials import Credentials
from connectors.http import Api
from connectors.retry import CallPolicy
from connectors.wire import parse
from domain.errors import SystemException
from domain.krav import Hendelse, Kravtype, Tilstand

from .contract import MAX_PER_CALL, SYSTEM, Response, Result
from .mapping import KINDS, Dokument, KravChanges, Notat, ProcassoKrav, map_claim, map_file, refusal, write_changes

_NAMES = {kravtype: kind for kind, kravtype in KINDS.items()}


class ProcassoClient:
    """One address, one verb: every call is a method with parameters, and every answer a 200."""

    def __init__(self, base_url: str, http: httpx.AsyncClient, policy: CallPolicy, credentials: Credentials) -> None:
        self._api = Api(SYSTEM, base_url, http, policy, credentials=credentials)

    async def list_krav(
        self, kravtyper: Iterable[Kravtype], tilstander: Iterable[Tilstand]
    ) -> AsyncIterator[ProcassoKrav]:
        kinds, statuses = [_NAMES[each] for each in kravtyper], [each.value for each in tilstander]
        if not (kinds and statuses):
            return
        after: str | None = ""
        while after is not None:
            page = await self._ask("claims.find", kinds=kinds, statuses=statuses, after=after, count=MAX_PER_CALL)
            for wire in page.claims:
                yield map_claim(wire)
            after = page.next

    async def get_krav(self, kravnumre: Iterable[str]) -> dict[str, ProcassoKrav]:
        found: dict[str, ProcassoKrav] = {}
        for batch in batches(kravnumre, MAX_PER_CALL):
            result = await self._ask("claims.get", ids=batch)
            found |= {wire.id: map_claim(wire) for wire in result.claims}
        return found

    async def get_hendelser(self, kravnumre: Iterable[str]) -> dict[str, list[Hendelse]]:
        numre = list(kravnumre)
        found = await self.get_krav(numre)
        return {kravnr: list(found[kravnr].hendelser) if kravnr in found else [] for kravnr in numre}

    async def change_krav(self, kravnr: str, versjon: int, changes: KravChanges, idempotency_key: str) -> ProcassoKrav:
        words = {"id": kravnr, "rev": f"r{versjon}", "set": write_changes(changes)}
        return await self._changed("claims.update", kravnr, idempotency_key, words)

    async def write_off(self, kravnr: str, versjon: int, kode: str, idempotency_key: str) -> ProcassoKrav:
        words = {"id": kravnr, "rev": f"r{versjon}", "reason": kode}
        return await self._changed("claims.writeOff", kravnr, idempotency_key, words)

    async def list_notater(self, kravnr: str) -> list[Notat]:
        return [Notat(each.ref, each.text) for each in (await self._ask("notes.list", id=kravnr)).notes]

    async def add_notat(self, kravnr: str, referanse: str, tekst: str, idempotency_key: str) -> Notat:
        words = {"id": kravnr, "ref": referanse, "text": tekst, "requestId": idempotency_key}
        result = await self._ask("notes.add", changes=True, **words)
        notat = Notat(referanse, tekst)
        if [Notat(each.ref, each.text) for each in result.notes] != [notat]:
            raise SystemException(SYSTEM, "verify", "notes.add: answered with another note than the one sent")
        return notat

    async def list_dokumenter(self, kravnr: str) -> list[Dokument]:
        return [map_file(each) for each in (await self._ask("files.list", id=kravnr)).files]

    async def add_dokument(
        self, kravnr: str, referanse: str, tittel: str, forsendelses_id: str | None, pdf: bytes, idempotency_key: str
    ) -> Dokument:
        what = {"id": kravnr, "ref": referanse, "title": tittel, "shipment": forsendelses_id}
        content = {"content": b64encode(pdf).decode(), "requestId": idempotency_key}
        result = await self._ask("files.add", changes=True, **what, **content)
        if len(result.files) != 1:
            raise SystemException(SYSTEM, "verify", "files.add: not answered with the one document sent")
        return map_file(result.files[0])

    async def _changed(self, method: str, kravnr: str, key: str, words: dict[str, Any]) -> ProcassoKrav:
        result = await self._ask(method, changes=True, **words, requestId=key)
        if [wire.id for wire in result.claims] != [kravnr]:
            raise SystemException(SYSTEM, "parse", f"{method}: answered for another claim than the one asked for")
        return map_claim(result.claims[0])

    async def _ask(self, method: str, *, changes: bool = False, **params: Any) -> Result:
        """Raises BusinessException and SystemException as Procasso's own client does."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = await self._api.send(Call(method="POST", route="/rpc", json=body, changes=changes))
        response = parse(answer, Response)
        if response.error is not None:
            raise refusal(response.error.data.reason, method)
        if response.result is None:
            raise SystemException(SYSTEM, "parse", f"{method}: neither a result nor an error")
        return response.result
