"""Who among the skyldnere must be looked up: those the feed tells of, those we do not know, and the dead.

What is known of each is kept from one find to the next, by HMAC; of a protected person nothing is, so she is looked up
every time. The register shows each look-up to the citizen, so nobody is looked up without a reason.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from connectors.folkeregisteret.client import FeedPositionGone
from domain.doedsbo import angaar_bo, entiteter_angaar_bo
from domain.skyldner import Person
from flows.systems import Systems
from hub.automation import Memo

log = logging.getLogger(__name__)
POSISJON = "feed"
"""Memo: the number of the next event to read."""
PERSON = "person:"
"""Memo: what is known of somebody."""


class Kjent(StrEnum):
    LEVENDE = "levende"
    DOED = "doed"
    ANNULLERT = "annullert"
    """She lives, and has a krav that we have stopped, or may yet: her death was a mistake."""


@dataclass(frozen=True, slots=True)
class Vakt:
    """`personer`: those a krav may have something to do because of: dead, protected, or not dead after all."""

    personer: dict[str, Person] = field(repr=False)
    _sett: dict[str, Person | None] = field(repr=False)
    """Everybody who was looked up."""
    _keys: dict[str, str] = field(repr=False)
    _foer: dict[str, str] = field(repr=False)
    _neste: int

    def memos(self, stoppet_av_oss: Collection[str]) -> list[Memo]:
        """What is to be remembered, when it is known whose krav we have stopped."""
        naa: dict[str, str | None] = {key: self._foer[key] for key in self._keys.values() if key in self._foer}
        for nummer, person in self._sett.items():
            naa[self._keys[nummer]] = _kjent(nummer, person, er_stoppet=nummer in stoppet_av_oss)
        gamle = {key: value for key, value in self._foer.items() if key.startswith(PERSON)}
        endret = [Memo(key, naa.get(key)) for key in sorted({*gamle, *naa}) if naa.get(key) != gamle.get(key)]
        return [Memo(POSISJON, str(self._neste)), *endret]


async def keep_watch(numre: Collection[str], stoppede: Collection[str], systems: Systems) -> Vakt:
    """Read the feed and look up whom it, or our not knowing, gives reason to. Raises SystemException.

    `stoppede`: those with a krav that is stopped, by whomever. It may be by us, for a death that was a mistake, also of
    somebody we remember nothing of, since she was protected meanwhile.
    """
    memos = systems.read_memos()
    keys = {nummer: PERSON + systems.hmac(nummer) for nummer in numre}
    siste = await systems.folkeregisteret.get_siste_sekvensnummer()  # before any look-up: what comes after is told next
    fortalt, neste = await _read_feed(memos.get(POSISJON), siste, numre, systems)
    skal_slaas_opp = [nummer for nummer in numre if memos.get(keys[nummer]) != Kjent.LEVENDE or nummer in fortalt]
    personer = await systems.folkeregisteret.get_personer(sorted(skal_slaas_opp))
    beroerte = {nr: each for nr, each in personer.items() if each.beskyttet or each.doed or nr in stoppede}
    return Vakt(beroerte, {nummer: personer.get(nummer) for nummer in skal_slaas_opp}, keys, memos, neste)


def _kjent(nummer: str, person: Person | None, *, er_stoppet: bool) -> str | None:
    """What to remember; nothing of somebody unknown to the register, or protected (VERN-2).

    Nor of one who lives under another number now: the feed tells of that, and we would not know her in it.
    """
    if person is None or person.beskyttet:
        return None
    if person.doed:
        return Kjent.DOED.value
    if er_stoppet:
        return Kjent.ANNULLERT.value
    return Kjent.LEVENDE.value if person.foedselsnummer == nummer else None


async def _read_feed(
    posisjon: str | None, siste: int, numre: Collection[str], systems: Systems
) -> tuple[Collection[str], int]:
    """Those of `numre` the feed tells something of that may concern an estate, and where to read on next time.

    All of them, when we cannot follow it. Read on after the last event that was seen: the feed may not show yet what
    its newest number promises.
    """
    if posisjon is None:
        return numre, siste + 1
    vi_har = frozenset(numre)
    fortalt: set[str] = set()
    uvisst: dict[str, str] = {}
    if int(posisjon) > siste + 1:
        log.warning("estate-watch: the feed of Folkeregisteret has begun anew; everybody is looked up again")
        return numre, siste + 1
    neste = int(posisjon)
    try:
        async for hendelse in systems.folkeregisteret.read_hendelser(neste, siste):
            neste = hendelse.sekvensnummer + 1
            if hendelse.foedselsnummer not in vi_har:
                continue
            angaar = angaar_bo(hendelse.hendelsetype)
            if angaar or (angaar is None and hendelse.dokument is None):
                fortalt.add(hendelse.foedselsnummer)
            elif angaar is None and hendelse.dokument is not None:
                uvisst[hendelse.dokument] = hendelse.foedselsnummer
    except FeedPositionGone:
        log.warning("estate-watch: Folkeregisteret has deleted the events since our last; all are looked up again")
        return numre, siste + 1
    return fortalt | await _read_documents(uvisst, systems), neste


async def _read_documents(uvisst: dict[str, str], systems: Systems) -> set[str]:
    """Those whose events, by their documents, may concern an estate; one that is gone, or does not say, may too."""
    entiteter = await systems.folkeregisteret.get_entiteter(uvisst) if uvisst else {}
    return {
        nummer
        for dokument, nummer in uvisst.items()
        if dokument not in entiteter or entiteter_angaar_bo(entiteter[dokument])
    }
