"""SMS før parkeringsgebyret blir dyrere (rutinen `sms-notice`, docs/rutiner.md; SMS-1 to SMS-5).

Every morning: the parkeringsgebyr in Pilen of a person that were due some days ago and are still unpaid. Who has simply
forgotten gets one SMS with what it takes to pay, before the krav moves on. Krav in PAX are from before February 2025
and have long moved on. Whether a person may be told, and at which number, Kontakt- og reservasjonsregisteret says; a
share is held back so that what the SMS does can be measured. Everything is read again before the SMS goes: who has
paid or complained meanwhile gets none. No phone number is kept, only Altinn's id of the shipment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from functools import partial

from prefect import flow

from connectors.altinn_varsling.sms import Sms
from domain.smstekst import lag_smstekst
from flows.effekter.endring import idempotency_key
from flows.metadata import Metadata
from flows.runtime import find, night_name, perform, report, start_night
from flows.sms.fakta import SMS_SENT, fetch_smsfakta, fingerprint
from flows.sms.morgen import lines, read_morning
from flows.sms.sending import SendSms
from flows.systems import Systems
from hub.automation import Action, Effect, Json, Line, Plan, WorkItem
from hub.follow_up import Codes

METADATA = Metadata(
    name="sms-notice",
    tittel="SMS før parkeringsgebyret blir dyrere",
    eier="Power-teamet",
    hjemmel="Vegtrafikkloven § 31 a; eForvaltningsforskriften § 32; personvernforordningen art. 6 nr. 1 e",
    systems={"ALTINN": ("ALTINN", "PILEN", "FOLKEREGISTERET", "KRR", "MASKINPORTEN")},
    foelges_opp=Codes(standing=("NO_KID",)),
)
REGLER = tuple(f"SMS-{n}" for n in range(1, 6))


class SmsNotice:
    """find who may have forgotten, plan each from fresh facts, order one SMS, and follow what became of it."""

    async def find(self, systems: Systems, as_of: date) -> AsyncIterator[Line]:
        for line in lines(await read_morning(systems, as_of)):
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
            fingerprint=fingerprint(fakta.fersk.krav, systems),
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


async def _write(item: WorkItem, effect: Effect, plan: Plan, systems: Systems) -> Sms | None:
    """The SMS of what is so now: a plan that was begun may be finished on a later day."""
    as_of = max(plan.as_of, systems.today())
    fakta = await fetch_smsfakta(item.reference, item.payload["kravnr"], systems, as_of)
    if fakta is None:
        return None
    avsender = systems.avsender
    tekst = lag_smstekst(fakta.fersk.krav, fakta.beloep, avsender.navn, avsender.kontonummer)
    return Sms(idempotency_key(item, effect), item.reference, fakta.telefonnummer, tekst)
