"""What more than one automation does for one krav: a note, a letter, and the letter's place among its documents."""

from __future__ import annotations

from flows.effekter.endring import OneEffect, idempotency_key
from flows.effekter.forsendelse import Brevskriver, FileBrev, SendBrev
from flows.effekter.notat import SkrivNotat
from flows.systems import Systems
from hub.automation import Effect, WorkItem


def oppgave(item: WorkItem, systems: Systems) -> str:
    """The item as a short word: its own, whatever its plan came to, and the same for every try at it.

    Letters and notes are found again by it, so that one of an earlier item is never taken for this one's.
    """
    return systems.alias(f"{item.reference}:{item.occasion}")


def skriv_notat(
    item: WorkItem, effect: Effect, kravnr: str, referanse: str, tekst: str, systems: Systems
) -> SkrivNotat:
    """The effect notat:<kravnr>."""
    return SkrivNotat(
        effect,
        kravnr,
        referanse,
        tekst,
        systems.procasso.client,
        idempotency_key(item, effect),
        systems.settle["PROCASSO"],
    )


def send_brev(effect: Effect, referanse: str, systems: Systems, skriver: Brevskriver) -> OneEffect:
    """The effect brev:<kravnr>…"""
    return SendBrev(effect, referanse, systems.svarut, skriver, systems.settle["SVARUT"])


def legg_paa_kravet(
    item: WorkItem, effect: Effect, kravnr: str, referanse: str, systems: Systems, skriver: Brevskriver
) -> OneEffect:
    """The effect arkiv:<kravnr>…: what was sent under `referanse`."""
    return FileBrev(
        effect,
        kravnr,
        referanse,
        systems.procasso.client,
        idempotency_key(item, effect),
        systems.settle["PROCASSO"],
        svarut=systems.svarut,
        brev=skriver,
    )
