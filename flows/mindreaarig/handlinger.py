"""What the effects of minors are done with: Procasso's API and screens, and SvarUt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from connectors.procasso.mapping import KravChanges
from domain.adressat import Adressat
from domain.errors import BusinessException
from domain.krav import Saksflyt, Tilstand
from domain.mindreaarig import Flyt, find_flyt
from domain.minoravgjoerelse import KAN_BESTEMMES, Mottaker, finn_hinder, send_til
from flows.brev.brev import Brev, lag_brev
from flows.brev.fakta import Kravfakta
from flows.effekter.endring import KravEndring, idempotency_key, look_at
from flows.effekter.forsendelse import Brevskriver
from flows.effekter.kravhandlinger import legg_paa_kravet, oppgave, send_brev, skriv_notat
from flows.facts import FerskKrav
from flows.fagsystemer import BeforeSave
from flows.mindreaarig.beslutninger import NOTATER, decided
from flows.mindreaarig.fakta import fetch_minorfakta
from flows.systems import Systems
from hub.automation import Action, Effect, Look, Plan, ProtectedFound, WorkItem

NOTAT = "Skyldneren er under 18 år: innkrevingen er stanset og kostnadene fjernet (MIND-7). En saksbehandler avgjør."


def actions_of(item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
    """In the order of the plan. An effect of a kind we do not know gets no action."""
    return list(_actions(item, plan, systems))


def _actions(item: WorkItem, plan: Plan, systems: Systems) -> Iterator[Action]:
    brev: dict[str, Brevskriver] = {}
    for effect in plan.effects:
        kind, kravnr, *rest = effect.key.split(":")
        match kind, rest:
            case "krav", []:
                yield KravEndring(effect, kravnr, systems.procasso, partial(_change, item, effect, systems))
            case "saksflyt", []:
                yield KravEndring(effect, kravnr, systems.procasso, partial(_set_saksflyt, effect, plan.as_of, systems))
            case "notat", []:
                referanse = f"{kravnr}:{plan.result}:{oppgave(item, systems)}"
                besluttet = decided(plan)
                tekst = NOTATER.get(besluttet[0], NOTAT) if besluttet else NOTAT
                yield skriv_notat(item, effect, kravnr, referanse, tekst, systems)
            case (("brev" | "arkiv"), [hvem]):
                write = partial(_write, kravnr, hvem, plan, systems)
                skriver = brev.setdefault(hvem, Brevskriver(write, plan.as_of, systems.today))
                yield _letter(item, effect, kravnr, hvem, plan, systems, skriver)


async def _change(item: WorkItem, effect: Effect, systems: Systems, fersk: FerskKrav, before_save: BeforeSave) -> None:
    after = effect.after
    changes: KravChanges = {"kostnader": after["kostnader"], "tilstand": Tilstand(after["tilstand"])}
    if "forfall" in after:
        changes["forfall"] = date.fromisoformat(after["forfall"])
    if after.get("opprinnelig_forfall"):
        changes["opprinnelig_forfall"] = date.fromisoformat(after["opprinnelig_forfall"])
    key = idempotency_key(item, effect, fersk.versjon)
    await systems.procasso.change_krav(
        fersk.krav.kravnr, fersk.versjon, changes, idempotency_key=key, before_save=before_save
    )


async def _set_saksflyt(effect: Effect, fra: date, systems: Systems, fersk: FerskKrav, before_save: BeforeSave) -> None:
    til = Saksflyt(effect.after["saksflyt"])
    await systems.procasso_screens.set_saksflyt(fersk.krav.kravnr, til, fra, before_save=before_save)


def _letter(
    item: WorkItem, effect: Effect, kravnr: str, hvem: str, plan: Plan, systems: Systems, skriver: Brevskriver
) -> Action:
    referanse = f"{kravnr}:{plan.result}:{oppgave(item, systems)}:{hvem}"
    if effect.key.startswith("brev:"):
        return send_brev(effect, referanse, systems, skriver)
    return legg_paa_kravet(item, effect, kravnr, referanse, systems, skriver)


async def _write(kravnr: str, hvem: str, plan: Plan, systems: Systems, as_of: date) -> tuple[Adressat, Brev]:
    """The letter to the recipient with this alias, from what the registers say now.

    Raises BusinessException (KRAV_UNKNOWN, RECIPIENT_GONE; LETTER_HELD_BACK when it would say what is no longer so, or
    a person must now decide whom it goes to; LETTER_DEADLINE_SHORT when the new deadline has come too near) and
    ProtectedFound.
    """
    fersk = (await systems.procasso.get_krav([kravnr])).get(kravnr)
    if fersk is None:
        raise BusinessException("KRAV_UNKNOWN", kravnr)
    krav = fersk.krav
    fakta = await fetch_minorfakta([krav], systems.folkeregisteret, as_of)
    skyldner = fakta.personer.get(krav.skyldner)
    if skyldner is None or not skyldner.finnes:
        raise BusinessException("RECIPIENT_GONE", kravnr)
    if skyldner.beskyttet:
        raise ProtectedFound
    flyt, besluttet = Flyt(plan.result), decided(plan)
    hinder = finn_hinder(flyt, skyldner, fakta.foresatte)
    stands = _stands(plan, fersk) and find_flyt(skyldner.foedselsdato, krav.ilagt_dato, as_of) is flyt
    if not stands or (hinder and not (besluttet and hinder in KAN_BESTEMMES)):
        raise BusinessException("LETTER_HELD_BACK", kravnr)
    if flyt is Flyt.TURNED_18_REISSUE and (krav.forfall - as_of).days < systems.regler.reissue_days:
        raise BusinessException("LETTER_DEADLINE_SHORT", kravnr)
    mulige: Sequence[str] = skyldner.foreldreansvar if flyt is Flyt.HOLD_GUARDIANS else (krav.skyldner,)
    til = besluttet[1] if besluttet else None
    if til is not None:
        mulige = send_til(krav, flyt, til, skyldner, fakta.foresatte, as_of, 0).mottakere
    adressater = await systems.folkeregisteret.get_adressater(n for n in mulige if systems.alias(n) == hvem)
    for adressat in adressater.values():
        fakta_om_krav = Kravfakta.of(krav, fersk.hendelser, as_of)
        brev = lag_brev(
            plan.result,
            fakta_om_krav,
            adressat,
            systems.avsender,
            as_of,
            krav.forfall,
            til_verge=til is Mottaker.VERGE,
        )
        return adressat, brev
    raise BusinessException("RECIPIENT_GONE", kravnr)


def _stands(plan: Plan, fersk: FerskKrav) -> bool:
    """Whether the krav still is what the plan made of it: a letter tells of it."""
    return all(look_at(effect, fersk) is Look.ALL for effect in plan.effects if effect.after)
