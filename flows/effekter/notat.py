"""A note on a krav in Procasso, found again by its reference."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.procasso.client import ProcassoClient
from flows.effekter.endring import OneEffect
from flows.fagsystemer import BeforeSave
from hub.automation import Json, Look


@dataclass
class SkrivNotat(OneEffect):
    kravnr: str
    referanse: str
    tekst: str
    procasso: ProcassoClient
    key: str
    wait: float

    @property
    def settle(self) -> float:
        return self.wait

    async def see(self) -> Look:
        notater = await self.procasso.list_notater(self.kravnr)
        return Look.ALL if any(notat.referanse == self.referanse for notat in notater) else Look.NONE

    async def change(self, before_save: BeforeSave) -> None:
        before_save()
        await self.procasso.add_notat(self.kravnr, self.referanse, self.tekst, self.key)

    def receipt(self) -> Json:
        return {"referanse": self.referanse}
