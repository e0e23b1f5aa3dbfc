"""Foreldede bilag (ROUTINES, limitation; FORELD-1 to FORELD-11).

Every night: the foreldelsesfrist of each krav in PAX, Pilen and Procasso that is still alive. One that runs out soon is
listed with the last day that is safe to act on, one that has run out is proposed for write-off, and where an event may
have moved the limit a person looks. The machine only proposes: another person approves (FORELD-10, VERN-5). The
extract from PAX may be old, so a krav that it would list or propose is read in PAX itself before anything is said.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from prefect import flow

from domain.errors import BusinessException
from domain.foreldelse import (
    Foreldelse,
    Foreldelsestiltak,
    beregn_foreldelse,
    foreldelse_til,
    is_foreldelseskandidat,
    siste_mulige_frist,
)
from domain.krav import Krav, Kravtype, Tilstand
from domain.ord import SYSTEM, VERDI
from flows.effekter.endring import Change, KravEndring, idempotency_key, krav_effect
from flows.facts import FerskKrav
from flows.fagsystemer import BeforeSave, WriteOffSystem
from flows.foreldelse import ER_FORELDET, IKKE_FORELDET, LIMITATION, fingerprint, newest
from flows.meanwhile import meanwhile
from flows.metadata import Metadata
from flows.runtime import find, night_name, perform, report, start_night
from flows.systems import Systems
from flows.uferdige import find_vernede, i_fil
from hub.automation import Action, Arbeid, Effect, Forslag, Json, Line, Plan, Varsel, WorkItem
from hub.beslutning import Beslutning
from hub.follow_up import Codes

BESLUTNINGER = (IKKE_FORELDET, ER_FORELDET)
REGISTRE = ("FOLKEREGISTERET", "ENHETSREGISTERET", "MASKINPORTEN")
METADATA = Metadata(
    name=LIMITATION,
    tittel="Foreldede bilag",
    eier="Power-teamet",
    hjemmel="Foreldelsesloven 18. mai 1979 nr. 18",
    systems={name: (name, *REGISTRE) for name in ("PAX", "PILEN", "PROCASSO")},
    approved_by="godkjenner",
    robots=("PAX",),
    find_reads=("PAX",),
    beslutninger=dict.fromkeys(("LIMITATION_UNCERTAIN", "DECIDED_DATE_PAST", "DECIDED_LIMIT_TOO_LATE"), BESLUTNINGER),
    foelges_opp=Codes(standing=("WARN_INTERRUPT",)),
)
KRAVTYPER = tuple(kravtype for kravtype in Kravtype if kravtype is not Kravtype.LAAN)
TILSTANDER = (Tilstand.AAPEN, Tilstand.KLAGE, Tilstand.BETALINGSAVTALE, Tilstand.STOPPET)
REGLER = tuple(f"FORELD-{n}" for n in range(1, 11))
BESTEMT = "FORELD-12"
KODE = "FORELDET"


class Limitation:
    """find the krav whose limit is near or past, propose to write off what is foreldet, write it off when approved."""

    async def find(self, systems: Systems, as_of: date) -> AsyncIterator[Line]:
        uttrekk = await systems.read_pax_uttrekk()
        pax = [fersk for fersk in uttrekk if is_foreldelseskandidat(fersk.krav)]
        besluttet = newest(systems)
        naer = [fersk.krav for fersk in pax if _line(fersk, systems, as_of, besluttet)]
        async with meanwhile(_read_in_pax(naer, systems, as_of, besluttet)) as i_pax:
            andre = [fersk async for fersk in _outside_pax(systems)]
            skyldnere = await systems.get_skyldnere(fersk.krav.skyldner for fersk in (*pax, *andre))
            for fersk in (*pax, *andre):
                if outside := skyldnere.outside(fersk.krav):
                    yield outside
                elif fersk.krav.fagsystem != "PAX" and (line := _line(fersk, systems, as_of, besluttet)):
                    yield line
            for line in await i_pax:
                yield line
        sett = {fersk.krav.kravnr for fersk in (*pax, *andre)}
        les = (i_fil(uttrekk), systems.pilen.get_krav, systems.procasso.get_krav)
        for vernet in await find_vernede(systems, sett, *les):
            yield vernet

    async def plan(self, item: WorkItem, systems: Systems, as_of: date) -> Plan:
        kravnr = item.payload["kravnr"]
        fersk = await systems.get_krav(item.target, kravnr)
        loven = _foreldelse(fersk, systems, as_of)
        if not is_foreldelseskandidat(fersk.krav):
            return Plan("NOTHING_TO_DO", (kravnr,), as_of, rules=REGLER, versions=systems.versions)
        said = None
        if loven.tiltak is Foreldelsestiltak.MANUAL_REVIEW:
            said = newest(systems).get(fingerprint(fersk, loven, systems))
            if said is None and item.beslutninger:  # on the facts it was found on, which a find alone reads anew
                raise BusinessException("DECIDED_FACTS_CHANGED", kravnr)
            if said is None:
                raise BusinessException("LIMITATION_UNCERTAIN", kravnr)
            _require_can_be_followed(said, item, as_of)
        foreldelse = _with_decision(loven, said, systems, as_of)
        rules = REGLER if said is None else (*REGLER, BESTEMT)
        data: Json = {} if said is None else {"beslutning": said.record}
        if foreldelse.tiltak is not Foreldelsestiltak.PROPOSE_WRITE_OFF:
            result = "NOTHING_TO_DO" if said is None else "LIMIT_DECIDED"
            return Plan(result, (kravnr,), as_of, data=data, rules=rules, versions=systems.versions)
        krav = fersk.krav
        undo = f"Sett {kravnr} tilbake til {VERDI[krav.tilstand]} i {SYSTEM.get(item.target, item.target)}."
        return Plan(
            result=foreldelse.tiltak.value,
            krav=(kravnr,),
            as_of=as_of,
            effects=(krav_effect("avskriv", krav, item.target, {"tilstand": Tilstand.AVSKREVET.value}, undo),),
            data=data,
            rules=rules,
            versions=systems.versions,
            fingerprint=fingerprint(fersk, loven, systems),
            forslag=Forslag(
                krav.fordringshaver,
                krav.kravtype.value,
                krav.sum,
                _begrunnelse(krav, foreldelse.siste_avbruddsdag, said),
            ),
        )

    def actions(self, item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
        effects = [effect for effect in plan.effects if effect.key.startswith("avskriv:")]
        if not effects:
            return []
        system = systems.fagsystem(item.target)
        return [
            KravEndring(effect, item.payload["kravnr"], system, _write_off(item, effect, system)) for effect in effects
        ]


AUTOMATION = Limitation()


@flow(name="limitation", flow_run_name=night_name)
async def limitation(as_of: str | None = None, dry_run: bool = False, ordered_by: str | None = None) -> Json:
    """One night of limitation. Started again from Prefect it finds the same occasions and adds nothing."""
    night = await start_night(METADATA, AUTOMATION, as_of, dry_run, ordered_by)
    await find(night)
    await perform(night)
    return await report(night)


FLOW = limitation


async def _outside_pax(systems: Systems) -> AsyncIterator[FerskKrav]:
    """The candidates in the systems that have an API."""
    for system in (systems.pilen, systems.procasso):
        async for fersk in system.list_krav(KRAVTYPER, TILSTANDER):
            yield fersk


async def _read_in_pax(
    krav: Sequence[Krav], systems: Systems, as_of: date, besluttet: Mapping[str, Beslutning]
) -> list[Line]:
    """The lines of these krav as PAX itself has them, but for those that a machine leaves alone by the extract.

    In PAX the skyldner may be another than in the extract, so whether a machine may go on is asked again.
    """
    skyldnere = await systems.get_skyldnere(each.skyldner for each in krav)
    kravnumre = [each.kravnr for each in krav if not skyldnere.outside(each)]
    ferske = list((await systems.pax.get_krav(kravnumre)).values()) if kravnumre else []
    kandidater = [fersk for fersk in ferske if is_foreldelseskandidat(fersk.krav)]
    skyldnere = await systems.get_skyldnere(fersk.krav.skyldner for fersk in kandidater)
    lines = (skyldnere.outside(fersk.krav) or _line(fersk, systems, as_of, besluttet) for fersk in kandidater)
    return [line for line in lines if line]


def _foreldelse(fersk: FerskKrav, systems: Systems, as_of: date) -> Foreldelse:
    return beregn_foreldelse(fersk.krav, fersk.hendelser, as_of, systems.regler.warn_days)


def _with_decision(loven: Foreldelse, said: Beslutning | None, systems: Systems, as_of: date) -> Foreldelse:
    """What a person has made of a limit that the machine could not settle (FORELD-10, FORELD-12)."""
    if said is None:
        return loven
    if said.kode == IKKE_FORELDET.kode:
        return foreldelse_til(said.dato("frist"), as_of, systems.regler.warn_days)
    return replace(loven, tiltak=Foreldelsestiltak.PROPOSE_WRITE_OFF)


def _require_can_be_followed(said: Beslutning, item: WorkItem, as_of: date) -> None:
    """A last day must be one to come when it is decided on; that it passes later is what it is for.

    Raises BusinessException.
    """
    if said.kode != IKKE_FORELDET.kode:
        return
    if said.dato("frist") > siste_mulige_frist(as_of):
        raise BusinessException("DECIDED_LIMIT_TOO_LATE", item.payload["kravnr"])
    if said.dato("frist") < as_of and said in item.beslutninger:
        raise BusinessException("DECIDED_DATE_PAST", item.payload["kravnr"])


def _line(fersk: FerskKrav, systems: Systems, as_of: date, besluttet: Mapping[str, Beslutning]) -> Line | None:
    """What the krav is to the night: work, a warning, or nothing."""
    loven = foreldelse = _foreldelse(fersk, systems, as_of)
    if loven.tiltak is Foreldelsestiltak.MANUAL_REVIEW:
        said = besluttet.get(fingerprint(fersk, loven, systems))
        foreldelse = _with_decision(loven, said, systems, as_of)
    kravnr = fersk.krav.kravnr
    match foreldelse.tiltak:
        case Foreldelsestiltak.NONE:
            return None
        case Foreldelsestiltak.WARN_INTERRUPT as kode:
            return Varsel(kravnr, kode.value, foreldelse.siste_avbruddsdag, foreldelse.siste_trygge_virkedag)
    return Arbeid(
        reference=f"{kravnr}:{foreldelse.siste_avbruddsdag}",
        target=fersk.krav.fagsystem.value,
        krav=(kravnr,),
        payload={"kravnr": kravnr},
        fingerprint=fingerprint(fersk, loven, systems),
        effects=int(foreldelse.tiltak is Foreldelsestiltak.PROPOSE_WRITE_OFF),
        saker=(fersk.krav.saksnr,),
        frist=_frist(foreldelse, as_of),
    )


def _frist(foreldelse: Foreldelse, as_of: date) -> date | None:
    """While the limit can still be interrupted, that is when it must be done."""
    siste = foreldelse.siste_trygge_virkedag
    return siste if siste is not None and siste >= as_of else None


def _write_off(item: WorkItem, effect: Effect, system: WriteOffSystem) -> Change:
    async def write_off(fersk: FerskKrav, before_save: BeforeSave) -> None:
        key = idempotency_key(item, effect, fersk.versjon)
        await system.write_off(fersk.krav.kravnr, fersk.versjon, KODE, idempotency_key=key, before_save=before_save)

    return write_off


def _begrunnelse(krav: Krav, siste_avbruddsdag: date | None, said: Beslutning | None) -> str:
    assert siste_avbruddsdag is not None, "a limit that has run out has a date"
    forfalt = krav.opprinnelig_forfall or krav.forfall
    siste = f"Forfalt {forfalt:%d.%m.%Y}. Siste dag foreldelsen kunne avbrytes, var {siste_avbruddsdag:%d.%m.%Y}"
    return f"{siste}." if said is None else f"{siste}, etter en saksbehandlers vurdering av hendelsene på kravet."
