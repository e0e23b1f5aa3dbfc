"""Krav mot døde skyldnere (dødsbo; RULES BO-1 and BO-2, VERN-1 and VERN-2).

Every morning: Folkeregisteret's feed tells who has died, whose death was a mistake and whom an estate has named. While
somebody is dead her krav in Procasso are stopped, so that neither purring nor gebyr comes, and each is reported to the
estate by letter as soon as the register tells whom to write to. Until then a person looks for the estate. The deadline
is counted from the certificate of the district court, since the register tells no date of a proklama: an assumption,
with a margin. Krav of the dead in Pilen, PAX and ISY-PA, and those with a klage in Procasso, are listed and left as
they are; a minor's are for minors.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence, Set
from datetime import date

from prefect import flow

from domain.doedsbo import Bogrunn, Botiltak, Doedsbo, avgjoer_doedsbo, is_bokandidat
from domain.errors import BusinessException
from domain.frister import meldefrist, proklamafrist
from domain.krav import Fagsystem, Krav, Kravtype, Tilstand
from domain.skyldner import is_enhetsnummer
from flows.doedsbo.fakta import Bofakta, fetch_boer, fetch_bofakta, notatreferanse
from flows.doedsbo.handlinger import REFERANSE, actions_of, effects_of, read_bofakta
from flows.doedsbo.vakt import keep_watch
from flows.effekter.kravhandlinger import oppgave
from flows.foreldelse import is_foreldet
from flows.metadata import Metadata
from flows.runtime import find, night_name, perform, report, start_night
from flows.systems import Systems
from hub.automation import Action, Arbeid, Effect, Json, Line, Plan, Varsel, Vernet, WorkItem
from hub.follow_up import Codes

METADATA = Metadata(
    name="estate-watch",
    tittel="Krav mot dødsbo",
    eier="Power-teamet",
    hjemmel="Arveloven 14. juni 2019 nr. 21 (dødsboskifte og proklama); inkassoloven § 8 (god inkassoskikk)",
    systems={"PROCASSO": ("PROCASSO", "FOLKEREGISTERET", "SVARUT", "MASKINPORTEN")},
    foelges_opp=Codes(standing=("PROKLAMA", "ESTATE_OTHER_SYSTEM", "ESTATE_COMPLAINT"), once=("PROKLAMA_PAST",)),
)
TILSTANDER = (Tilstand.AAPEN, Tilstand.BETALINGSAVTALE, Tilstand.STOPPET, Tilstand.KLAGE)
I_ANDRE_SYSTEMER = (Tilstand.AAPEN, Tilstand.KLAGE, Tilstand.BETALINGSAVTALE)
"""There a krav is only listed, so one with a klage is too: the deadline of the estate runs for it as well."""
I_PILEN = tuple(kravtype for kravtype in Kravtype if kravtype is not Kravtype.LAAN)
"""Pilen has no lån, and refuses to be asked for them."""
REGLER = ("BO-1", "BO-2", "VERN-2", "VERN-3")
PROKLAMA, PROKLAMA_PAST = "PROKLAMA", "PROKLAMA_PAST"
ESTATE_OTHER_SYSTEM = "ESTATE_OTHER_SYSTEM"
ESTATE_COMPLAINT = "ESTATE_COMPLAINT"
"""A krav in Procasso with a klage is left as it is, but the deadline of the estate does not wait for the answer."""
DEATH_ANNULLED_PROTECTED = "DEATH_ANNULLED_PROTECTED"
"""Counted alone: krav we have stopped of protected persons who live. Somebody must find them in Procasso."""


class EstateWatch:
    """find the krav of the dead, plan each from fresh facts, stop it and report it to the estate."""

    async def find(self, systems: Systems, as_of: date) -> AsyncIterator[Line]:
        uferdige = systems.read_unfinished()
        krav = [each async for each in _list_krav(uferdige, systems)]
        stoppede = {each.skyldner for each in krav if each.tilstand is Tilstand.STOPPET}
        vakt = await keep_watch({each.skyldner for each in krav}, stoppede, systems)
        beroert = [each for each in krav if each.skyldner in vakt.personer]
        i_procasso = [each.kravnr for each in beroert if each.fagsystem is Fagsystem.PROCASSO]
        ferske = await systems.procasso.get_krav(i_procasso) if i_procasso else {}
        boer = await fetch_boer(vakt.personer, systems)
        bofakta = await fetch_bofakta(ferske.values(), vakt.personer, boer, systems)
        for fakta in bofakta:
            for line in _lines(fakta, uferdige, systems, as_of):
                yield line
        for each in (each for each in beroert if each.fagsystem is not Fagsystem.PROCASSO):
            if vakt.personer[each.skyldner].beskyttet:
                yield Vernet(each.kravnr)
            elif each.skyldner in boer:
                yield _varsel(each.kravnr, ESTATE_OTHER_SYSTEM, boer[each.skyldner], systems)
        stoppet_av_oss = {fakta.krav.skyldner for fakta in bofakta if fakta.spor.stoppet}
        stoppes_kanskje = {each.skyldner for each in krav if each.kravnr in uferdige}
        for memo in vakt.memos(stoppet_av_oss | stoppes_kanskje):
            yield memo

    async def plan(self, item: WorkItem, systems: Systems, as_of: date) -> Plan:
        kravnr = item.payload["kravnr"]
        fakta = await read_bofakta(kravnr, systems)
        avgjoerelse = _avgjoer(fakta, systems, as_of) if fakta else None
        if isinstance(avgjoerelse, Bogrunn):
            raise BusinessException(avgjoerelse.value, kravnr)
        if fakta is None or avgjoerelse is None:
            return Plan("NOTHING_TO_DO", (kravnr,), as_of, rules=REGLER, versions=systems.versions)
        return _plan(item, fakta, avgjoerelse, systems, as_of)

    def actions(self, item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
        return actions_of(item, plan, systems)


AUTOMATION = EstateWatch()


@flow(name="estate-watch", flow_run_name=night_name)
async def estate_watch(as_of: str | None = None, dry_run: bool = False, ordered_by: str | None = None) -> Json:
    """One morning of estate-watch. Started again from Prefect it finds the same occasions and adds nothing."""
    night = await start_night(METADATA, AUTOMATION, as_of, dry_run, ordered_by)
    await find(night)
    await perform(night)
    return await report(night)


FLOW = estate_watch


async def _list_krav(uferdige: Set[str], systems: Systems) -> AsyncIterator[Krav]:
    """The krav of persons: in Procasso the candidates, those with a klage and those of unfinished work, elsewhere those
    that are alive."""
    listed = set()
    async for i_procasso in systems.procasso.client.list_krav(Kravtype, TILSTANDER):
        krav = i_procasso.krav
        if (is_bokandidat(krav) or krav.tilstand is Tilstand.KLAGE) and not is_enhetsnummer(krav.skyldner):
            listed.add(krav.kravnr)
            yield krav
    if resten := sorted(uferdige - listed):
        for fersk in (await systems.procasso.get_krav(resten)).values():
            yield fersk.krav
    async for i_pilen in systems.pilen.client.list_krav(I_PILEN, I_ANDRE_SYSTEMER):
        if not is_enhetsnummer(i_pilen.krav.skyldner):
            yield i_pilen.krav
    i_filer = [i_pax.krav for i_pax in await systems.read_pax_uttrekk()]
    i_filer += (await asyncio.to_thread(systems.isypa.read_krav)).values()
    for krav in i_filer:
        if krav.tilstand in I_ANDRE_SYSTEMER and not is_enhetsnummer(krav.skyldner):
            yield krav


def _lines(fakta: Bofakta, uferdige: Set[str], systems: Systems, as_of: date) -> Iterator[Line]:
    krav, spor = fakta.krav, fakta.spor
    if fakta.skyldner.beskyttet:
        if krav.tilstand is not Tilstand.STOPPET or spor.stoppet or krav.kravnr in uferdige:
            yield Vernet(krav.kravnr, DEATH_ANNULLED_PROTECTED if spor.stoppet and not fakta.skyldner.doed else None)
        return
    if krav.tilstand is Tilstand.KLAGE and fakta.bo is not None:
        yield _varsel(krav.kravnr, ESTATE_COMPLAINT, fakta.bo, systems)
    avgjoerelse = _avgjoer(fakta, systems, as_of)
    if avgjoerelse is None:
        return
    yield _arbeid(fakta, avgjoerelse, systems, as_of)
    if avgjoerelse is Botiltak.STOPPED_NO_CONTACT:
        yield Varsel(krav.kravnr, Bogrunn.ESTATE_CONTACT_MISSING.value)
    elif fakta.bo is not None and fakta.bo.kontakt is not None:
        past = as_of > proklamafrist(fakta.bo.kontakt.attestdato)
        yield _varsel(krav.kravnr, PROKLAMA_PAST if past else PROKLAMA, fakta.bo, systems)


def _varsel(kravnr: str, kode: str, bo: Doedsbo, systems: Systems) -> Varsel:
    """With the last day to report the krav and the last that is safe, when the register tells enough to count them."""
    if bo.kontakt is None:
        return Varsel(kravnr, kode)
    attestdato = bo.kontakt.attestdato
    return Varsel(kravnr, kode, proklamafrist(attestdato), meldefrist(attestdato, systems.regler.proklama_margin))


def _avgjoer(fakta: Bofakta, systems: Systems, as_of: date) -> Botiltak | Bogrunn | None:
    return avgjoer_doedsbo(
        fakta.krav,
        fakta.skyldner,
        fakta.bo,
        fakta.spor,
        as_of,
        foreldet=is_foreldet(fakta.fersk, systems, as_of),
    )


def _arbeid(fakta: Bofakta, avgjoerelse: Botiltak | Bogrunn, systems: Systems, as_of: date) -> Arbeid:
    kravnr = fakta.krav.kravnr
    return Arbeid(
        reference=_reference(fakta, avgjoerelse),
        target="PROCASSO",
        krav=(kravnr,),
        payload={"kravnr": kravnr},
        fingerprint=_fingerprint(fakta, avgjoerelse, systems),
        effects=len(_effects(fakta.krav, avgjoerelse)) if isinstance(avgjoerelse, Botiltak) else 0,
        saker=(fakta.krav.saksnr,),
        frist=_frist(fakta.bo, systems, as_of),
    )


def _frist(bo: Doedsbo | None, systems: Systems, as_of: date) -> date | None:
    """The last safe day to report the krav to the estate, while it has not passed."""
    if bo is None or bo.kontakt is None:
        return None
    siste = meldefrist(bo.kontakt.attestdato, systems.regler.proklama_margin)
    return siste if as_of <= siste else None


def _reference(fakta: Bofakta, avgjoerelse: Botiltak | Bogrunn) -> str:
    """One death is one occasion, until the machine has done all there was to do and there is more."""
    if avgjoerelse is Bogrunn.DEATH_ANNULLED:
        return f"{fakta.krav.kravnr}:{avgjoerelse.value}"
    doedsdato = fakta.bo.doedsdato if fakta.bo else None
    return f"{fakta.krav.kravnr}:ESTATE:{doedsdato or 'UKJENT'}"


def _plan(item: WorkItem, fakta: Bofakta, tiltak: Botiltak, systems: Systems, as_of: date) -> Plan:
    """A letter that comes later than the note bears its reference: so it is seen which stop it belongs to."""
    kravnr = fakta.krav.kravnr
    return Plan(
        result=tiltak.value,
        krav=(kravnr,),
        as_of=as_of,
        effects=tuple(_effects(fakta.krav, tiltak)),
        data={REFERANSE: fakta.spor.referanse or notatreferanse(kravnr, oppgave(item, systems))},
        rules=REGLER,
        versions=systems.versions,
        fingerprint=_fingerprint(fakta, tiltak, systems),
    )


def _effects(krav: Krav, tiltak: Botiltak) -> list[Effect]:
    return effects_of(krav, brev=tiltak is Botiltak.ESTATE_NOTIFIED)


def _fingerprint(fakta: Bofakta, avgjoerelse: Botiltak | Bogrunn, systems: Systems) -> str:
    """What the decision stands on; that a day has passed is no new fact."""
    krav, kontakt = fakta.krav, fakta.bo.kontakt if fakta.bo else None
    facts = (
        (krav.kravnr, krav.skyldner, krav.tilstand, krav.hovedstol, krav.kostnader),
        avgjoerelse,
        fakta.bo.doedsdato if fakta.bo else None,
        (kontakt.attestdato, kontakt.adressat.adressefelt) if kontakt else None,
        sorted((h.dato, h.hendelse, h.beloep) for h in fakta.fersk.hendelser),
    )
    return systems.hmac(repr(facts))
