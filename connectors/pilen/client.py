"""Reading krav in Pilen, and changing them: merge, post rente, write off."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import date

import httpx

from connectors.batches import batches
from connectors.call import Answer, Call
from connectors.credentials import Credentials
from connectors.http import Api
from connectors.paging import Page, read_list
from connectors.pilen.contract import (
    MAX_PER_CALL,
    SYSTEM,
    HendelseOppslag,
    KravOppslag,
    KravSide,
    KravSoek,
    KravWire,
    Problem,
    Sammenslaaing,
)
from connectors.pilen.mapping import PilenKrav, by_kravnr, map_hendelse, map_krav, refusal
from connectors.retry import CallPolicy
from connectors.wire import parse
from domain.errors import SystemException
from domain.krav import Hendelse, Kravtype, Tilstand
from domain.oere import format_oere

_REFUSED = frozenset({404, 409, 422})


class PilenClient:
    """Pilen's API. `base_url` ends in /api/v1."""

    def __init__(self, base_url: str, http: httpx.AsyncClient, policy: CallPolicy, credentials: Credentials) -> None:
        self._api = Api(SYSTEM, base_url, http, policy, credentials=credentials)

    async def list_krav(
        self, kravtyper: Iterable[Kravtype], tilstander: Iterable[Tilstand]
    ) -> AsyncIterator[PilenKrav]:
        """Every krav of these types in these tilstander, each once, page by page, as `read_list` does.

        Raises SystemException.
        """
        wanted = {"kravtype": ",".join(kravtyper), "tilstand": ",".join(tilstander)}
        if not all(wanted.values()):
            return  # to Pilen an empty filter means all; to the caller no type is no krav
        async for krav in read_list(SYSTEM, "GET /krav", lambda: self._pages(wanted)):
            yield krav

    async def get_krav(self, kravnumre: Iterable[str]) -> dict[str, PilenKrav]:
        """The krav by number; unknown ones are left out. Raises SystemException."""
        found: dict[str, PilenKrav] = {}
        for batch in batches(kravnumre, MAX_PER_CALL):
            call = Call(method="POST", route="/krav/oppslag", json={"kravnumre": batch})
            oppslag = parse(await self._api.send(call), KravOppslag)
            krav = by_kravnr(oppslag.krav)
            if set(batch) != krav.keys() | set(oppslag.ukjente):
                raise SystemException(SYSTEM, "parse", f"{call.label}: not one answer for each krav asked for")
            found |= krav
        return found

    async def find_kravnumre(self, verdi: str) -> list[str]:
        """The krav with this KID, or of this kjennemerke; at most 100. Raises SystemException."""
        call = Call(method="POST", route="/krav/soek", json={"verdi": verdi})
        return parse(await self._api.send(call), KravSoek).kravnumre

    async def get_hendelser(self, kravnumre: Iterable[str]) -> dict[str, list[Hendelse]]:
        """The events of each krav, none for an unknown one. Raises SystemException."""
        found: dict[str, list[Hendelse]] = {}
        for batch in batches(kravnumre, MAX_PER_CALL):
            found |= {kravnr: [] for kravnr in batch}
            call = Call(method="POST", route="/hendelser/oppslag", json={"kravnumre": batch})
            for wire in parse(await self._api.send(call), HendelseOppslag).hendelser:
                if wire.kravnr not in found:
                    raise SystemException(SYSTEM, "parse", f"{call.label}: an event of a krav not asked for")
                found[wire.kravnr].append(map_hendelse(wire))
        return found

    async def merge_krav(
        self, maalsak: str, versjoner: Mapping[str, int], idempotency_key: str
    ) -> dict[str, PilenKrav]:
        """Move the krav into the case `maalsak`, each from the version it was read in. Answers them as Pilen has them.

        The same key with the same krav gives the same answer and no second effect. Raises BusinessException
        (KRAV_UNKNOWN, SAK_UNKNOWN, DEBTOR_DIFFERS) when Pilen says no, and SystemException; in phase send, answer or
        parse the change may have taken place, wholly or in part, unless it says `nothing_done`.
        """
        call = _change(
            "/saker/{saksnr}/sammenslaaing",
            {"saksnr": maalsak},
            {"krav": [{"kravnr": kravnr, "versjon": versjon} for kravnr, versjon in versjoner.items()]},
            idempotency_key,
        )
        merged = by_kravnr(parse(await self._make(call), Sammenslaaing).krav)
        if merged.keys() != versjoner.keys():
            raise SystemException(SYSTEM, "parse", f"{call.label}: answered with other krav than those sent")
        return merged

    async def post_renter(
        self, kravnr: str, versjon: int, renter: int, beregnet_til: date, idempotency_key: str
    ) -> PilenKrav:
        """Set the rente (øre) of an open kontrollsanksjon and the date it is computed to. Answers the krav as Pilen
        has it.

        The same key with the same content gives the same answer and no second effect. Raises BusinessException
        (KRAV_UNKNOWN, KRAV_CLOSED, NOT_KONTROLLSANKSJON) when Pilen says no, and SystemException; in phase send,
        answer or parse the change may have taken place, unless it says `nothing_done`.
        """
        content = {"versjon": versjon, "renter": format_oere(renter), "renterBeregnetTil": beregnet_til.isoformat()}
        return await self._change_krav("renter", kravnr, content, idempotency_key)

    async def write_off(self, kravnr: str, versjon: int, kode: str, idempotency_key: str) -> PilenKrav:
        """Make the krav AVSKREVET with the code that says why, such as FORELDET. Answers the krav as Pilen has it.

        The same key with the same content gives the same answer and no second effect. Raises BusinessException
        (KRAV_UNKNOWN, KRAV_CLOSED) when Pilen says no, and SystemException as `post_renter`.
        """
        return await self._change_krav("avskriving", kravnr, {"versjon": versjon, "kode": kode}, idempotency_key)

    async def _change_krav(
        self, change: str, kravnr: str, content: Mapping[str, object], idempotency_key: str
    ) -> PilenKrav:
        call = _change(f"/krav/{{kravnr}}/{change}", {"kravnr": kravnr}, content, idempotency_key)
        changed = map_krav(parse(await self._make(call), KravWire))
        if changed.krav.kravnr != kravnr:
            raise SystemException(SYSTEM, "parse", f"{call.label}: answered with another krav than the one sent")
        return changed

    async def _make(self, change: Call) -> Answer:
        """The answer to a change that was made. Raises what a refusal means, see `refusal`."""
        answer = await self._api.send(change)
        if answer.status in _REFUSED:
            raise refusal(parse(answer, Problem).kode, answer.status)
        return answer

    async def _pages(self, wanted: Mapping[str, str]) -> AsyncIterator[Page[PilenKrav]]:
        side: int | None = 0
        while side is not None:
            page = await self._page(wanted, side)
            yield Page(by_kravnr(page.krav), page.totalt)
            side = page.neste

    async def _page(self, wanted: Mapping[str, str], side: int) -> KravSide:
        query = {**wanted, "side": str(side), "antall": str(MAX_PER_CALL)}
        call = Call(method="GET", route="/krav", query=query)
        page = parse(await self._api.send(call), KravSide)
        if page.neste is not None and (page.neste <= side or not page.krav):
            raise SystemException(SYSTEM, "parse", f"{call.label}: the pages do not come to an end")
        if side == 0 and page.totalt > 0 and not page.krav:
            raise SystemException(SYSTEM, "parse", f"{call.label}: an empty first page, with krav counted")
        return page


def _change(route: str, path: Mapping[str, str], content: Mapping[str, object], idempotency_key: str) -> Call:
    return Call(
        method="POST",
        route=route,
        path=path,
        headers={"Idempotency-Key": idempotency_key},
        json=content,
        answers=_REFUSED,
        changes=True,
    )
