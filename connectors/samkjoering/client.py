"""The calls that Pilen and Procasso have alike; each system's own client adds the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.call import Answer, Call
from connectors.fields import FieldError
from connectors.http import Api
from connectors.samkjoering.contract import (
    MAX_PAGE,
    Avstemming,
    EndringSide,
    FoertInnbetaling,
    FoertStatus,
)
from connectors.samkjoering.mapping import map_summer
from connectors.wire import parse
from domain.avstemming import Gruppe, Sum
from domain.errors import BusinessException, SystemException
from domain.innfordring import Innbetaling, Status
from domain.oere import format_oere

REFUSED = frozenset({404, 409, 422})


@dataclass(frozen=True, slots=True)
class Nytt:
    """What the feed told: which krav something has happened to, and how far it was read."""

    kravnumre: frozenset[str]
    siste: int


@dataclass(frozen=True, slots=True)
class Avstemt:
    """The sums of the shared krav as of entry `nr` of the feed."""

    nr: int
    summer: dict[Gruppe, Sum]


class SamkjoeringClient:
    """One system's part of what the two tell each other.

    Every change has an idempotency key, and names the other system's id of what it tells: told once more, also under
    another key, it gives the same answer and no second effect. A change raises BusinessException when the system says
    no (KRAV_UNKNOWN; SYNC_CONFLICT: the id is known with another content, or the status has changed since) and
    SystemException; in phase send, answer or parse without `nothing_done` it may have taken place.
    """

    system: str
    _route: str
    """Of one krav, as a template with {kravnr}."""

    def __init__(self, api: Api, refusal: Callable[[Answer, str], BusinessException | SystemException]) -> None:
        self._api = api
        self._refusal = refusal

    async def list_endringer(self, etter: int) -> Nytt:
        """Everything after entry number `etter`, page by page. Raises SystemException."""
        kravnumre: set[str] = set()
        more = True
        while more:
            call = Call(method="GET", route="/endringer", query={"etter": str(etter), "antall": str(MAX_PAGE)})
            page = parse(await self._api.send(call), EndringSide)
            if page.siste < etter or (page.flere and page.siste == etter):
                raise SystemException(self.system, "parse", f"{call.label}: the feed does not go forward")
            kravnumre |= {endring.kravnr for endring in page.endringer}
            etter, more = page.siste, page.flere
        return Nytt(frozenset(kravnumre), etter)

    async def get_summer(self) -> Avstemt:
        """The sums of the shared krav. Raises SystemException."""
        call = Call(method="GET", route="/avstemming")
        wire = parse(await self._api.send(call), Avstemming)
        try:
            return Avstemt(wire.nr, map_summer(wire.summer))
        except FieldError as error:
            problem = str(error)
        raise SystemException(self.system, "parse", f"{call.label}: {problem}")

    async def book(self, kravnr: str, innbetaling: Innbetaling, idempotency_key: str) -> None:
        """A payment the other system has taken in, by its id there."""
        body = {
            "referanse": innbetaling.id,
            "dato": innbetaling.dato.isoformat(),
            "beloep": format_oere(innbetaling.beloep),
        }
        call = self._change("innbetalinger", kravnr, body, idempotency_key)
        foert = parse(await self._send(call), FoertInnbetaling)
        if (foert.kravnr, foert.referanse, foert.dato.isoformat(), foert.beloep) != (kravnr, *body.values()):
            raise SystemException(self.system, "verify", f"{call.label}: answered with another payment than sent")

    async def set_status(self, kravnr: str, status: Status, etter: str, idempotency_key: str) -> None:
        """A status the other system has set, by its id there. `etter`: the id of the one here that it replaces."""
        body = {"referanse": status.id, "tilstand": status.tilstand.value, "etter": etter}
        call = self._change("statuser", kravnr, body, idempotency_key)
        foert = parse(await self._send(call), FoertStatus)
        if (foert.kravnr, foert.referanse, foert.tilstand) != (kravnr, status.id, status.tilstand):
            raise SystemException(self.system, "verify", f"{call.label}: answered with another status than sent")

    def _change(self, below: str, kravnr: str, body: Mapping[str, object], key: str, method: str = "POST") -> Call:
        return Call(
            method=method,
            route=f"{self._route}/{below}" if below else self._route,
            path={"kravnr": kravnr},
            headers={"Idempotency-Key": key},
            json=body,
            answers=REFUSED,
            changes=True,
        )

    async def _send(self, call: Call) -> Answer:
        answer = await self._api.send(call)
        if answer.status in REFUSED:
            raise self._refusal(answer, call.label)
        return answer
