"""What the effects of estate-watch are done with: Procasso's API, and SvarUt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from domain.adressat import Adressat
from domain.errors import BusinessException
from domain.krav import Krav, Tilstand
from domain.ord import VERDI
from flows.brev.brev import Brev, lag_doedsbobrev
from flows.brev.fakta import Kravfakta
from flows.doedsbo.fakta import Bofakta, fetch_boer, fetch_bofakta
from flows.effekter.endring import KravEndring, idempotency_key, krav_effect
from flows.effekter.forsendelse import Brevskriver
from flows.effekter.kravhandlinger import legg_paa_kravet, send_brev, skriv_notat
from flows.facts import FerskKrav
from flows.fagsystemer import BeforeSave
from flows.systems import Systems
from hub.automation import Action, Effect, Plan, ProtectedFound, WorkItem

NOTAT = (
    "Skyldneren er død: purring og gebyr er stanset (BO-2). Kravet meldes i dødsboet når det er kjent hvem som svarer "
    "for det."
)
REFERANSE = "referanse"
"""In the data of a plan: what its note and its letter are found again by."""


def effects_of(krav: Krav, *, brev: bool) -> list[Effect]:
    """Collection stops before the letter says that it has."""
    kravnr = krav.kravnr
    effects = []
    if krav.tilstand is not Tilstand.STOPPET:
        undo = f"Sett tilstand på {kravnr} i Procasso tilbake til {VERDI[krav.tilstand]}."
        effects.append(krav_effect("krav", krav, "PROCASSO", {"tilstand": Tilstand.STOPPET.value}, undo))
        effects.append(Effect(f"notat:{kravnr}", "PROCASSO", {}, {}, f"Slett notatet på {kravnr}."))
    if brev:
        effects.append(Effect(f"brev:{kravnr}", "SVARUT", {}, {}))
        effects.append(Effect(f"arkiv:{kravnr}", "PROCASSO", {}, {}, f"Slett brevet på {kravnr}."))
    return effects


def actions_of(item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
    """In the order of the plan. An effect of a kind we do not know gets no action."""
    return list(_actions(item, plan, systems))


def _actions(item: WorkItem, plan: Plan, systems: Systems) -> Iterator[Action]:
    kravnr, referanse = item.payload["kravnr"], plan.data.get(REFERANSE, "")
    skriver = Brevskriver(partial(_write, kravnr, systems), plan.as_of, systems.today)
    for effect in plan.effects:
        kind, _, _ = effect.key.partition(":")
        match kind:
            case "krav":
                yield KravEndring(effect, kravnr, systems.procasso, partial(_stopp, item, effect, systems))
            case "notat":
                yield skriv_notat(item, effect, kravnr, referanse, NOTAT, systems)
            case "brev":
                yield send_brev(effect, referanse, systems, skriver)
            case "arkiv":
                yield legg_paa_kravet(item, effect, kravnr, referanse, systems, skriver)


async def _stopp(item: WorkItem, effect: Effect, systems: Systems, fersk: FerskKrav, before_save: BeforeSave) -> None:
    await systems.procasso.change_krav(
        fersk.krav.kravnr,
        fersk.versjon,
        {"tilstand": Tilstand(effect.after["tilstand"])},
        idempotency_key=idempotency_key(item, effect, fersk.versjon),
        before_save=before_save,
    )


async def _write(kravnr: str, systems: Systems, as_of: date) -> tuple[Adressat, Brev]:
    """The letter to whoever answers for the estate now, from what the systems say now.

    Raises BusinessException (KRAV_UNKNOWN; RECIPIENT_GONE; LETTER_HELD_BACK when the skyldner lives after all or
    somebody has opened the krav) and ProtectedFound.
    """
    fakta = await read_bofakta(kravnr, systems)
    if fakta is None or not fakta.skyldner.doed or fakta.krav.tilstand is not Tilstand.STOPPET:
        raise BusinessException("LETTER_HELD_BACK", kravnr)
    if fakta.bo is None or fakta.bo.kontakt is None:
        raise BusinessException("RECIPIENT_GONE", kravnr)
    kontakt = fakta.bo.kontakt
    om_krav = Kravfakta.of(fakta.krav, fakta.fersk.hendelser, as_of, kostnader=fakta.krav.kostnader)
    return kontakt.adressat, lag_doedsbobrev(om_krav, kontakt, systems.avsender, as_of)


async def read_bofakta(kravnr: str, systems: Systems) -> Bofakta | None:
    """Fresh facts of one krav; None when the register does not know its skyldner.

    Raises BusinessException (KRAV_UNKNOWN) and ProtectedFound.
    """
    fersk = (await systems.procasso.get_krav([kravnr])).get(kravnr)
    if fersk is None:
        raise BusinessException("KRAV_UNKNOWN", kravnr)
    personer = await systems.folkeregisteret.get_personer([fersk.krav.skyldner])
    if any(person.beskyttet for person in personer.values()):
        raise ProtectedFound
    found = await fetch_bofakta([fersk], personer, await fetch_boer(personer, systems), systems)
    return found[0] if found else None
