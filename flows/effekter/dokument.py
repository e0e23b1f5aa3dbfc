"""A document that nobody has been sent, filed on a krav in Procasso and found again by its reference."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from connectors.procasso.client import ProcassoClient
from flows.brev.brev import Brev
from flows.effekter.endring import OneEffect
from flows.fagsystemer import BeforeSave
from hub.automation import Json, Look


@dataclass
class LeggDokument(OneEffect):
    kravnr: str
    referanse: str
    write: Callable[[], Awaitable[Brev]]
    procasso: ProcassoClient
    key: str
    wait: float
    _filed: list[Json] = field(default_factory=list)

    @property
    def settle(self) -> float:
        return self.wait

    async def see(self) -> Look:
        dokumenter = await self.procasso.list_dokumenter(self.kravnr)
        self._filed = [{"sha256": each.sha256} for each in dokumenter if each.referanse == self.referanse]
        return Look.ALL if self._filed else Look.NONE

    async def change(self, before_save: BeforeSave) -> None:
        brev = await self.write()
        before_save()
        await self.procasso.add_dokument(self.kravnr, self.referanse, brev.tittel, None, brev.pdf, self.key)

    def receipt(self) -> Json:
        return self._filed[0]
