"""SMS før parkeringsgebyret blir dyrere (rutinen `sms-notice`, docs/rutiner.md; SMS-1 to SMS-5).

Every morning: the parkeringsgebyr in Pilen of a person that were due some days ago and are still unpaid. Who has simply
forgotten gets one SMS with what it takes to pay, before the krav moves on. Krav in PAX are from before February 2025
and have long moved on. Whether a person may be told, and at which number, Kontakt- og reservasjonsregisteret says; a
share is held back so that what the SMS does can be measured. Everything is read again before the SMS goes: who has
paid or complained meanwhile gets none. No phone number is kept, only Altinn's id of the shipment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from prefect import flow

from connectors.altinn_varsling.client import Feed
from connectors.altinn_varsling.sms import Sms
from domain.kontaktinformasjon import Kontaktinformasjon, varslingshinder
from domain.krav import Krav, Kravtype, Tilstand
from domain.skyldner import Person
from domain.smstekst import lag_smstekst
from domain.smsvarsel import Smsgrunn, finn_smshinder, is_holdt_tilbake, is_smskandidat, velg_dagens
from domain.utelukkelse import Grunn
from flows.endring import idempotency_key
from flows.facts import FerskKrav
from flows.metadata import Metadata
from flows.runtime import find, night_name, perform, report, start_night
from flows.smsfakta import Smsfakta, fetch_smsfakta, reference_of
from flows.smsmaaling import MAALING, MAALT, Gruppenavn, Maaling, read_maalinger, read_telling, tell
from flows.smssending import SendSms
from flows.systems import Systems
from hub.automation import (
    Action,
    Arbeid,
    Effect,
    Json,
    Line,
    Memo,
    Plan,
    Utelatt,
    Varsel,
    Vernet,
    WorkItem,
)

METADATA = Metadata(
    name="sms-notice",
    tittel="SMS før parkeringsgebyret blir dyrere",
    eier="Power-teamet",
    hjemmel="Vegtrafikkloven § 31 a; eForvaltningsforskriften § 32; personvernforordningen art. 6 nr. 1 e",
    systems={"ALTINN": ("ALTINN", "PILEN", "FOLKEREGISTERET", "KRR", "MASKINPORTEN")},
)
REGLER = tuple(f"SMS-{n}" for n in range(1, 6))
SMS_SENT = "SMS_SENT"
SMS_NOT_DELIVERED = "SMS_NOT_DELIVERED"
FEED = "feed"
"""Memo: how far Altinn's feed of shipments has been read."""
FEILET = "feilet:"
"""Key of a memo: an SMS that did not arrive, with its reference."""


class SmsNotice:
    """find who may have forgotten, plan each from fresh facts, order one SMS, and follow what became of it."""

    async def find(self, systems: Systems, as_of: date) -> AsyncIterator[Line]:
        for line in _lines(await _read_morning(systems, as_of)):
            yield line

    async def plan(self, item: WorkItem, systems: Systems, as_of: date) -> Plan:
        kravnr = item.payload["kravnr"]
        fakta = await fetch_smsfakta(item.reference, kravnr, systems, as_of)
        if fakta is None:
            return Plan("NOTHING_TO_DO", (kravnr,), as_of, rules=REGLER, versions=systems.versions)
        return Plan(
            result=SMS_SENT,
            krav=(kravnr,),
            as_of=as_of,
            effects=(Effect(f"sms:{kravnr}", "ALTINN", {}, {}),),
            rules=REGLER,
            versions=systems.versions,
            fingerprint=_fingerprint(fakta.fersk.krav, systems),
        )

    def actions(self, item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
        return [
            SendSms(effect, partial(_write, item, effect, plan, systems), systems.altinn, systems.settle["ALTINN"])
            for effect in plan.effects
            if effect.key.startswith("sms:")
        ]


AUTOMATION = SmsNotice()


@flow(name="sms-notice", flow_run_name=night_name)
async def sms_notice(as_of: str | None = None, dry_run: bool = False, ordered_by: str | None = None) -> Json:
    """One morning of sms-notice. Started again from Prefect it finds the same occasions and adds nothing."""
    night = await start_night(METADATA, AUTOMATION, as_of, dry_run, ordered_by)
    await find(night)
    await perform(night)
    return await report(night)


FLOW = sms_notice


@dataclass(frozen=True, slots=True)
class _Morning:
    """Everything a find reads, before anything is decided."""

    systems: Systems
    as_of: date
    kandidater: list[FerskKrav]
    fulgte: dict[str, FerskKrav]
    """Krav of the measurement, by kravnr."""
    personer: dict[str, Person]
    kontakter: dict[str, Kontaktinformasjon]
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
        """Whose it is, also under an old number."""
        person = self.personer.get(krav.skyldner)
        return person.foedselsnummer if person else krav.skyldner


async def _read_morning(systems: Systems, as_of: date) -> _Morning:
    memos = systems.read_memos()
    maalinger, sendt = read_maalinger(memos), systems.read_completed(SMS_SENT)
    listed = systems.pilen.list_krav([Kravtype.PARKERINGSGEBYR], [Tilstand.AAPEN])
    after_days = systems.smsregler.after_days
    kandidater = [fersk async for fersk in listed if is_smskandidat(fersk.krav, fersk.hendelser, as_of, after_days)]
    fulgte = await systems.pilen.get_krav(sorted({_kravnr(reference) for reference in maalinger}))
    numre = {fersk.krav.skyldner for fersk in (*kandidater, *fulgte.values())}
    personer = await systems.folkeregisteret.get_personer(sorted(numre), relasjoner=True)
    varsles = [
        fersk.krav.skyldner
        for fersk in kandidater
        if reference_of(fersk.krav) not in sendt and not _hinder(fersk, personer, as_of)
    ]
    return _Morning(
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


def _hinder(fersk: FerskKrav, personer: Mapping[str, Person], as_of: date) -> Grunn | Smsgrunn | None:
    return finn_smshinder(fersk.krav, personer.get(fersk.krav.skyldner), fersk.hendelser, as_of)


def _lines(morning: _Morning) -> Iterator[Line]:
    yield from _vernede(morning)
    yield Memo(FEED, str(morning.feed.seq))
    yield from _ikke_levert(morning)
    yield from _maalinger(morning)
    yield from _nye(morning)


def _vernede(morning: _Morning) -> Iterator[Line]:
    """Also of a krav that is no candidate any more, so that nothing of it stays on a list."""
    alle = {fersk.krav.kravnr: fersk.krav for fersk in (*morning.kandidater, *morning.fulgte.values())}
    yield from (Vernet(kravnr) for kravnr, krav in sorted(alle.items()) if morning.er_beskyttet(krav))


def _ikke_levert(morning: _Morning) -> Iterator[Line]:
    """An SMS that did not arrive is told of while its krav is still one to tell of."""
    feilet = {key.removeprefix(FEILET): word for key, word in morning.memos.items() if key.startswith(FEILET)}
    feilet |= {
        each.referanse: each.status
        for each in morning.feed.statuser
        if each.feilet and each.referanse in morning.maalinger
    }
    for reference, word in feilet.items():
        if reference in morning.aapne:
            yield Varsel(_kravnr(reference), SMS_NOT_DELIVERED)
        yield Memo(f"{FEILET}{reference}", word if reference in morning.aapne else None)


def _maalinger(morning: _Morning) -> Iterator[Line]:
    """Settle those whose days are over. Of a krav that is no candidate any more a number is left, of one that is
    protected or gone nothing."""
    tellinger = {navn: read_telling(morning.memos, navn) for navn in Gruppenavn}
    for reference, maaling in morning.maalinger.items():
        fersk = morning.fulgte.get(_kravnr(reference))
        if fersk is None or morning.er_beskyttet(fersk.krav):
            yield Memo(f"{MAALING}{reference}", None)
            continue
        avgjort = maaling.avgjort(fersk, morning.as_of, morning.systems.smsregler.measure_days)
        if avgjort.er_aapen or reference in morning.aapne:
            yield Memo(f"{MAALING}{reference}", str(avgjort))
        else:
            tellinger[avgjort.gruppe] = tell(tellinger[avgjort.gruppe], avgjort)
            yield Memo(f"{MAALING}{reference}", None)
    for navn, telling in tellinger.items():
        yield Memo(f"{MAALT}{navn}", f"{telling.antall} {telling.betalt}")


def _nye(morning: _Morning) -> Iterator[Line]:
    """The krav no SMS has gone of: work, or a line of why not."""
    mulige: list[FerskKrav] = []
    for fersk in morning.kandidater:
        krav = fersk.krav
        if morning.er_beskyttet(krav) or reference_of(krav) in morning.sendt:
            continue
        grunn = _hinder(fersk, morning.personer, morning.as_of) or varslingshinder(
            morning.kontakter.get(krav.skyldner), morning.as_of
        )
        if grunn:
            yield Utelatt(krav.kravnr, grunn.value)
        else:
            mulige.append(fersk)
    yield from _fordelte(morning, mulige)


def _fordelte(morning: _Morning, mulige: Sequence[FerskKrav]) -> Iterator[Line]:
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


def _gruppe(krav: Krav, morning: _Morning) -> Gruppenavn:
    """The one it was given the first time, also if the share has been changed since."""
    if known := morning.maalinger.get(reference_of(krav)):
        return known.gruppe
    holdt = is_holdt_tilbake(morning.systems.hmac(krav.kravnr), morning.systems.smsregler.holdt_andel)
    return Gruppenavn.HOLDT if holdt else Gruppenavn.SMS


def _fikk_i_dag(morning: _Morning) -> set[str]:
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
        fingerprint=_fingerprint(krav, systems),
        effects=1,
    )


def _fingerprint(krav: Krav, systems: Systems) -> str:
    """What the SMS stands on; that a day has passed, or a part been paid, is no new occasion."""
    return systems.hmac(repr((krav.kravnr, krav.skyldner, krav.forfall, krav.steg, krav.tilstand.value)))


async def _write(item: WorkItem, effect: Effect, plan: Plan, systems: Systems) -> Sms | None:
    """The SMS of what is so now."""
    fakta: Smsfakta | None = await fetch_smsfakta(item.reference, item.payload["kravnr"], systems, plan.as_of)
    if fakta is None:
        return None
    avsender = systems.avsender
    tekst = lag_smstekst(fakta.fersk.krav, fakta.beloep, avsender.navn, avsender.kontonummer)
    return Sms(idempotency_key(item, effect), item.reference, fakta.telefonnummer, tekst)
