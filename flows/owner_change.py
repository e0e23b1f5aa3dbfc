"""Ajourføring av eier og fakturamottaker (owner-change; EIER-1 to EIER-6, VERN-2, VERN-5).

Every morning: the customers of ISY-PA that have a property, held against who owns it. The first time every one of them
is looked up; later those whose property Matrikkelen's or Grunnboken's log tells of, those a form «Endre ikke-tinglyst
eier» is about, and those that were not in order when last looked at. Another owner is a proposal that two people see
to: a change row to ISY-PA by file. The payer follows only when it was the old owner. What the rules do not settle goes
to a person, with nothing changed.

Candidates: every customer with a matrikkelnummer. Left out: PROTECTED (anybody of the customer or the property; only
counted), OWNER_UNKNOWN. To a person, the first that fits: PROPERTY_GONE, OWNER_UNCLEAR, OWNERS_EQUAL, OWNER_INVALID,
ESTATE. Neither payload, plan nor key holds a number: the new owner is read again from the register when the row is
written.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from prefect import flow

from domain.eiendom import Eiendomsendringer, Matrikkelnummer
from domain.eierskifte import Eierskifte, Eierskjema, Kilde, TilMenneske
from domain.errors import BusinessException
from domain.kunde import Kunde
from domain.utelukkelse import Grunn
from flows.eierskifte.fakta import Eierfakta, fetch_eierfakta, matrikkelnummer_of
from flows.eierskifte.rader import EndreEier, eier_alias, find_kunde
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
    Memo,
    Plan,
    ProtectedFound,
    Utelatt,
    Vernet,
    WorkItem,
)

METADATA = Metadata(
    name="owner-change",
    tittel="Ajourføring av eier og fakturamottaker",
    eier="Power-teamet",
    hjemmel="Matrikkellova 17. juni 2005 nr. 101 § 30; tinglysingsloven 7. juni 1935 nr. 2",
    systems={
        "ISYPA": ("ISYPA", "MATRIKKELEN", "GRUNNBOKEN", "FOLKEREGISTERET", "ENHETSREGISTERET", "MASKINPORTEN"),
    },
    approved_by="godkjenner",
)
REGLER = tuple(f"EIER-{n}" for n in range(1, 7))
RESULTAT = "OWNER_CHANGED"
EIERSKIFTE = "EIERSKIFTE"
"""What a list of proposals is called beside its fordringshaver: a customer has krav of more than one kravtype."""
MATRIKKEL, GRUNNBOK = "logg:MATRIKKELEN", "logg:GRUNNBOKEN"
I_ORDEN = "i-orden:"
"""Memo: a customer that was in order, with a word for what it then looked like."""


class OwnerChange:
    """find the customers whose owner is another, propose the right one, tell ISY-PA when approved."""

    async def find(self, systems: Systems, as_of: date) -> AsyncIterator[Line]:
        kunder = [kunde for kunde in await asyncio.to_thread(systems.isypa.read_kunder) if kunde.matrikkelnummer]
        memoer = systems.read_memos()
        logg = await _read_logs(systems, memoer)
        skjemaer = await systems.eiendom.read_skjemaer(as_of)
        utseende = {kunde.kundenr: _utseende(kunde, skjemaer, systems) for kunde in kunder}
        uavklarte = [kunde for kunde in kunder if _maa_ses(kunde, utseende, memoer, logg, systems)]
        fakta = await fetch_eierfakta(uavklarte, skjemaer, systems)
        for kunde in uavklarte:
            line = _line(kunde, fakta, systems)
            if line is not None:
                yield line
            key, value = f"{I_ORDEN}{kunde.kundenr}", utseende[kunde.kundenr] if line is None else None
            if memoer.get(key) != value:
                yield Memo(key, value)
        for kundenr in _borte(memoer, utseende):
            yield Memo(f"{I_ORDEN}{kundenr}", None)
        yield Memo(MATRIKKEL, logg.matrikkel)
        yield Memo(GRUNNBOK, logg.grunnbok)

    async def plan(self, item: WorkItem, systems: Systems, as_of: date) -> Plan:
        kundenr = item.payload["kundenr"]
        kunde = await find_kunde(systems, kundenr)
        nothing = Plan("NOTHING_TO_DO", (kundenr,), as_of, rules=REGLER, versions=systems.versions)
        if kunde is None:
            return nothing
        fakta = await fetch_eierfakta([kunde], await systems.eiendom.read_skjemaer(as_of), systems)
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


@dataclass(frozen=True, slots=True)
class _Logg:
    """What the two logs have told, and how far they have been read. `alle`: any property may have changed."""

    endret: frozenset[Matrikkelnummer]
    matrikkel: str
    grunnbok: str
    alle: bool


async def _read_logs(systems: Systems, memoer: Mapping[str, str]) -> _Logg:
    """Read before any property is looked up: a change that comes meanwhile comes again tomorrow, and none is lost."""
    eiendom = systems.eiendom
    endringer: list[Eiendomsendringer] = []
    for client, memo in ((eiendom.matrikkelen, MATRIKKEL), (eiendom.grunnboken, GRUNNBOK)):
        if memo in memoer:
            endringer.append(await client.find_endringer(memoer[memo], eiendom.kommune))
        else:
            endringer.append(Eiendomsendringer(frozenset(), await client.find_siste(), uplassert=True))
    matrikkel, grunnbok = endringer
    endret = matrikkel.eiendommer | grunnbok.eiendommer
    return _Logg(endret, matrikkel.siste, grunnbok.siste, matrikkel.uplassert or grunnbok.uplassert)


def _maa_ses(
    kunde: Kunde, utseende: Mapping[str, str], memoer: Mapping[str, str], logg: _Logg, systems: Systems
) -> bool:
    """Whether the customer is to be looked up: new, other than it was, not in order, changed, or of another kommune,
    whose log we do not read."""
    nummer = matrikkelnummer_of(kunde)
    if logg.alle or nummer is None or nummer.kommune != systems.eiendom.kommune:
        return True
    kjent = memoer.get(f"{I_ORDEN}{kunde.kundenr}") == utseende[kunde.kundenr]
    return not kjent or nummer in logg.endret


def _utseende(kunde: Kunde, skjemaer: Mapping[Matrikkelnummer, Eierskjema], systems: Systems) -> str:
    """A customer and the form about its property, as a word that cannot be turned back."""
    nummer = matrikkelnummer_of(kunde)
    skjema = skjemaer.get(nummer) if nummer else None
    facts = (kunde.eier, kunde.fakturamottaker, kunde.matrikkelnummer, skjema and (skjema.eier, skjema.dato))
    return systems.alias(repr(facts))


def _borte(memoer: Mapping[str, str], utseende: Mapping[str, str]) -> Iterator[str]:
    """Customers we remember who are not there any more."""
    husket = (key.removeprefix(I_ORDEN) for key in memoer if key.startswith(I_ORDEN))
    return (kundenr for kundenr in husket if kundenr not in utseende)


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
    return Plan(
        result=RESULTAT,
        krav=(kunde.kundenr,),
        as_of=as_of,
        effects=tuple(_effects(kunde, skifte, systems)),
        rules=REGLER,
        versions=systems.versions,
        fingerprint=_fingerprint(kunde, skifte, fakta, systems),
        forslag=Forslag(kunde.fordringshaver, EIERSKIFTE, 0, _begrunnelse(kunde, skifte)),
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


def _begrunnelse(kunde: Kunde, skifte: Eierskifte) -> str:
    grunnlag = {
        Kilde.TINGLYST: f"En annen enn eieren i ISY-PA er tinglyst som eier av {kunde.matrikkelnummer}.",
        Kilde.SKJEMA: f"Det er meldt en ny, ikke tinglyst eier av {kunde.matrikkelnummer}.",
    }
    if "fakturamottaker" in skifte.felter:
        return f"{grunnlag[skifte.kilde]} Fakturamottakeren var den gamle eieren og følger med."
    return f"{grunnlag[skifte.kilde]} Fakturamottakeren er en annen enn den gamle eieren og blir stående."


def _fingerprint(kunde: Kunde, avgjoerelse: Eierskifte | TilMenneske, fakta: Eierfakta, systems: Systems) -> str:
    """What the decision stands on; that a day has passed is no new fact."""
    facts = (kunde.kundenr, kunde.eier, kunde.fakturamottaker, kunde.matrikkelnummer, sorted(fakta.parter(kunde)))
    decided = (avgjoerelse.ny_eier, avgjoerelse.felter) if isinstance(avgjoerelse, Eierskifte) else avgjoerelse.grunn
    return systems.hmac(repr((facts, decided)))
