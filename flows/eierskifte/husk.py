"""How far the registers' logs have been read, and what is remembered of the customers from one morning to the next."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.eiendom import Eiendomsendringer, Matrikkelnummer
from flows.eierskifte.registre import Eiendomsregistre
from flows.komplett import COMPLETE
from hub.automation import Memo

MATRIKKEL, GRUNNBOK = "logg:MATRIKKELEN", "logg:GRUNNBOKEN"
I_ORDEN, FORTALT = "i-orden:", "til-side:"


@dataclass(frozen=True, slots=True)
class Logg:
    """What the two logs have told, and how far each has been read. `alle`: any property may have changed."""

    endret: frozenset[Matrikkelnummer]
    siste: Mapping[str, str]
    alle: bool


@dataclass(frozen=True, slots=True)
class Husk:
    """What the find before has asked to have kept. Of customers in words that cannot be turned back.

    `i_orden`: how each that was in order looked. `fortalt`: the form of each that was told to count no more.
    `komplett`: when all were last looked up.
    """

    memoer: Mapping[str, str]
    i_orden: Mapping[str, str]
    fortalt: Mapping[str, str]
    komplett: date | None

    @classmethod
    def read(cls, memoer: Mapping[str, str]) -> Husk:
        komplett = date.fromisoformat(memoer[COMPLETE]) if COMPLETE in memoer else None
        return cls(memoer, _of(memoer, I_ORDEN), _of(memoer, FORTALT), komplett)

    def memos_of(self, kundenr: str, i_orden: str | None, fortalt: str | None) -> Iterator[Memo]:
        """What has changed of what is to be kept of a customer; None is nothing."""
        for key, value in ((f"{I_ORDEN}{kundenr}", i_orden), (f"{FORTALT}{kundenr}", fortalt)):
            if self.memoer.get(key) != value:
                yield Memo(key, value)

    def memos(self, kunder: Container[str], logg: Logg, komplett: date | None) -> Iterator[Memo]:
        """The rest of what is to be kept. Customers who are not there any more are forgotten."""
        for prefix, husket in ((I_ORDEN, self.i_orden), (FORTALT, self.fortalt)):
            yield from (Memo(f"{prefix}{kundenr}", None) for kundenr in husket if kundenr not in kunder)
        yield from (Memo(key, siste) for key, siste in logg.siste.items())
        if komplett:
            yield Memo(COMPLETE, komplett.isoformat())


async def read_logger(husk: Husk, eiendom: Eiendomsregistre) -> Logg:
    """Read before any property is looked up: a change that comes meanwhile comes again tomorrow, and none is lost."""
    lest: dict[str, Eiendomsendringer] = {}
    for memo, client in ((MATRIKKEL, eiendom.matrikkelen), (GRUNNBOK, eiendom.grunnboken)):
        if memo in husk.memoer:
            lest[memo] = await client.find_endringer(husk.memoer[memo], eiendom.kommune)
        else:
            lest[memo] = Eiendomsendringer(frozenset(), await client.find_siste(), uplassert=True)
    endret = frozenset[Matrikkelnummer]().union(*(each.eiendommer for each in lest.values()))
    siste = {memo: each.siste for memo, each in lest.items()}
    return Logg(endret, siste, any(each.uplassert for each in lest.values()))


def _of(memoer: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {key.removeprefix(prefix): value for key, value in memoer.items() if key.startswith(prefix)}
