"""Reading objects by id, and following the log of changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from connectors.batches import batches
from connectors.kartverket.contract import ALDRI, MAX_ENDRINGER, MAX_PER_CALL, EndringerWire, Id, Register, T, V
from connectors.soap import Soap, Typed
from connectors.wire import Wire
from domain.errors import SystemException

W = TypeVar("W", bound=Wire)


class KartverketClient(Generic[V, T]):
    """Reads alone. A subclass asks for properties."""

    def __init__(self, register: Register[V, T], soap: Soap, context: Mapping[str, object]) -> None:
        self._register: Register[V, T] = register
        self._soap = soap
        self._context = context

    async def find_siste(self) -> str:
        """The newest change there is: where to follow the log from. Raises SystemException."""
        answer = await self._read("EndringsloggServiceWS", "findSisteEndringId", self._register.siste)
        return str(answer.id.value)

    async def _read_log(self, siste: str, kommune: str) -> tuple[dict[V, Id[V]], str]:
        """What has changed in the kommune since `siste`, to the end of the log, and the last change there is.

        Whether the log begins at `siste` or after it does not matter: the last change may come once more.
        """
        endret: dict[V, Id[V]] = {}
        while True:
            side = await self._page(siste, kommune)
            for endring in side.endringList.item if side.endringList else []:
                if endring is not None:
                    endret[endring.endretBubbleId.value] = endring.endretBubbleId
            neste = str(side.sisteEndringIdProsessert.value) if side.sisteEndringIdProsessert else siste
            if side.alleEndringerFunnet:
                return endret, neste
            if neste == siste:
                raise SystemException(self._register.system, "parse", "the log says there is more, and gets no further")
            siste = neste

    async def _page(self, siste: str, kommune: str) -> EndringerWire[V]:
        answer = await self._read(
            "EndringsloggServiceWS",
            "findEndringer",
            self._register.endringer,
            id={"value": self._register.value(siste)},
            domainklasse=self._register.domainklasse,
            filter=json.dumps({"kommunefilter": [kommune]}),
            returnerBobler=ALDRI,
            maksAntall=MAX_ENDRINGER,
        )
        return answer.endringer

    async def _get(self, ids: Iterable[Id[V]]) -> dict[V, T]:
        """The objects that are there, by id. One of a kind we do not know is not."""
        found: dict[V, T] = {}
        for batch in self._askable(ids):
            answer = await self._read(
                "StoreServiceWS", "getObjectsIgnoreMissing", self._register.objekter, ids=self._write(batch)
            )
            wanted = {each.value for each in batch}
            objekter = answer.objekter.item if answer.objekter else []
            found |= {each.id.value: each for each in objekter if each is not None and each.id.value in wanted}
        return found

    def _askable(self, ids: Iterable[Id[V]]) -> Iterable[list[Id[V]]]:
        """Each once, as many at a time as one call takes."""
        wanted = {each.value: each for each in ids if each.type_ in self._register.id_types}
        return ([wanted[value] for value in batch] for batch in batches(wanted, MAX_PER_CALL))

    def _write(self, ids: Iterable[Id[V]]) -> dict[str, object]:
        """Ids with the concrete type each was given to us with."""
        return {"item": [Typed(self._register.id_types[each.type_], {"value": each.value}) for each in ids]}

    async def _read(self, service: str, operation: str, wire: type[W], **arguments: object) -> W:
        return await self._soap.read(service, operation, wire, **arguments, **{self._register.context: self._context})
