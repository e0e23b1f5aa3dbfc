"""The actions of company-watch: a draft and a note on each krav of Procasso, remarks to ISY-PA in one change file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from connectors.isypa_filer.mapping import Endring
from domain.errors import BusinessException
from flows.brev.anmeldelse import Anmeldelse, lag_anmeldelse
from flows.brev.brev import Brev
from flows.effekter.dokument import LeggDokument
from flows.effekter.endring import idempotency_key
from flows.effekter.isypa import EndreIsypa
from flows.effekter.notat import SkrivNotat
from flows.foretak.merknader import MERKNAD
from flows.systems import Systems
from hub.automation import Action, Effect, Plan, WorkItem


def actions_of(item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
    """The acts that carry out `plan`, in its order, ISY-PA last."""
    return [*_in_procasso(item, plan, systems), *_in_isypa(item, plan, systems)]


def _in_procasso(item: WorkItem, plan: Plan, systems: Systems) -> Iterator[Action]:
    for effect in plan.effects:
        kind, kravnr = effect.key.split(":")
        if kind == "anmeldelse":
            yield _draft(item, effect, kravnr, plan, systems)
        elif kind == "notat":
            yield SkrivNotat(
                effect,
                kravnr,
                plan.data["referanse"],
                effect.after["tekst"],
                systems.procasso.client,
                idempotency_key(item, effect),
                systems.settle["PROCASSO"],
            )


def _draft(item: WorkItem, effect: Effect, kravnr: str, plan: Plan, systems: Systems) -> Action:
    return LeggDokument(
        effect,
        kravnr,
        plan.data["referanse"],
        systems.procasso.client,
        idempotency_key(item, effect),
        systems.settle["PROCASSO"],
        write=partial(_write, kravnr, plan, systems),
    )


async def _write(kravnr: str, plan: Plan, systems: Systems) -> Brev:
    """The draft from the plan. Only the name, which may be a person's, is read anew.

    Raises BusinessException (KRAV_UNKNOWN, ENTITY_UNKNOWN).
    """
    fersk = (await systems.procasso.get_krav([kravnr])).get(kravnr)
    if fersk is None:
        raise BusinessException("KRAV_UNKNOWN", kravnr)
    enhet = await systems.enhetsregisteret.get_enhet(plan.data["enhet"])
    if enhet is None:
        raise BusinessException("ENTITY_UNKNOWN", kravnr)
    anmeldelse = Anmeldelse.from_json(plan.data["anmeldelse"])
    return lag_anmeldelse(anmeldelse, enhet.navn, fersk.krav.saksnr, systems.avsender, plan.as_of)


def _in_isypa(item: WorkItem, plan: Plan, systems: Systems) -> Iterator[Action]:
    endringer = {
        effect.key: Endring(
            MERKNAD,
            effect.after["tekst"],
            plan.data["referanse"],
            kravnr=effect.key.partition(":")[2],
        )
        for effect in plan.effects
        if effect.key.startswith(f"{MERKNAD}:")
    }
    if endringer:
        stamme = f"{item.queue}-{systems.alias(f'{item.reference}:{item.occasion}')}"
        yield EndreIsypa(endringer, stamme, systems.isypa, systems.settle["ISYPA"])
