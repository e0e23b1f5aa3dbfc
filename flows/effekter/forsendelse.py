"""A letter by SvarUt, and its place among the documents of the krav in Procasso.

SvarUt takes no idempotency key, so a letter is looked up by its eksternReferanse before it is sent. A plan knows its
recipients by alias alone: who they are is read again from Folkeregisteret when the letter is written.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date

from connectors.svarut.client import SvarUtClient
from connectors.svarut.forsendelse import Dokument, Forsendelse
from domain.adressat import Adressat
from domain.errors import BusinessException, SystemException
from flows.brev.brev import Brev
from flows.effekter.dokument import PaaKravet
from flows.effekter.endring import OneEffect
from flows.fagsystemer import BeforeSave
from hub.automation import Json, Look

Write = Callable[[date], Awaitable[tuple[Adressat, Brev]]]
"""Writes the letter as it is on a day."""


@dataclass
class Brevskriver:
    """Writes one letter once in an attempt: what is sent is what is filed. After a crash between the two it is written
    anew (docs/adr/0015).

    It bears the day it is written, and tells what is so then: a plan that was begun may be finished on a later day. One
    that an earlier attempt has sent is written as of the day it was sent.
    """

    write: Write
    planned: date
    today: Callable[[], date]
    _written: tuple[Adressat, Brev] | None = field(default=None, repr=False)

    async def get(self, sent: date | None = None) -> tuple[Adressat, Brev]:
        """Raises BusinessException when there is nobody to write to, or nothing to write."""
        self._written = self._written or await self.write(sent or max(self.planned, self.today()))
        return self._written


@dataclass
class SendBrev(OneEffect):
    """One letter to one recipient."""

    referanse: str
    svarut: SvarUtClient
    brev: Brevskriver
    wait: float
    _sent: list[str] = field(default_factory=list)

    @property
    def settle(self) -> float:
        return self.wait

    async def see(self) -> Look:
        self._sent = await self.svarut.find(self.referanse)
        return Look.ALL if self._sent else Look.NONE

    async def change(self, before_save: BeforeSave) -> None:
        adressat, brev = await self.brev.get()
        pdf = Dokument(brev.filnavn, brev.pdf)
        forsendelse = Forsendelse(adressat, brev.tittel, self.referanse, (pdf,))
        await self.svarut.send(forsendelse, before_send=before_save)

    def receipt(self) -> Json:
        return {"forsendelser": self._sent}


@dataclass
class FileBrev(PaaKravet):
    """The letter, with the id SvarUt gave it, among the documents of the krav."""

    svarut: SvarUtClient = field(kw_only=True)
    brev: Brevskriver = field(kw_only=True)

    async def change(self, before_save: BeforeSave) -> None:
        """Raises BusinessException (LETTER_NOT_FILED) when the letter went out and cannot be written once more."""
        sent = await self.svarut.find_days(self.referanse)
        if not sent:
            raise SystemException("SVARUT", "verify", f"{self.effect.key}: no letter to file")
        forsendelse, dag = next(iter(sent.items()))
        brev = await self._written_again(dag)
        before_save()
        await self.file(brev, forsendelse)

    async def _written_again(self, sent: date) -> Brev:
        try:
            _, brev = await self.brev.get(sent)
        except BusinessException as error:
            raise BusinessException("LETTER_NOT_FILED", f"{self.kravnr} {error.code}") from None
        return brev
