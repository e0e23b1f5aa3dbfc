"""The enheter that owe in Procasso or ISY-PA, and what Enhetsregisteret says of them.

The whole register is read once, in its bulk file; from then on its feed of updates tells who has changed, and what was
told of our customers is kept as memos. A find that fails keeps nothing, so the next one reads the same again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from connectors.enhetsregisteret.feed import Posisjon
from domain.krav import Krav, Kravtype, Tilstand
from domain.skyldner import Enhet, Enhetsstatus, is_enhetsnummer
from flows.systems import Systems
from hub.automation import Memo

TILSTANDER = (Tilstand.AAPEN, Tilstand.KLAGE, Tilstand.BETALINGSAVTALE, Tilstand.STOPPET)
FEED = "feed"
OVERLAPP = timedelta(days=1)
"""The feed is read from a day before the bulk file was made, as the register's owner advises."""


def is_kundekrav(krav: Krav) -> bool:
    """A krav that is still to be paid, of an enhet."""
    return is_enhetsnummer(krav.skyldner) and krav.tilstand in TILSTANDER


async def list_kundekrav(systems: Systems) -> dict[str, list[Krav]]:
    """The krav of every customer, by skyldner, in Procasso and ISY-PA. Raises SystemException."""
    alle = [each.krav async for each in systems.procasso.client.list_krav(Kravtype, TILSTANDER)]
    alle += (await asyncio.to_thread(systems.isypa.read_krav)).values()
    av_kunde: dict[str, list[Krav]] = defaultdict(list)
    for krav in sorted(filter(is_kundekrav, alle), key=lambda krav: krav.kravnr):
        av_kunde[krav.skyldner].append(krav)
    return av_kunde


@dataclass(frozen=True, slots=True)
class Registerstand:
    """The customers as the register has them now; one that is not here is unknown to it."""

    enheter: Mapping[str, Enhet]
    feed: Posisjon
    """Where the feed is read on next time."""


async def follow_register(systems: Systems, memos: Mapping[str, str], kunder: Collection[str]) -> Registerstand:
    """What is remembered of the customers, with what the register has told since. Raises SystemException."""
    kjent = {nr: enhet for nr in kunder if (enhet := _remembered(systems, memos, nr))}
    fra = _read_position(memos[FEED]) if FEED in memos else None
    if fra is None:
        utgave, kjent = await systems.enhetsregisteret.bulkfil.find(kunder)
        fra = utgave.endret - OVERLAPP
    endret = set()
    async for oppdatering in systems.enhetsregisteret.oppdateringer.read(fra):
        fra = oppdatering.neste
        endret.add(oppdatering.organisasjonsnummer)
    sett_etter = {nr for nr in kunder if nr in endret or nr not in kjent}
    lest = await systems.enhetsregisteret.get_enheter(sorted(sett_etter))
    enheter = {nr: enhet for nr, enhet in kjent.items() if nr not in sett_etter}
    enheter |= {nr: _with_form(enhet, kjent.get(nr)) for nr, enhet in lest.items()}
    return Registerstand(enheter, fra)


def memos_of(
    systems: Systems, memos: Mapping[str, str], stand: Registerstand, vernede: Collection[str]
) -> Iterator[Memo]:
    """What has changed of what is to be remembered. Of the protected nothing is."""
    ny = {FEED: str(stand.feed) if isinstance(stand.feed, int) else stand.feed.isoformat()}
    ny |= {_key(systems, enhet): _value(enhet) for nr, enhet in stand.enheter.items() if nr not in vernede}
    yield from (Memo(key, value) for key, value in ny.items() if memos.get(key) != value)
    yield from (Memo(key, None) for key in memos if key not in ny)


def _key(systems: Systems, enhet: Enhet) -> str:
    """An ENK's number leads to a person, so neither it nor one that may be an ENK's stands in the open."""
    nummer = enhet.organisasjonsnummer
    return f"enk:{systems.hmac(nummer)}" if enhet.kan_vaere_enk else f"enhet:{nummer}"


def _value(enhet: Enhet) -> str:
    return f"{enhet.status};{enhet.statusdato or ''};{enhet.organisasjonsform or ''}"


def _remembered(systems: Systems, memos: Mapping[str, str], nummer: str) -> Enhet | None:
    value = memos.get(f"enhet:{nummer}") or memos.get(f"enk:{systems.hmac(nummer)}")
    if value is None:
        return None
    status, dato, form = value.split(";")
    return Enhet(nummer, form or None, Enhetsstatus(status), date.fromisoformat(dato) if dato else None)


def _read_position(value: str) -> Posisjon:
    return int(value) if value.isdecimal() else datetime.fromisoformat(value)


def _with_form(enhet: Enhet, kjent: Enhet | None) -> Enhet:
    """Of a removed unit the register no longer tells the form, but it may have told us before."""
    if enhet.organisasjonsform is None and kjent is not None:
        return replace(enhet, organisasjonsform=kjent.organisasjonsform)
    return enhet
