"""One morning of sms-notice: everything that is read first, and what it comes to, krav by krav."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from connectors.altinn_varsling.client import Feed
from domain.kontaktinformasjon import Kontaktinformasjon, varslingshinder
from domain.krav import Krav, Kravtype, Tilstand
from domain.skyldner import Person
from domain.smsvarsel import Smsgrunn, finn_smshinder, is_holdt_tilbake, is_smskandidat, velg_dagens
from domain.utelukkelse import Grunn
from flows.facts import FerskKrav
from flows.sms.fakta import SMS_SENT, fingerprint, reference_of
from flows.sms.maaling import MAALING, MAALT, Gruppenavn, Maaling, read_maalinger, read_telling, tell
from flows.systems import Systems
from hub.automation import Arbeid, Line, Memo, Utelatt, Varsel, Vernet

SMS_NOT_DELIVERED = "SMS_NOT_DELIVERED"
FEED = "feed"
"""Memo: how far Altinn's feed of shipments has been read."""
FEILET = "feilet:"
"""Key of a memo: an SMS that did not arrive, with its reference."""


@dataclass(frozen=True, slots=True)
class Morning:
    """Everything a find reads, before anything is decided."""

    systems: Systems
    as_of: date
    kandidater: list[FerskKrav]
    fulgte: dict[str, FerskKrav]
    """Krav of the measurement and of work that is not finished, by kravnr."""
    personer: dict[str, Person] = field(repr=False)
    """By the number of the krav."""
    kontakter: dict[str, Kontaktinformasjon] = field(repr=False)
    """By the number the person has now."""
    memos: dict[str, str]
    maalinger: dict[str, Maaling]
    sendt: dict[str, date]
    """Reference -> the day the SMS was ordered."""
    feed: Feed

    @property
    def aapne(self) -> set[str]:
        """References of the candidates of those a machine may deal with."""
        return {reference_of(fersk.krav) for fersk in self.kandidater if not self.er_beskyttet(fersk.krav)}

    def er_beskyttet(self, krav: Krav) -> bool:
        person = self.personer.get(krav.skyldner)
        return person is not None and person.beskyttet

    def person(self, krav: Krav) -> str:
        """Whose it is, by the number she has now."""
        return _person(krav, self.personer)


async def read_morning(systems: Systems, as_of: date) -> Morning:
    """Each system is asked in bulk; the contact register last, of those alone who would be told."""
    memos = systems.read_memos()
    maalinger, sendt = read_maalinger(memos), systems.read_completed(SMS_SENT)
    listed = systems.pilen.list_krav([Kravtype.PARKERINGSGEBYR], [Tilstand.AAPEN])
    after_days = systems.smsregler.after_days
    kandidater = [fersk async for fersk in listed if is_smskandidat(fersk.krav, fersk.hendelser, as_of, after_days)]
    i_maalingen = {_kravnr(reference) for reference in maalinger}
    fulgte = await systems.pilen.get_krav(sorted(i_maalingen | systems.read_unfinished()))
    numre = {fersk.krav.skyldner for fersk in (*kandidater, *fulgte.values())}
    personer = await systems.folkeregisteret.get_personer(sorted(numre), relasjoner=True)
    varsles = [
        _person(fersk.krav, personer)
        for fersk in kandidater
        if reference_of(fersk.krav) not in sendt and not _hinder(fersk, personer, as_of)
    ]
    return Morning(
        systems,
        as_of,
        kandidater,
        fulgte,
        personer,
        await systems.krr.get_kontaktinformasjon(sorted(set(varsles))),
        memos,
        maalinger,
        sendt,
        await systems.altinn.read_feed(int(memos.get(FEED, "0"))),
    )


def _person(krav: Krav, personer: Mapping[str, Person]) -> str:
    person = personer.get(krav.skyldner)
    return person.foedselsnummer if person else krav.skyldner


def _hinder(fersk: FerskKrav, personer: Mapping[str, Person], as_of: date) -> Grunn | Smsgrunn | None:
    return finn_smshinder(fersk.krav, personer.get(fersk.krav.skyldner), fersk.hendelser, as_of)


def lines(morning: Morning) -> Iterator[Line]:
    """What the find yields."""
    yield from _vernede(morning)
    yield Memo(FEED, str(morning.feed.seq))
    yield from _ikke_levert(morning)
    yield from _maalinger(morning)
    yield from _nye(morning)


def _vernede(morning: Morning) -> Iterator[Line]:
    """Also of a krav that is no candidate any more, so that nothing of it stays on a list."""
    alle = {fersk.krav.kravnr: fersk.krav for fersk in (*morning.kandidater, *morning.fulgte.values())}
    yield from (Vernet(kravnr) for kravnr, krav in sorted(alle.items()) if morning.er_beskyttet(krav))


def _ikke_levert(morning: Morning) -> Iterator[Line]:
    """An SMS that did not arrive is told of while its krav is still one to tell of."""
    feilet = {key.removeprefix(FEILET): word for key, word in morning.memos.items() if key.startswith(FEILET)}
    feilet |= {
        each.referanse: each.status
        for each in morning.feed.statuser
        if each.feilet and each.referanse in morning.maalinger
    }
    aapne = morning.aapne
    for reference, word in feilet.items():
        if reference in aapne:
            yield Varsel(_kravnr(reference), SMS_NOT_DELIVERED)
        yield Memo(f"{FEILET}{reference}", word if reference in aapne else None)


def _maalinger(morning: Morning) -> Iterator[Line]:
    """Settle those whose days are over. Of a krav that is no candidate any more a number is left, of one that is
    protected or gone nothing."""
    aapne, tellinger = morning.aapne, {navn: read_telling(morning.memos, navn) for navn in Gruppenavn}
    for reference, maaling in morning.maalinger.items():
        fersk = morning.fulgte.get(_kravnr(reference))
        if fersk is None or morning.er_beskyttet(fersk.krav):
            yield Memo(f"{MAALING}{reference}", None)
            continue
        avgjort = maaling.avgjort(fersk, morning.as_of, morning.systems.smsregler.measure_days)
        if avgjort.er_aapen or reference in aapne:
            yield Memo(f"{MAALING}{reference}", str(avgjort))
        else:
            tellinger[avgjort.gruppe] = tell(tellinger[avgjort.gruppe], avgjort)
            yield Memo(f"{MAALING}{reference}", None)
    for navn, telling in tellinger.items():
        yield Memo(f"{MAALT}{navn}", f"{telling.antall} {telling.betalt}")


def _nye(morning: Morning) -> Iterator[Line]:
    """The krav no SMS has gone of: work, or a line of why not."""
    mulige: list[FerskKrav] = []
    for fersk in morning.kandidater:
        krav = fersk.krav
        if morning.er_beskyttet(krav) or reference_of(krav) in morning.sendt:
            continue
        grunn = _hinder(fersk, morning.personer, morning.as_of) or varslingshinder(
            morning.kontakter.get(morning.person(krav)), morning.as_of
        )
        if grunn:
            yield Utelatt(krav.kravnr, grunn.value)
        else:
            mulige.append(fersk)
    yield from _fordelte(morning, mulige)


def _fordelte(morning: Morning, mulige: Sequence[FerskKrav]) -> Iterator[Line]:
    """Those who can be told: some are held back, and nobody gets more than one SMS a day."""
    grupper = {fersk.krav.kravnr: _gruppe(fersk.krav, morning) for fersk in mulige}
    skal_ha = [(morning.person(f.krav), f.krav) for f in mulige if grupper[f.krav.kravnr] is Gruppenavn.SMS]
    dagens = velg_dagens(skal_ha, _fikk_i_dag(morning))
    for fersk in mulige:
        krav, reference = fersk.krav, reference_of(fersk.krav)
        if reference not in morning.maalinger:
            yield Memo(f"{MAALING}{reference}", str(Maaling(morning.as_of, grupper[krav.kravnr])))
        if krav.kravnr in dagens:
            yield _arbeid(krav, morning.systems)
        elif grupper[krav.kravnr] is Gruppenavn.SMS:
            yield Utelatt(krav.kravnr, Smsgrunn.SMS_TOMORROW.value)
        else:
            yield Utelatt(krav.kravnr, Smsgrunn.HELD_BACK.value)


def _gruppe(krav: Krav, morning: Morning) -> Gruppenavn:
    """The one it was given the first time, also if the share has been changed since."""
    if known := morning.maalinger.get(reference_of(krav)):
        return known.gruppe
    holdt = is_holdt_tilbake(morning.systems.hmac(krav.kravnr), morning.systems.smsregler.holdt_andel)
    return Gruppenavn.HOLDT if holdt else Gruppenavn.SMS


def _fikk_i_dag(morning: Morning) -> set[str]:
    """Persons of whom an SMS has been ordered today, whatever has become of the krav since."""
    i_dag = {_kravnr(reference) for reference, day in morning.sendt.items() if day == morning.as_of}
    alle: Iterable[FerskKrav] = (*morning.kandidater, *morning.fulgte.values())
    return {morning.person(fersk.krav) for fersk in alle if fersk.krav.kravnr in i_dag}


def _kravnr(reference: str) -> str:
    return reference.partition(":")[0]


def _arbeid(krav: Krav, systems: Systems) -> Arbeid:
    return Arbeid(
        reference=reference_of(krav),
        target="ALTINN",
        krav=(krav.kravnr,),
        payload={"kravnr": krav.kravnr},
        fingerprint=fingerprint(krav, systems),
        effects=1,
        saker=(krav.saksnr,),
    )
