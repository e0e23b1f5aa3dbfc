"""What claims-sync sees before it tells anything: only what is still so is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.innfordring import Innbetaling, Innfordring, IPilen, Konto, Side, Status
from domain.krav import Fagsystem, Krav, Kravtype, Saksflyt, Tilstand
from flows.facts import FerskKrav
from flows.samkjoering.handlinger import _has_innbetaling, _is_handed_over
from flows.samkjoering.krav import Delt
from hub.automation import Look

TODAY = date(2026, 11, 23)
OPEN = Status("T1", Tilstand.AAPEN)
KRAV = Krav(
    kravnr="PI1000001",
    kravtype=Kravtype.KONTROLLSANKSJON,
    fagsystem=Fagsystem.PILEN,
    fordringshaver="BYM",
    skyldner="01817328004",
    kjennemerke=None,
    ilagt_tidspunkt=datetime(2025, 8, 1, 10, tzinfo=UTC),
    forfall=date(2025, 8, 22),
    hovedstol=66_000,
    kostnader=0,
    renter=0,
    saksnr="S1",
    steg="LETT",
    tilstand=Tilstand.AAPEN,
    saksflyt=Saksflyt.ORDINAER,
    kid="",
)
PILEN = IPilen(KRAV, Konto((), (OPEN,)))
MONEY = Innbetaling("B7", date(2026, 11, 20), 50_000)


def delt(pilen: IPilen | None = PILEN, procasso: Innfordring | None = None, *, foreldet: bool = False) -> Delt:
    return Delt(KRAV.kravnr, FerskKrav(pilen.krav, ()) if pilen else None, pilen, procasso, foreldet)


def in_procasso(*innbetalinger: Innbetaling) -> Innfordring:
    terms = (KRAV.kravnr, KRAV.kravtype, KRAV.fordringshaver, KRAV.skyldner, KRAV.ilagt_tidspunkt, KRAV.hovedstol)
    return Innfordring("IF1", *terms, PILEN.beloep, KRAV.kid, Konto(innbetalinger, (OPEN,)))


def test_a_krav_is_handed_over_while_it_is_what_it_was_planned_as() -> None:
    assert _is_handed_over(OPEN, delt()) is Look.NONE
    assert _is_handed_over(OPEN, delt(procasso=in_procasso())) is Look.ALL


@pytest.mark.parametrize(
    "pilen",
    [
        None,
        IPilen(replace(KRAV, tilstand=Tilstand.BETALT), Konto((), (OPEN, Status("T2", Tilstand.BETALT)))),
        IPilen(replace(KRAV, tilstand=Tilstand.KLAGE), Konto((), (OPEN, Status("T2", Tilstand.KLAGE)))),
        IPilen(replace(KRAV, steg="PURRING"), Konto((), (OPEN,))),
    ],
    ids=["gone", "paid", "disputed", "not yet to be collected"],
)
def test_one_that_has_become_something_else_is_for_a_person(pilen: IPilen | None) -> None:
    assert _is_handed_over(OPEN, delt(pilen)) is Look.UNKNOWN


def test_one_that_is_foreldet_since_is_for_a_person() -> None:
    assert _is_handed_over(OPEN, delt(foreldet=True)) is Look.UNKNOWN


def test_money_is_told_once_and_only_while_whoever_took_it_in_has_it() -> None:
    told = Innbetaling("P1", MONEY.dato, MONEY.beloep, referanse=MONEY.id)
    seen = {
        "to be told": _has_innbetaling(Side.PILEN, MONEY, delt(procasso=in_procasso(MONEY))),
        "told": _has_innbetaling(Side.PILEN, MONEY, delt(IPilen(KRAV, Konto((told,), (OPEN,))), in_procasso(MONEY))),
        "taken back": _has_innbetaling(Side.PILEN, MONEY, delt(procasso=in_procasso())),
        "corrected": _has_innbetaling(Side.PILEN, MONEY, delt(procasso=in_procasso(replace(MONEY, beloep=40_000)))),
    }
    assert seen == {"to be told": Look.NONE, "told": Look.ALL, "taken back": Look.UNKNOWN, "corrected": Look.UNKNOWN}
