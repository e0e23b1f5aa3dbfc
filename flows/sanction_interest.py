"""Renter på kontrollsanksjoner (ROUTINES, sanction-interest; RENTE-1 to RENTE-9).

Every night: the forsinkelsesrente of each open kontrollsanksjon in Pilen that is past its forfall is computed to
tonight, and posted when Pilen holds another figure. This is bookkeeping, not a claim. A figure of Pilen's own that was
wrong on its own date is corrected all the same, and listed as a deviation.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date

from prefect import flow

from domain.errors import BusinessException
from domain.krav import Krav, Kravtype, Tilstand
from domain.oere import format_oere
from domain.sanksjonsrente import Rentefoering, Renteresultat, avgjoer_renter, is_rentekandidat
from flows.effekter.endring import Change, KravEndring, idempotency_key, krav_effect
from flows.facts import FerskKrav
from flows.fagsystemer import BeforeSave, PilenSystem
from flows.metadata import Metadata
from flows.runtime import find, night_name, perform, report, start_night
from flows.systems import Systems
from flows.uferdige import find_vernede
from hub.automation import Action, Arbeid, Effect, Json, Line, Plan, Varsel, WorkItem
from hub.follow_up import Codes

METADATA = Metadata(
    name="sanction-interest",
    tittel="Renter på kontrollsanksjoner",
    eier="Power-teamet",
    hjemmel="Forsinkelsesrenteloven §§ 2 og 3; parkeringsforskriften § 37",
    systems={"PILEN": ("PILEN", "FOLKEREGISTERET", "ENHETSREGISTERET", "MASKINPORTEN")},
    foelges_opp=Codes(once=("DEVIATION",)),
)
REGLER = tuple(f"RENTE-{n}" for n in range(1, 10))


class SanctionInterest:
    """find the krav whose interest has changed, plan each from fresh facts, post it in Pilen."""

    async def find(self, systems: Systems, as_of: date) -> AsyncIterator[Line]:
        listed = systems.pilen.list_krav([Kravtype.KONTROLLSANKSJON], [Tilstand.AAPEN])
        kandidater = [fersk async for fersk in listed if is_rentekandidat(fersk.krav, as_of)]
        skyldnere = await systems.get_skyldnere(fersk.krav.skyldner for fersk in kandidater)
        for fersk in kandidater:
            outside = skyldnere.outside(fersk.krav)
            for line in [outside] if outside else _lines(fersk, systems, as_of):
                yield line
        for vernet in await find_vernede(systems, {f.krav.kravnr for f in kandidater}, systems.pilen.get_krav):
            yield vernet

    async def plan(self, item: WorkItem, systems: Systems, as_of: date) -> Plan:
        kravnr = item.payload["kravnr"]
        fersk = await systems.get_krav("PILEN", kravnr)
        foering = _avgjoer(fersk, systems, as_of)
        if foering is None:
            return Plan("NOTHING_TO_DO", (kravnr,), as_of, rules=REGLER, versions=systems.versions)
        return Plan(
            result=foering.resultat.value,
            krav=(kravnr,),
            as_of=as_of,
            effects=(_effect(fersk.krav, foering),),
            rules=REGLER,
            versions=systems.versions,
            fingerprint=_fingerprint(fersk, systems),
        )

    def actions(self, item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
        kravnr = item.payload["kravnr"]
        return [
            KravEndring(effect, kravnr, systems.pilen, _posting(item, effect, systems.pilen))
            for effect in plan.effects
            if effect.key.startswith("renter:")
        ]


AUTOMATION = SanctionInterest()


@flow(name="sanction-interest", flow_run_name=night_name)
async def sanction_interest(as_of: str | None = None, dry_run: bool = False, ordered_by: str | None = None) -> Json:
    """One night of sanction-interest. Started again from Prefect it finds the same occasions and adds nothing."""
    night = await start_night(METADATA, AUTOMATION, as_of, dry_run, ordered_by)
    await find(night)
    await perform(night)
    return await report(night)


FLOW = sanction_interest


def _lines(fersk: FerskKrav, systems: Systems, as_of: date) -> Iterator[Line]:
    """The work one krav is, if any; a deviation is listed besides."""
    try:
        foering = _avgjoer(fersk, systems, as_of)
    except BusinessException:
        yield _arbeid(fersk, systems, as_of)
        return
    if foering is None:
        return
    yield _arbeid(fersk, systems, as_of)
    if foering.resultat is Renteresultat.DEVIATION:
        yield Varsel(fersk.krav.kravnr, foering.resultat.value)


def _avgjoer(fersk: FerskKrav, systems: Systems, as_of: date) -> Rentefoering | None:
    """What is to be posted, or None.

    Raises BusinessException for what goes to a person: MissingRate, MissingAmount, and INTEREST_DATE_AHEAD where
    Pilen's interest is of a day that has not come.
    """
    if not is_rentekandidat(fersk.krav, as_of):
        return None
    foert_til = fersk.krav.renter_beregnet_til
    if foert_til is not None and foert_til > max(as_of, systems.today()):
        raise BusinessException("INTEREST_DATE_AHEAD", fersk.krav.kravnr)
    regler = systems.regler
    return avgjoer_renter(
        fersk.krav,
        fersk.hendelser,
        as_of,
        regler.satser,
        day_count=regler.day_count,
        allocation=regler.allocation,
    )


def _arbeid(fersk: FerskKrav, systems: Systems, as_of: date) -> Arbeid:
    kravnr = fersk.krav.kravnr
    reference = f"{kravnr}:{as_of.isoformat()}"
    fingerprint = _fingerprint(fersk, systems)
    return Arbeid(reference, "PILEN", (kravnr,), {"kravnr": kravnr}, fingerprint, effects=1, saker=(fersk.krav.saksnr,))


def _effect(krav: Krav, foering: Rentefoering) -> Effect:
    after: Json = {"renter": foering.renter, "renter_beregnet_til": foering.beregnet_til.isoformat()}
    undo = f"Før {format_oere(krav.renter)} kroner som renter på {krav.kravnr} i Pilen igjen."
    return krav_effect("renter", krav, "PILEN", after, undo)


def _posting(item: WorkItem, effect: Effect, pilen: PilenSystem) -> Change:
    async def post(fersk: FerskKrav, before_save: BeforeSave) -> None:
        await pilen.post_renter(
            fersk.krav.kravnr,
            fersk.versjon,
            effect.after["renter"],
            date.fromisoformat(effect.after["renter_beregnet_til"]),
            idempotency_key=idempotency_key(item, effect, fersk.versjon),
            before_save=before_save,
        )

    return post


def _fingerprint(fersk: FerskKrav, systems: Systems) -> str:
    """What the interest stands on besides the day."""
    krav = fersk.krav
    events = sorted((h.dato, h.hendelse, h.beloep) for h in fersk.hendelser)
    return systems.hmac(
        repr((krav.kravnr, krav.hovedstol, krav.forfall, krav.renter, krav.renter_beregnet_til, events))
    )
