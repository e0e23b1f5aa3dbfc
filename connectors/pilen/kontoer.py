"""The kontoer of krav in Pilen: what Pilen and Procasso tell each other of the krav that Procasso collects."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from connectors.batches import batches
from connectors.call import Answer, Call
from connectors.credentials import Credentials
from connectors.fields import FieldError
from connectors.http import Api
from connectors.pilen.contract import SYSTEM, Problem
from connectors.pilen.konto_contract import KontoOppslag, KontoWire, Overfoert
from connectors.pilen.mapping import named, refusal
from connectors.retry import CallPolicy
from connectors.samkjoering.client import SamkjoeringClient
from connectors.samkjoering.contract import MAX_PER_CALL
from connectors.samkjoering.mapping import map_konto
from connectors.wire import parse
from domain.errors import BusinessException, SystemException
from domain.innfordring import Konto

_CONFLICT = frozenset({"REFERANSE_BRUKT", "STATUS_ENDRET", "STATUS_AVSLUTTET"})


class KontoClient(SamkjoeringClient):
    """Pilen's side. `base_url` ends in /api/v1."""

    system = SYSTEM
    _route = "/krav/{kravnr}"

    def __init__(self, base_url: str, http: httpx.AsyncClient, policy: CallPolicy, credentials: Credentials) -> None:
        super().__init__(Api(SYSTEM, base_url, http, policy, credentials=credentials), _refusal)

    async def get_kontoer(self, kravnumre: Iterable[str]) -> dict[str, tuple[Konto, str | None]]:
        """The konto of each krav and Procasso's id of it; unknown ones are left out. Raises SystemException."""
        found: dict[str, tuple[Konto, str | None]] = {}
        for batch in batches(kravnumre, MAX_PER_CALL):
            call = Call(method="POST", route="/kontoer/oppslag", json={"kravnumre": batch})
            oppslag = parse(await self._api.send(call), KontoOppslag)
            kontoer = {wire.kravnr: (_konto(wire), wire.innfordring) for wire in oppslag.kontoer}
            if len(kontoer) != len(oppslag.kontoer) or set(batch) != kontoer.keys() | set(oppslag.ukjente):
                raise SystemException(SYSTEM, "parse", f"{call.label}: not one answer for each krav asked for")
            found |= kontoer
        return found

    async def hand_over(self, kravnr: str, innfordring: str, idempotency_key: str) -> None:
        """Tell Pilen that Procasso collects the krav, and under which id. Raises as every change here."""
        call = self._change("innfordring", kravnr, {"innfordring": innfordring}, idempotency_key)
        told = parse(await self._send(call), Overfoert)
        if (told.kravnr, told.innfordring) != (kravnr, innfordring):
            raise SystemException(SYSTEM, "verify", f"{call.label}: answered with another krav or id than sent")


def _konto(wire: KontoWire) -> Konto:
    try:
        return map_konto(wire.innbetalinger, wire.statuser)
    except FieldError as error:
        problem = str(error)
    raise SystemException(SYSTEM, "parse", f"konto of {named(wire.kravnr)}: {problem}")


def _refusal(answer: Answer, label: str) -> BusinessException | SystemException:
    kode = parse(answer, Problem).kode
    return BusinessException("SYNC_CONFLICT", nothing_done=True) if kode in _CONFLICT else refusal(kode, answer.status)
