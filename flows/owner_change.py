"""Ajourføring av eier og fakturamottaker (owner-change; EIER-1 to EIER-6, VERN-2, VERN-5).

Every morning: the customers of ISY-PA that have a property, held against who owns it. The first time every one of them
is looked up; later those whose property Matrikkelen's or Grunnboken's log tells of, those a form «Endre ikke-tinglyst
eier» is about, and those that were not in order when last looked at; now and then all of them again, for what no log
tells. Another owner is a proposal that two people see to: a change row to ISY-PA by file. The payer follows only when
it was the old owner. What the rules do not settle goes to a person, with nothing changed. A form that another owner
has been registered after is told of once.

Candidates: every customer with a matrikkelnummer. Left out: PROTECTED (anybody of the customer or the property; only
counted), OWNER_UNKNOWN. To a person, the first that fits: PROPERTY_GONE, OWNER_UNCLEAR, OWNERS_EQUAL, OWNER_INVALID,
ESTATE, OWNER_MINOR. Neither payload, plan nor key holds a number: the new owner is read again from the register when
the row is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date

from prefect import flow

from domain.eiendom import Matrikkelnummer
from domain.eierskifte import Eierskifte, Eierskjema, Kilde, TilMenneske
from domain.errors import BusinessException
from domain.kunde import Kunde
from domain.utelukkelse import Grunn
from flows.eierskifte.fakta import Eierfakta, fetch_eierfakta, matrikkelnummer_of
from flows.eierskifte.husk import Husk, Logg, read_logger
from flows.eierskifte.rader import EndreEier, eier_alias, find_kunde
from flows.komplett import is_due
from flows.metadata import Metadata
from flows.runtime import find, night_name, perform, report, start_night
from flows.systems import Systems
from hub.automation import (
    Action,
    Arbeid,
    Effect,
    Forslag,
    Json,
    Line,
    Plan,
    ProtectedFound,
    Utelatt,
    Varsel,
    Vernet,
    WorkItem,
)
from hub.follow_up import Codes

METADATA = Metadata(
    name="owner-change",
    tittel="Ajourføring av eier og fakturamottaker",
    eier="Power-teamet",
    hjemmel="Matrikkellova 17. juni 2005 nr. 101 § 30; tinglysingsloven 7. juni 1935 nr. 2",
    systems={
        "ISYPA": ("ISYPA", "MATRIKKELEN", "GRUNNBOKEN", "FOLKEREGISTERET", "ENHETSREGISTERET", "MASKINPORTEN"),
    },
    approved_by="godkjenner",
    foelges_opp=Codes(standing=("OWNER_UNKNOWN",), once=("FORM_SET_ASIDE",)),
)
REGLER = tuple(f"EIER-{n}" for n in range(1, 7))
RESULTAT = "OWNER_CHANGED"
EIERSKIFTE = "EIERSKIFTE"
"""What a list of proposals is called beside its fordringshaver: a customer has krav of more than one kravtype."""
TIL_SIDE = "FORM_SET_ASIDE"


class OwnerChange:
    """find the customers whose owner is another, propose the right one, tell ISY-PA when approved."""

    async def find(self, systems: Systems, as_of: date) -> AsyncIterator[Line]:
        kunder = [kunde for kunde in await asyncio.to_thread(systems.isypa.read_kunder) if kunde.matrikkelnummer]
        husk = Husk.read(systems.read_memos())
        logg = await read_logger(husk, systems.eiendom)
        komplett = logg.alle or is_due(husk.komplett, as_of, systems.regler.owner_complete_days)
        skjemaer = await systems.eiendom.read_skjemaer(as_of)
        utseende = {kunde.kundenr: _utseende(kunde, skjemaer, systems) for kunde in kunder}
        uferdige = systems.read_unfinished()  # who is protected since must be seen, also when all is in order by now
        uavklarte = [
            kunde
            for kunde in kunder
            if komplett or kunde.kundenr in uferdige or _maa_ses(kunde, utseende, husk, logg, systems)
        ]
        fakta = await fetch_eierfakta(uavklarte, skjemaer, systems, as_of)
        for kunde in uavklarte:
            line, til_side = _line(kunde, fakta, systems), _til_side(kunde, fakta, systems)
            if line is not None:
                yield line
            if til_side is not None and til_side != husk.fortalt.get(kunde.kundenr):
                yield Varsel(kunde.kundenr, TIL_SIDE)
            for memo in husk.memos_of(kunde.kundenr, utseende[kunde.kundenr] if line is None else None, til_side):
                yield memo
        for memo in husk.memos(utseende, logg, as_of if komplett else None):
            yield memo

    async def plan(self, item: WorkItem, systems: Systems, as_of: date) -> Plan:
        kundenr = item.payload["kundenr"]
        kunde = await find_kunde(systems, kundenr)
        nothing = Plan("NOTHING_TO_DO", (kundenr,), as_of, rules=REGLER, versions=systems.versions)
        if kunde is None:
            return nothing
        fakta = await fetch_eierfakta([kunde], await systems.eiendom.read_skjemaer(as_of), systems, as_of)
        match fakta.vern(kunde):
            case Grunn.PROTECTED:
                raise ProtectedFound
            case Grunn() as utelatt:
                raise BusinessException(utelatt.value, kundenr)
        match fakta.avgjoer(kunde):
            case TilMenneske(grunn=grunn):
                raise BusinessException(grunn.value, kundenr)
            case Eierskifte() as skifte:
                return _plan(kunde, skifte, fakta, systems, as_of)
        return nothing

    def actions(self, item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
        effects = [effect for effect in plan.effects if effect.key.partition(":")[0] in ("eier", "fakturamottaker")]
        return [EndreEier.of(item, plan, effects, systems)] if effects else []


AUTOMATION = OwnerChange()


@flow(name="owner-change", flow_run_name=night_name)
async def owner_change(as_of: str | None = None, dry_run: bool = False, ordered_by: str | None = None) -> Json:
    """One morning of owner-change. Started again from Prefect it finds the same occasions and adds nothing."""
    night = await start_night(METADATA, AUTOMATION, as_of, dry_run, ordered_by)
    await find(night)
    await perform(night)
    return await report(night)


FLOW = owner_change


def _maa_ses(kunde: Kunde, utseende: Mapping[str, str], husk: Husk, logg: Logg, systems: Systems) -> bool:
    """Whether the customer is to be looked up: new, other than it was, not in order, changed, or of another kommune,
    whose log we do not read."""
    nummer = matrikkelnummer_of(kunde)
    if nummer is None or nummer.kommune != systems.eiendom.kommune:
        return True
    return husk.i_orden.get(kunde.kundenr) != utseende[kunde.kundenr] or nummer in logg.endret


def _utseende(kunde: Kunde, skjemaer: Mapping[Matrikkelnummer, Eierskjema], systems: Systems) -> str:
    """A customer and the form about its property, as a word that cannot be turned back."""
    nummer = matrikkelnummer_of(kunde)
    skjema = skjemaer.get(nummer) if nummer else None
    facts = (kunde.eier, kunde.fakturamottaker, kunde.matrikkelnummer, skjema and (skjema.eier, skjema.dato))
    return systems.alias(repr(facts))


def _til_side(kunde: Kunde, fakta: Eierfakta, systems: Systems) -> str | None:
    """A word for the form that has been set aside, which is told of once; None when none is. Of whom a machine leaves
    alone nothing is told."""
    skjema = None if fakta.vern(kunde) else fakta.skjema_til_side(kunde)
    return systems.alias(repr((skjema.matrikkelnummer, skjema.dato, skjema.referanse))) if skjema else None


def _line(kunde: Kunde, fakta: Eierfakta, systems: Systems) -> Line | None:
    """What the customer is to the morning: work, left out, or nothing."""
    match fakta.vern(kunde):
        case Grunn.PROTECTED:
            return Vernet(kunde.kundenr)
        case Grunn() as grunn:
            return Utelatt(kunde.kundenr, grunn.value)
    avgjoerelse = fakta.avgjoer(kunde)
    if avgjoerelse is None:
        return None
    if isinstance(avgjoerelse, Eierskifte):
        what, effects = eier_alias(avgjoerelse.ny_eier, kunde.kundenr, systems), len(avgjoerelse.felter)
    else:
        what, effects = avgjoerelse.grunn.value, 0
    return Arbeid(
        reference=f"{kunde.kundenr}:{what}",
        target="ISYPA",
        krav=(kunde.kundenr,),
        payload={"kundenr": kunde.kundenr},
        fingerprint=_fingerprint(kunde, avgjoerelse, fakta, systems),
        effects=effects,
    )


def _plan(kunde: Kunde, skifte: Eierskifte, fakta: Eierfakta, systems: Systems, as_of: date) -> Plan:
    begrunnelse = _begrunnelse(kunde, skifte, til_side=fakta.skjema_til_side(kunde) is not None)
    return Plan(
        result=RESULTAT,
        krav=(kunde.kundenr,),
        as_of=as_of,
        effects=tuple(_effects(kunde, skifte, systems)),
        rules=REGLER,
        versions=systems.versions,
        fingerprint=_fingerprint(kunde, skifte, fakta, systems),
        forslag=Forslag(kunde.fordringshaver, EIERSKIFTE, 0, begrunnelse),
    )


def _effects(kunde: Kunde, skifte: Eierskifte, systems: Systems) -> Iterable[Effect]:
    for felt in skifte.felter:
        yield Effect(
            f"{felt}:{kunde.kundenr}",
            "ISYPA",
            {felt: eier_alias(getattr(kunde, felt), kunde.kundenr, systems)},
            {felt: eier_alias(skifte.ny_eier, kunde.kundenr, systems)},
            f"Sett {felt} på kunde {kunde.kundenr} i ISY-PA tilbake til den som sto der.",
        )


def _begrunnelse(kunde: Kunde, skifte: Eierskifte, *, til_side: bool) -> str:
    grunnlag = {
        Kilde.TINGLYST: f"En annen enn eieren i ISY-PA er tinglyst som eier av {kunde.matrikkelnummer}.",
        Kilde.SKJEMA: f"Det er meldt en ny, ikke tinglyst eier av {kunde.matrikkelnummer}.",
    }
    setninger = [grunnlag[skifte.kilde]]
    if til_side:
        setninger.append("Skjemaet om en ikke tinglyst eier er eldre og gjelder ikke lenger.")
    if "fakturamottaker" in skifte.felter:
        setninger.append("Fakturamottakeren var den gamle eieren og følger med.")
    else:
        setninger.append("Fakturamottakeren er en annen enn den gamle eieren og blir stående.")
    return " ".join(setninger)


def _fingerprint(kunde: Kunde, avgjoerelse: Eierskifte | TilMenneske, fakta: Eierfakta, systems: Systems) -> str:
    """What the decision stands on; that a day has passed is no new fact."""
    facts = (kunde.kundenr, kunde.eier, kunde.fakturamottaker, kunde.matrikkelnummer, sorted(fakta.parter(kunde)))
    decided = (avgjoerelse.ny_eier, avgjoerelse.felter) if isinstance(avgjoerelse, Eierskifte) else avgjoerelse.grunn
    return systems.hmac(repr((facts, decided)))
