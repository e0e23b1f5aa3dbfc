"""A night small enough to reckon by hand: its oppgaver, its ledger, and krav as a system shows them afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from domain.krav import Fagsystem, Krav, Kravtype, Saksflyt, Tilstand
from flows.rapport.dagsrapport import Dagsrapport, make_dagsrapport
from hub.automation import Effect, Json, Plan
from hub.report import ControlReport, NightReport, ReportItem, ReportLine
from hub.states import State
from hub.storage.receipts import ItemDone
from hub.storage.runs import NightRun

NIGHT = date(2026, 11, 23)
KRAV = Krav(
    kravnr="PR1",
    kravtype=Kravtype.BARNEHAGE,
    fagsystem=Fagsystem.PROCASSO,
    fordringshaver="BYDEL",
    skyldner="202063756",
    kjennemerke=None,
    ilagt_tidspunkt=datetime(2025, 3, 1, 12, 0, tzinfo=UTC),
    forfall=date(2025, 4, 1),
    hovedstol=100_000,
    kostnader=0,
    renter=0,
    saksnr="S1",
    steg="PURRING",
    tilstand=Tilstand.AAPEN,
    saksflyt=Saksflyt.ORDINAER,
    kid="",
)
Change = tuple[str, Json, Json, Json | None]
"""Key, before, after, receipt."""
TITLER = {"minors": "Mindreårige skyldnere", "parking-merge": "Sammenslåing av parkeringskrav"}


@dataclass(frozen=True)
class Forklart:
    tekst: str
    forslag: str


def forklar(code: str) -> Forklart:
    return Forklart(f"Tekst om {code}.", f"Forslag om {code}.")


def done(
    *changes: Change,
    system: str = "PROCASSO",
    reference: str = "R1",
    data: Json | None = None,
) -> ItemDone:
    """One oppgave with effects as (key, before, after, receipt)."""
    effects = tuple(Effect(key, system, before, after) for key, before, after, _ in changes)
    krav = tuple(dict.fromkeys(key.split(":")[1] for key, *_ in changes))
    plan = Plan("DONE", krav, NIGHT, effects, data or {})
    return ItemDone(1, reference, plan, {key: receipt for key, _, _, receipt in changes})


def natt(
    *ledger: ItemDone,
    automation: str = "minors",
    items: Sequence[ReportItem] = (),
    lines: Sequence[ReportLine] = (),
    states: Mapping[str, int] | None = None,
    taken_in: int | None = None,
    **control: Any,
) -> NightReport:
    """A night that balances unless `taken_in` says otherwise."""
    counted = {state.value: 0 for state in State} | dict(states or {})
    report = ControlReport(automation, NIGHT, tuple(items), tuple(lines), counted, True, **control)
    run = NightRun(1, "find", datetime(2026, 11, 23, 3, 0, tzinfo=UTC), None, None, "tidsplan", len(ledger))
    return NightReport(report, report.came_in if taken_in is None else taken_in, ledger, (run,))


def rapport(*netter: NightReport, **more: Any) -> Dagsrapport:
    return make_dagsrapport(NIGHT, netter, TITLER, **more)
