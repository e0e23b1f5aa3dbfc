"""Slettede foretak (docs/rutiner.md, company-watch; BO-3, BO-4).

Every morning: the enheter that owe krav in Procasso or ISY-PA, and what Enhetsregisteret has told of them since
yesterday. For each that is slettet, fjernet, konkurs or on its way out somebody is proposed what to do: nobody to claim
from, the owner or the partners still liable, or the krav to be reported to the estate, with a draft and its deadline.
The machine closes nothing and changes no krav (VERN-4): when a second person has approved, each krav gets a note that
says why, in Procasso and in ISY-PA, and the draft of the fordringsanmeldelse is filed.

A krav that bears the note of this very status has been dealt with and is not proposed again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import date

from prefect import flow

from domain.errors import BusinessException
from domain.foretaksstatus import finn_tiltak
from domain.frister import anmeldelsesfrist
from domain.kalender import previous_bankdag
from domain.krav import Fagsystem, Krav
from domain.skyldner import Enhet, Enhetsstatus
from domain.utelukkelse import Grunn, strengt_vern
from flows.facts import FerskKrav, Skyldnere
from flows.foretak.handlinger import actions_of
from flows.foretak.kunder import follow_register, is_kundekrav, list_kundekrav, memos_of
from flows.foretak.merknader import read_merknader
from flows.foretak.plan import REGLER, Foretakssak, fingerprint, foreslaa, referanse
from flows.metadata import Metadata
from flows.runtime import find, night_name, perform, report, start_night
from flows.systems import Systems
from flows.uferdige import find_vernede, i_fil
from hub.automation import Action, Arbeid, Json, Line, Plan, ProtectedFound, Utelatt, Varsel, Vernet, WorkItem
from hub.beslutning import Beslutningstype, Felt, Slag

KONKURS_AAPNET = Beslutningstype(
    "KONKURS_AAPNET",
    "Konkursen ble åpnet",
    "Roboten regner fristen fra dagen du skriver, og lager forslag og utkast til anmeldelse.",
    (Felt("dato", "Dagen konkursen ble åpnet, etter kunngjøringen", Slag.DATO),),
    to_personer=True,
)
METADATA = Metadata(
    name="company-watch",
    tittel="Slettede foretak",
    eier="Power-teamet",
    hjemmel="Konkursloven 8. juni 1984 nr. 58; enhetsregisterloven 3. juni 1994 nr. 15",
    systems={"PROCASSO": ("PROCASSO", "ISYPA", "ENHETSREGISTERET", "FOLKEREGISTERET", "MASKINPORTEN")},
    approved_by="godkjenner",
    beslutninger=dict.fromkeys(("BANKRUPTCY_DATE_MISSING", "DECIDED_DATE_AHEAD"), (KONKURS_AAPNET,)),
)
BANKRUPTCY_DEADLINE = "BANKRUPTCY_DEADLINE"
REGLER_BESTEMT = (*REGLER, "BO-5")


class CompanyWatch:
    """find the customers that are gone or going, propose what to do, write it on their krav when approved."""

    async def find(self, systems: Systems, as_of: date) -> AsyncIterator[Line]:
        memos = systems.read_memos()
        kunder = await list_kundekrav(systems)
        stand = await follow_register(systems, memos, kunder.keys())
        rammet = {nr: enhet for nr, enhet in stand.enheter.items() if finn_tiltak(enhet)}
        skyldnere = await systems.get_skyldnere(nr for nr, enhet in rammet.items() if enhet.kan_vaere_enk)
        merknader = await read_merknader(systems, (each.kravnr for nr in rammet for each in kunder[nr]))
        vernede: set[str] = set()
        for nummer, krav in sorted(kunder.items()):
            enhet = rammet.get(nummer)
            if nummer not in stand.enheter:
                yield _ukjent(nummer, krav, systems)
            elif enhet is not None and (grunn := strengt_vern(enhet, skyldnere.get_innehaver(nummer))):
                vernede |= {nummer} if grunn is Grunn.PROTECTED else set()
                for each in krav:
                    yield Vernet(each.kravnr) if grunn is Grunn.PROTECTED else Utelatt(each.kravnr, grunn.value)
            elif enhet is not None:
                ubehandlet = [each for each in krav if not await _is_noted(each, enhet, systems, merknader)]
                for line in _lines(enhet, krav, ubehandlet, systems, as_of):
                    yield line
        sett = {each.kravnr for nr in rammet for each in kunder[nr]}
        fra_isypa = i_fil(FerskKrav(each, ()) for each in (await asyncio.to_thread(systems.isypa.read_krav)).values())
        for vernet in await find_vernede(systems, sett, systems.procasso.get_krav, fra_isypa):
            yield vernet
        for memo in memos_of(systems, memos, stand, vernede):
            yield memo

    async def plan(self, item: WorkItem, systems: Systems, as_of: date) -> Plan:
        sak = await _read_fresh(item, systems)
        if sak is None:
            krav = tuple(item.payload["krav"])
            return Plan("NOTHING_TO_DO", krav, as_of, rules=REGLER, versions=systems.versions)
        said = item.beslutning(KONKURS_AAPNET.kode)
        if said is None or sak.enhet.statusdato is not None:
            return foreslaa(sak, systems, as_of)
        if said.dato("dato") > as_of:
            raise BusinessException("DECIDED_DATE_AHEAD", sak.krav[0].krav.kravnr)
        plan = foreslaa(replace(sak, aapnet=said.dato("dato")), systems, as_of)
        return replace(plan, data=plan.data | {"beslutning": said.record}, rules=REGLER_BESTEMT)

    def actions(self, item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
        return actions_of(item, plan, systems)


AUTOMATION = CompanyWatch()


@flow(name="company-watch", flow_run_name=night_name)
async def company_watch(as_of: str | None = None, dry_run: bool = False, ordered_by: str | None = None) -> Json:
    """One morning of company-watch. Started again from Prefect it finds the same occasions and adds nothing."""
    night = await start_night(METADATA, AUTOMATION, as_of, dry_run, ordered_by)
    await find(night)
    await perform(night)
    return await report(night)


FLOW = company_watch


async def _is_noted(krav: Krav, enhet: Enhet, systems: Systems, merknader: set[tuple[str, str]]) -> bool:
    """Whether the krav bears our note of this very status already."""
    if krav.fagsystem is Fagsystem.ISYPA:
        return (krav.kravnr, referanse(enhet)) in merknader
    notater = await systems.procasso.client.list_notater(krav.kravnr)
    return any(notat.referanse == referanse(enhet) for notat in notater)


def _lines(
    enhet: Enhet, krav: Sequence[Krav], ubehandlet: Sequence[Krav], systems: Systems, as_of: date
) -> Iterator[Line]:
    """What the customer is to the morning: a proposal for the krav not dealt with, and the deadline of a konkurs."""
    frist = _anmeldelsesfrist(enhet, systems, as_of)
    if ubehandlet:
        payload = {"enhet": enhet.organisasjonsnummer, "form": enhet.organisasjonsform}
        trygg = previous_bankdag(frist) if frist else None
        yield _arbeid(referanse(enhet), ubehandlet, payload, fingerprint(enhet, ubehandlet, systems), trygg)
    if frist is None or enhet.statusdato is None:
        return
    for each in krav:
        if each.ilagt_dato <= enhet.statusdato:
            yield Varsel(each.kravnr, BANKRUPTCY_DEADLINE, frist, previous_bankdag(frist))


def _anmeldelsesfrist(enhet: Enhet, systems: Systems, as_of: date) -> date | None:
    """The deadline of the estate of a konkurs, while it has not passed."""
    if enhet.status is not Enhetsstatus.KONKURS or enhet.statusdato is None:
        return None
    frist = anmeldelsesfrist(enhet.statusdato, systems.regler.konkurs_uker)
    return frist if as_of <= frist else None


def _ukjent(nummer: str, krav: Sequence[Krav], systems: Systems) -> Arbeid:
    """A number the register does not know may be the half of a person's, so it does not stand in the open."""
    return _arbeid(f"{systems.alias(nummer)}:UKJENT", krav, {"enhet": None, "form": None}, systems.hmac(nummer))


def _arbeid(reference: str, krav: Sequence[Krav], payload: Json, fingerprint: str, frist: date | None = None) -> Arbeid:
    kravnumre = tuple(each.kravnr for each in krav)
    return Arbeid(
        reference=reference,
        target="PROCASSO",
        krav=kravnumre,
        payload=payload | {"krav": kravnumre},
        fingerprint=fingerprint,
        effects=len(krav),
        saker=tuple(sorted({each.saksnr for each in krav} - {""})),
        frist=frist,
    )


async def _read_fresh(item: WorkItem, systems: Systems) -> Foretakssak | None:
    """The customer and those of its krav that are still to be paid, but for those of ISY-PA that bear our remark; None
    when there is nothing to propose any more.

    Raises BusinessException (ENTITY_UNKNOWN, OWNER_UNKNOWN), ProtectedFound and SystemException.
    """
    i_isypa = await asyncio.to_thread(systems.isypa.read_krav)
    kravnumre: list[str] = item.payload["krav"]
    lest = await systems.procasso.get_krav([nr for nr in kravnumre if nr not in i_isypa])
    lest |= {nr: FerskKrav(i_isypa[nr], ()) for nr in kravnumre if nr in i_isypa}
    ferske = [lest[nr] for nr in sorted(lest) if is_kundekrav(lest[nr].krav)]
    nummer = item.payload["enhet"] or next((fersk.krav.skyldner for fersk in ferske), None)
    ferske = [fersk for fersk in ferske if fersk.krav.skyldner == nummer]
    if nummer is None or not ferske:
        return None
    enhet = await systems.enhetsregisteret.get_enhet(nummer)
    if enhet is None:
        raise BusinessException("ENTITY_UNKNOWN", ferske[0].krav.kravnr)
    enhet = replace(enhet, organisasjonsform=enhet.organisasjonsform or item.payload["form"])
    if finn_tiltak(enhet) is None:
        return None
    skyldnere = await systems.get_skyldnere([nummer]) if enhet.kan_vaere_enk else Skyldnere()
    match strengt_vern(enhet, skyldnere.get_innehaver(nummer)):
        case Grunn.PROTECTED:
            raise ProtectedFound
        case Grunn() as grunn:
            raise BusinessException(grunn.value, ferske[0].krav.kravnr)
    merknader = await read_merknader(systems, (fersk.krav.kravnr for fersk in ferske))
    ferske = [fersk for fersk in ferske if (fersk.krav.kravnr, referanse(enhet)) not in merknader]
    return Foretakssak(enhet, ferske) if ferske else None
