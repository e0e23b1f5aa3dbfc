"""A document among those of a krav in Procasso, found again by its reference."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from connectors.procasso.client import ProcassoClient
from flows.brev.brev import Brev
from flows.effekter.endring import OneEffect
from flows.fagsystemer import BeforeSave
from hub.automation import Json, Look


@dataclass
class PaaKravet(OneEffect):
    """What is filed, and when, each kind of document says itself."""

    kravnr: str
    referanse: str
    procasso: ProcassoClient
    key: str
    wait: float
    _filed: list[Json] = field(default_factory=list, kw_only=True)

    @property
    def settle(self) -> float:
        return self.wait

    async def see(self) -> Look:
        dokumenter = await self.procasso.list_dokumenter(self.kravnr)
        self._filed = [
            {"forsendelse": dokument.forsendelses_id, "sha256": dokument.sha256}
            for dokument in dokumenter
            if dokument.referanse == self.referanse
        ]
        return Look.ALL if self._filed else Look.NONE

    async def file(self, brev: Brev, forsendelses_id: str | None) -> None:
        """Add the document; `forsendelses_id` is None of one that nobody has been sent."""
        await self.procasso.add_dokument(self.kravnr, self.referanse, brev.tittel, forsendelses_id, brev.pdf, self.key)

    def receipt(self) -> Json:
        return self._filed[0]


@dataclass
class LeggDokument(PaaKravet):
    """A draft that nobody has been sent."""

    write: Callable[[], Awaitable[Brev]] = field(kw_only=True)

    async def change(self, before_save: BeforeSave) -> None:
        brev = await self.write()
        before_save()
        await self.file(brev, None)
