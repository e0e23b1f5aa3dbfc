"""Korrekt saksflyt for mindreårige skyldnere (ROUTINES, minors; MIND-1 to MIND-9).

Every night: the krav in Procasso whose skyldner was under 18 when it arose. While she still is, collection stops, the
costs go, and those with foreldreansvar get a letter; when she has turned 18 she gets a new deadline without the costs
of the years before. What the rules do not settle goes to a person, with nothing changed. Removing a minor's costs
needs no approval: MIND-3 leaves nothing to judge. `saksflyt` is set in Procasso's old screens, the rest by its API.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date

from prefect import flow

from domain.errors import BusinessException
from domain.innbetalinger import sum_innbetalt
from domain.krav import Krav, Kravtype, Tilstand
from domain.mindreaarig import Flyt
from domain.minoravgjoerelse import (
    KAN_BESTEMMES,
    Ingenting,
    Minoravgjoerelse,
    Minorgrunn,
    Mottaker,
    Saksflytendring,
    TilMenneske,
    avgjoer_saksflyt,
    is_hold_stale,
    is_minorkandidat,
    send_til,
    stans,
)
from domain.ord import FELT, VERDI
from domain.skyldner import Person
from flows.effekter.endring import krav_effect, som_json
from flows.facts import FerskKrav
from flows.foreldelse import is_foreldet
from flows.metadata import Metadata
from flows.mindreaarig.beslutninger import BESLUTNINGER, SEND_TIL, newest
from flows.mindreaarig.fakta import Minorfakta, fetch_minorfakta
from flows.mindreaarig.handlinger import actions_of
from flows.runtime import find, night_name, perform, report, start_night
from flows.systems import Systems
from flows.uferdige import find_vernede
from hub.automation import Action, Arbeid, Effect, Json, Line, Plan, ProtectedFound, Varsel, Vernet, WorkItem
from hub.beslutning import Beslutning
from hub.follow_up import Codes

METADATA = Metadata(
    name="minors",
    tittel="Korrekt saksflyt for mindreårige skyldnere",
    eier="Power-teamet",
    hjemmel="Vergemålsloven 26. mars 2010 nr. 9 §§ 8, 9 og 16; Lovavdelingens uttalelser om mindreåriges kostnader",
    systems={"PROCASSO": ("PROCASSO", "FOLKEREGISTERET", "SVARUT", "MASKINPORTEN")},
    robots=("PROCASSO",),
    beslutninger=BESLUTNINGER,
    foelges_opp=Codes(standing=("HOLD_STALE",)),
)
TILSTANDER = (Tilstand.AAPEN, Tilstand.STOPPET)
REGLER = tuple(f"MIND-{n}" for n in range(1, 10))
HOLD_STALE = "HOLD_STALE"
STOPPED = "STOPPED_BY_DECISION"


class Minors:
    """find the krav of minors, plan each from fresh facts, stop it or give it a new deadline, and write the letters."""

    async def find(self, systems: Systems, as_of: date) -> AsyncIterator[Line]:
        listed = systems.procasso.list_krav(Kravtype, TILSTANDER)
        kandidater = [fersk async for fersk in listed if is_minorkandidat(fersk.krav)]
        fakta = await fetch_minorfakta((fersk.krav for fersk in kandidater), systems.folkeregisteret, as_of)
        for fersk in kandidater:
            avgjoerelse = _avgjoer(fersk, fakta, systems, as_of)
            if isinstance(avgjoerelse, Ingenting) and avgjoerelse.grunn is Minorgrunn.PROTECTED:
                yield Vernet(fersk.krav.kravnr)
            elif not isinstance(avgjoerelse, Ingenting):
                yield _arbeid(fersk, avgjoerelse, fakta, systems)
            if _er_for_lenge_paa_vent(fersk, fakta, systems, as_of):
                yield Varsel(fersk.krav.kravnr, HOLD_STALE)
        for vernet in await find_vernede(systems, {f.krav.kravnr for f in kandidater}, systems.procasso.get_krav):
            yield vernet

    async def plan(self, item: WorkItem, systems: Systems, as_of: date) -> Plan:
        as_of = max(as_of, systems.today())  # of a night that begins late, too, a new deadline is two weeks from now
        kravnr = item.payload["kravnr"]
        fersk = (await systems.procasso.get_krav([kravnr])).get(kravnr)
        if fersk is None:
            raise BusinessException("KRAV_UNKNOWN", kravnr)
        fakta = await fetch_minorfakta([fersk.krav], systems.folkeregisteret, as_of)
        skyldner = fakta.personer.get(fersk.krav.skyldner)
        if skyldner is not None and skyldner.beskyttet:
            raise ProtectedFound  # also of a krav that is nothing to us any more: the item would go on to be listed
        match _avgjoer(fersk, fakta, systems, as_of):
            case TilMenneske(flyt=Flyt() as flyt, grunn=grunn) if grunn in KAN_BESTEMMES and (said := newest(item)):
                return await _plan_as_decided(fersk, flyt, said, fakta, systems, as_of)
            case TilMenneske(grunn=grunn):
                raise BusinessException(grunn.value, kravnr)
            case Saksflytendring() as endring:
                return _plan(fersk, await _reachable_first(endring, systems), fakta, systems, as_of)
        return Plan("NOTHING_TO_DO", (kravnr,), as_of, rules=REGLER, versions=systems.versions)

    def actions(self, item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
        return actions_of(item, plan, systems)


AUTOMATION = Minors()


@flow(name="minors", flow_run_name=night_name)
async def minors(as_of: str | None = None, dry_run: bool = False, ordered_by: str | None = None) -> Json:
    """One night of minors. Started again from Prefect it finds the same occasions and adds nothing."""
    night = await start_night(METADATA, AUTOMATION, as_of, dry_run, ordered_by)
    await find(night)
    await perform(night)
    return await report(night)


FLOW = minors


def _avgjoer(fersk: FerskKrav, fakta: Minorfakta, systems: Systems, as_of: date) -> Minoravgjoerelse:
    krav = fersk.krav
    if not is_minorkandidat(krav):
        return Ingenting(None)
    return avgjoer_saksflyt(
        krav,
        fakta.personer.get(krav.skyldner),
        fakta.foresatte,
        as_of,
        foreldet=is_foreldet(fersk, systems, as_of),
        reissue_days=systems.regler.reissue_days,
    )


def _er_for_lenge_paa_vent(fersk: FerskKrav, fakta: Minorfakta, systems: Systems, as_of: date) -> bool:
    return is_hold_stale(
        fersk.krav,
        fakta.personer.get(fersk.krav.skyldner),
        fersk.hendelser,
        as_of,
        hold_stale_days=systems.regler.hold_stale_days,
    )


def _arbeid(
    fersk: FerskKrav, avgjoerelse: TilMenneske | Saksflytendring, fakta: Minorfakta, systems: Systems
) -> Arbeid:
    kravnr = fersk.krav.kravnr
    if isinstance(avgjoerelse, TilMenneske):
        what, effects = avgjoerelse.grunn.value, 0
    else:
        what, effects = avgjoerelse.flyt.value, len(_effects(fersk.krav, avgjoerelse, systems))
    return Arbeid(
        reference=f"{kravnr}:{what}",
        target="PROCASSO",
        krav=(kravnr,),
        payload={"kravnr": kravnr},
        fingerprint=_fingerprint(fersk, avgjoerelse, fakta, systems),
        effects=effects,
        saker=(fersk.krav.saksnr,),
    )


async def _reachable_first(endring: Saksflytendring, systems: Systems) -> Saksflytendring:
    """With those last whom no letter can be addressed to: a person must find them, and the others need not wait."""
    adressater = await systems.folkeregisteret.get_adressater(endring.mottakere)
    return replace(endring, mottakere=tuple(sorted(endring.mottakere, key=lambda nummer: nummer not in adressater)))


def _plan(fersk: FerskKrav, endring: Saksflytendring, fakta: Minorfakta, systems: Systems, as_of: date) -> Plan:
    if endring.tilstand is Tilstand.AAPEN:
        sum_innbetalt(fersk.hendelser, as_of)  # a new deadline is for an amount that is known
    return Plan(
        result=endring.flyt.value,
        krav=(fersk.krav.kravnr,),
        as_of=as_of,
        effects=tuple(_effects(fersk.krav, endring, systems)),
        rules=REGLER,
        versions=systems.versions,
        fingerprint=_fingerprint(fersk, endring, fakta, systems),
    )


async def _plan_as_decided(
    fersk: FerskKrav, flyt: Flyt, said: Beslutning, fakta: Minorfakta, systems: Systems, as_of: date
) -> Plan:
    """What a person has decided where the register does not settle whom the letter goes to (MIND-10, MIND-11).

    Raises BusinessException (DECIDED_RECIPIENT_GONE) before anything is changed when nobody of that kind can be
    written to.
    """
    krav, data = fersk.krav, {"beslutning": said.record}
    if said.kode != SEND_TIL.kode:
        plan = _plan(fersk, stans(krav, flyt), fakta, systems, as_of)
        return replace(plan, result=STOPPED, data=data, rules=(*REGLER, "MIND-11"))
    skyldner = fakta.personer[krav.skyldner]
    til = Mottaker(said.data["til"])
    endring = send_til(krav, flyt, til, skyldner, fakta.foresatte, as_of, systems.regler.reissue_days)
    if not await systems.folkeregisteret.get_adressater(endring.mottakere):
        raise BusinessException("DECIDED_RECIPIENT_GONE", krav.kravnr)
    plan = _plan(fersk, await _reachable_first(endring, systems), fakta, systems, as_of)
    return replace(plan, data=data, rules=(*REGLER, "MIND-10"))


def _effects(krav: Krav, endring: Saksflytendring, systems: Systems) -> list[Effect]:
    """Costs and track first, so that nothing more is charged while the rest is done; then the note and the letters, all
    of them before the first is filed: a copy that cannot be filed keeps no letter from anybody."""
    values = {"kostnader": 0, "tilstand": endring.tilstand}
    if endring.tilstand is Tilstand.AAPEN:
        values |= {"forfall": endring.forfall, "opprinnelig_forfall": endring.opprinnelig_forfall}
    after = {felt: som_json(verdi) for felt, verdi in values.items()}
    felter = ", ".join(FELT.get(felt, felt) for felt in after)
    before = f"Sett {felter} på {krav.kravnr} i Procasso tilbake til det som sto der før."
    saksflyt = f"Sett saksflyt på {krav.kravnr} i Procasso tilbake til {VERDI[krav.saksflyt]}."
    effects = [
        krav_effect("krav", krav, "PROCASSO", after, before),
        krav_effect("saksflyt", krav, "PROCASSO", {"saksflyt": endring.saksflyt.value}, saksflyt),
    ]
    if endring.tilstand is Tilstand.STOPPET:
        effects.append(Effect(f"notat:{krav.kravnr}", "PROCASSO", {}, {}, f"Slett notatet på {krav.kravnr}."))
    til = [systems.alias(nummer) for nummer in endring.mottakere]
    effects += [Effect(f"brev:{krav.kravnr}:{hvem}", "SVARUT", {}, {}) for hvem in til]
    undo = f"Slett brevet på {krav.kravnr}."
    effects += [Effect(f"arkiv:{krav.kravnr}:{hvem}", "PROCASSO", {}, {}, undo) for hvem in til]
    return effects


def _fingerprint(
    fersk: FerskKrav, avgjoerelse: TilMenneske | Saksflytendring, fakta: Minorfakta, systems: Systems
) -> str:
    """What the decision stands on; that a day has passed is no new fact."""
    krav = fersk.krav
    skyldner = fakta.personer.get(krav.skyldner)
    ansvar = skyldner.foreldreansvar if skyldner else ()
    facts = (
        (krav.kravnr, krav.skyldner, krav.tilstand, krav.saksflyt, krav.kostnader, krav.forfall, krav.hovedstol),
        avgjoerelse.flyt,
        _om(skyldner),
        [_om(fakta.foresatte.get(nummer)) for nummer in ansvar],
        ansvar,
        sorted((h.dato, h.hendelse, h.beloep) for h in fersk.hendelser),
    )
    return systems.hmac(repr(facts))


def _om(person: Person | None) -> tuple[object, ...] | None:
    """What is known of somebody, of which nothing else would be shown."""
    if person is None:
        return None
    return (person.foedselsdato, person.doed, str(person.gradering), person.har_verge, person.verger)
