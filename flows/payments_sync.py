"""Innbetalinger mellom Pilen og Procasso (docs/rutiner.md, payments-sync).

Every morning, after claims-sync: money that one of the two has taken in on a krav they share, and the other does not
know of, is told, oldest first, by the teller's own id. It is an automation of its own, so that a question about the
krav itself, waiting for a person in claims-sync, never holds a payment back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date

from prefect import flow

from domain.errors import BusinessException
from domain.utelukkelse import Grunn
from flows.metadata import Metadata
from flows.runtime import find, night_name, perform, report, start_night
from flows.samkjoering.handlinger import actions_of, effect_of, news_of
from flows.samkjoering.krav import Delt
from flows.samkjoering.morgen import NEEDS, read_fresh, read_morgen, target_of
from flows.systems import Systems
from hub.automation import Action, Arbeid, Effect, Json, Line, Plan, Utelatt, Vernet, WorkItem

METADATA = Metadata(
    name="payments-sync",
    tittel="Innbetalinger mellom Pilen og Procasso",
    eier="Power-teamet",
    hjemmel="Bokføringsloven § 4; inkassoloven § 8",
    systems={"PROCASSO": NEEDS, "PILEN": NEEDS},
)
PAYMENTS_TOLD = "PAYMENTS_TOLD"
REGLER = ("VERN-2",)


class PaymentsSync:
    """find the krav with money that only one of the two knows of, and tell the other."""

    async def find(self, systems: Systems, as_of: date) -> AsyncIterator[Line]:
        morgen = await read_morgen(systems, as_of)
        for delt in morgen.delte:
            grunn = morgen.grunn(delt)
            if grunn is Grunn.PROTECTED:
                yield Vernet(delt.kravnr)
            elif delt.samkjoering.innbetalinger:
                yield Utelatt(delt.kravnr, grunn.value) if grunn else _arbeid(delt, systems)
        for memo in morgen.memos():
            yield memo

    async def plan(self, item: WorkItem, systems: Systems, as_of: date) -> Plan:
        kravnr = item.payload["kravnr"]
        delt, grunn = await read_fresh(kravnr, systems, as_of)
        effects = _effects(delt)
        if effects and grunn is not None:
            raise BusinessException(grunn.value, kravnr)
        return Plan(
            result=PAYMENTS_TOLD if effects else "NOTHING_TO_DO",
            krav=(kravnr,),
            as_of=as_of,
            effects=effects,
            rules=REGLER,
            versions=systems.versions,
            fingerprint=_fingerprint(delt, systems),
        )

    def actions(self, item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
        return actions_of(item, plan, systems)


AUTOMATION = PaymentsSync()


@flow(name="payments-sync", flow_run_name=night_name)
async def payments_sync(as_of: str | None = None, dry_run: bool = False, ordered_by: str | None = None) -> Json:
    """One morning of payments-sync. Started again from Prefect it finds the same occasions and adds nothing."""
    night = await start_night(METADATA, AUTOMATION, as_of, dry_run, ordered_by)
    await find(night)
    await perform(night)
    return await report(night)


FLOW = payments_sync


def _arbeid(delt: Delt, systems: Systems) -> Arbeid:
    """The reference is the last payment that is to be told."""
    effects = _effects(delt)
    return Arbeid(
        reference=f"{delt.kravnr}:{news_of(delt, delt.samkjoering.innbetalinger[-1])}",
        target=target_of(effects),
        krav=(delt.kravnr,),
        payload={"kravnr": delt.kravnr},
        fingerprint=_fingerprint(delt, systems),
        effects=len(effects),
        saker=delt.saker,
    )


def _effects(delt: Delt) -> tuple[Effect, ...]:
    return tuple(effect_of(delt.kravnr, ny) for ny in delt.samkjoering.innbetalinger)


def _fingerprint(delt: Delt, systems: Systems) -> str:
    return systems.hmac(repr((delt.kravnr, _effects(delt))))
