"""What the ledger says was done to each krav, field by field: the rows that are reconciled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hub.automation import Effect, Json
from hub.report import NightReport
from hub.storage.receipts import ItemDone

BELOEP = ("hovedstol", "kostnader", "renter")
"""Fields of a krav in whole øre."""
TEKSTER = ("tilstand", "saksnr", "saksflyt", "forfall", "opprinnelig_forfall", "renter_beregnet_til")
"""Fields of a krav that are text, a code or an ISO date; «» where there is none."""
SUM = "sum"
"""Hovedstol, kostnader and renter of all krav of one oppgave: what moving krav between cases must not change."""
Verdi = int | str


@dataclass(frozen=True, slots=True)
class Virkning:
    """One field of one krav as it was, as planned, and as the receipt has it. None: not known, or not read.

    An effect that changes no field of a krav (a letter) has its kind as `felt` and no values. Where `felt` is SUM,
    `krav` are all those of the oppgave.
    """

    automation: str
    referanse: str
    system: str
    krav: tuple[str, ...]
    felt: str
    foer: Verdi | None
    skal_vaere: Verdi | None
    kvittert: Verdi | None
    kvittering: bool
    """Whether the system was read after the change; False where a person said that it was made."""


def list_virkninger(netter: Iterable[NightReport]) -> list[Virkning]:
    """In the order things were done: the automations as handed in, the oldest oppgave first."""
    return [
        virkning
        for natt in netter
        for done in natt.done
        for virkning in (*_of_effects(natt.control.automation, done), *_of_sum(natt.control.automation, done))
    ]


def _of_effects(automation: str, done: ItemDone) -> Iterator[Virkning]:
    for effect in done.plan.effects:
        if effect.key in done.receipts:
            yield from _of_effect(automation, done.reference, effect, done.receipts[effect.key])


def _of_effect(automation: str, referanse: str, effect: Effect, kvittering: Json | None) -> Iterator[Virkning]:
    kind, kravnr, *_ = effect.key.split(":")
    felter = [felt for felt in (*BELOEP, *TEKSTER) if felt in effect.after]
    for felt in felter or [kind]:
        yield Virkning(
            automation,
            referanse,
            effect.system,
            (kravnr,),
            felt,
            _read(felt, effect.before),
            _read(felt, effect.after),
            _read(felt, kvittering or {}),
            kvittering is not None,
        )


def _of_sum(automation: str, done: ItemDone) -> Iterator[Virkning]:
    """A plan that says the sum of its krav is held to it (MERGE-6)."""
    planned = _read("sum_oere", done.plan.data)
    if planned is None:
        return
    read = [kvittering for kvittering in done.receipts.values() if kvittering is not None]
    kvittert = _read("sum_oere", read[-1]) if read else None
    system = next(effect.system for effect in done.plan.effects if effect.key in done.receipts)
    yield Virkning(
        automation, done.reference, system, done.plan.krav, SUM, planned, planned, kvittert, kvittert is not None
    )


def _read(felt: str, values: Json) -> Verdi | None:
    """A value of the ledger; one that is not of the field's kind counts as not read, which is seen in the report."""
    value = values.get(felt)
    if felt not in TEKSTER:
        return value if type(value) is int else None
    if value is None:
        return "" if felt in values else None
    return value if isinstance(value, str) else None
