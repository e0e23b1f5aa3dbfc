"""Samkjøring av Pilen og Procasso (docs/rutiner.md, claims-sync).

Every morning: what the two systems know of the krav that Procasso collects for Pilen is made the same. Collection
begins in Pilen: a kontrollsanksjon from steg LETT and a parkeringsgebyr from VARSEL is handed over. From then on each
tells the other what it alone knew: amounts, klage and avskrivning come from Pilen, betalingsavtale and stopp from
Procasso. Each thing is told by the teller's own id, so that it is set once whatever is lost on the way. Where both have
set a tilstand a person decides. Money is told by payments-sync, which waits for none of this. Last, the sums of the two
are held together to the øre.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date

from prefect import flow

from domain.errors import BusinessException
from domain.innfordring import Innfordring
from domain.krav import Krav
from domain.samkjoering import Samkjoering
from domain.utelukkelse import Grunn
from flows.metadata import Metadata
from flows.runtime import find, night_name, perform, report, start_night
from flows.samkjoering.handlinger import actions_of, effect_of, news_of
from flows.samkjoering.krav import Bilde, Delt
from flows.samkjoering.morgen import NEEDS, read_fresh, read_morgen, target_of
from flows.systems import Systems
from hub.automation import Action, Arbeid, Json, Line, Plan, Utelatt, Varsel, Vernet, WorkItem

log = logging.getLogger(__name__)
METADATA = Metadata(
    name="claims-sync",
    tittel="Samkjøring av Pilen og Procasso",
    eier="Power-teamet",
    hjemmel="Bokføringsloven § 4; inkassoloven § 8; parkeringsforskriften § 37",
    systems={"PROCASSO": NEEDS, "PILEN": NEEDS},
)
SYNCED, CONFLICT, DEVIATION = "SYNCED", "SYNC_CONFLICT", "SYNC_DEVIATION"
REGLER = ("VERN-2", "FORELD-9", "KS-4")


class ClaimsSync:
    """find the krav the two do not agree on, plan each from fresh facts, tell each what it lacks, and hold the sums."""

    async def find(self, systems: Systems, as_of: date) -> AsyncIterator[Line]:
        morgen = await read_morgen(systems, as_of)
        for delt in morgen.delte:
            for line in _lines(delt, morgen.grunn(delt), systems):
                yield line
        for line in _deviations(morgen.bilde):
            yield line
        for memo in morgen.memos():
            yield memo

    async def plan(self, item: WorkItem, systems: Systems, as_of: date) -> Plan:
        kravnr = item.payload["kravnr"]
        delt, grunn = await read_fresh(kravnr, systems, as_of)
        samkjoering = delt.samkjoering
        if grunn is not None and not samkjoering.er_enige:
            raise BusinessException(grunn.value, kravnr)
        if delt.pilen is None:
            raise BusinessException("KRAV_UNKNOWN", kravnr)
        if samkjoering.konflikt and not samkjoering.endringer:
            raise BusinessException(CONFLICT, kravnr)
        return Plan(
            result=SYNCED if samkjoering.endringer else "NOTHING_TO_DO",
            krav=(kravnr,),
            as_of=as_of,
            effects=tuple(effect_of(kravnr, endring) for endring in samkjoering.endringer),
            rules=REGLER,
            versions=systems.versions,
            fingerprint=_fingerprint(delt, samkjoering, systems),
        )

    def actions(self, item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
        return actions_of(item, plan, systems)


AUTOMATION = ClaimsSync()


@flow(name="claims-sync", flow_run_name=night_name)
async def claims_sync(as_of: str | None = None, dry_run: bool = False, ordered_by: str | None = None) -> Json:
    """One morning of claims-sync. Started again from Prefect it finds the same occasions and adds nothing."""
    night = await start_night(METADATA, AUTOMATION, as_of, dry_run, ordered_by)
    await find(night)
    await perform(night)
    return await report(night)


FLOW = claims_sync


def _lines(delt: Delt, grunn: Grunn | None, systems: Systems) -> Iterator[Line]:
    """Nothing of a krav that the two agree on, but for the money: that is for payments-sync."""
    samkjoering = delt.samkjoering
    if grunn is Grunn.PROTECTED:
        yield Vernet(delt.kravnr)
    elif samkjoering.er_enige:
        return
    elif grunn is not None:
        yield Utelatt(delt.kravnr, grunn.value)
    else:
        yield _arbeid(delt, samkjoering, systems)
        if samkjoering.konflikt:
            yield Varsel(delt.kravnr, CONFLICT)


def _arbeid(delt: Delt, samkjoering: Samkjoering, systems: Systems) -> Arbeid:
    """The reference is the last thing that is to be told, or what the two disagree on."""
    effects = [effect_of(delt.kravnr, endring) for endring in samkjoering.endringer]
    news = news_of(delt, samkjoering.endringer[-1]) if effects else _disputed(delt)
    return Arbeid(
        reference=f"{delt.kravnr}:{news}",
        target=target_of(effects),
        krav=(delt.kravnr,),
        payload={"kravnr": delt.kravnr},
        fingerprint=_fingerprint(delt, samkjoering, systems),
        effects=len(effects),
        saker=delt.saker,
    )


def _disputed(delt: Delt) -> str:
    status = delt.pilen.konto.statuser[-1].id if delt.pilen else "none"
    return f"PILEN:{status}"


def _deviations(bilde: Bilde) -> Iterator[Varsel]:
    """Every sum into the log; one that differs by more than the krav above explain, into the report too."""
    for side, summer in (bilde.summer or {}).items():
        for (fordringshaver, kravtype), total in sorted(summer.items()):
            log.info(
                "%s %s %s: %d krav, hovedstol %d, innbetalt %d, utestaaende %d oere",
                *(side.value, fordringshaver, kravtype.value),
                *(total.antall, total.hovedstol, total.innbetalt, total.utestaaende),
            )
    if bilde.summer is None:
        log.warning("the sums of Pilen and Procasso were not held together: krav changed all the time")
    for fordringshaver, kravtype in bilde.uforklart:
        yield Varsel(f"{fordringshaver}:{kravtype.value}", DEVIATION)


def _terms(krav: Krav | Innfordring) -> tuple[object, ...]:
    """What must be alike in both systems."""
    return (krav.kravtype, krav.fordringshaver, krav.hovedstol, krav.ilagt_tidspunkt, krav.kid)


def _fingerprint(delt: Delt, samkjoering: Samkjoering, systems: Systems) -> str:
    """What is to be told, and what the two have of the krav where a person must decide."""
    facts: tuple[object, ...] = (delt.kravnr, [effect_of(delt.kravnr, each) for each in samkjoering.endringer])
    if samkjoering.konflikt:
        facts += (delt.pilen and delt.pilen.konto, delt.procasso and delt.procasso.konto, sorted(delt.skyldnere))
        facts += (delt.pilen and (delt.pilen.innfordring, *_terms(delt.pilen.krav)),)
        facts += (delt.procasso and (delt.procasso.id, *_terms(delt.procasso)),)
    return systems.hmac(repr(facts))
