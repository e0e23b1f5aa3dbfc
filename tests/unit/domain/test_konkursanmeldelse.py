"""What is reported of a krav in a konkurs: worked by hand, with 12.25 % from July 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.frister import anmeldelsesfrist
from domain.innbetalinger import MissingAmount
from domain.kalender import previous_bankdag
from domain.konkursanmeldelse import Anmeldelseslinje, beregn_linje, kan_meldes
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from domain.rente import Avregning
from domain.rentetabell import Dagtelling
from domain.sats import MissingRate
from flows.satser import load_satser

KRAV = Krav(
    kravnr="PC1",
    kravtype=Kravtype.BARNEHAGE,
    fagsystem=Fagsystem.PROCASSO,
    fordringshaver="BYDEL03",
    skyldner="202063756",
    kjennemerke=None,
    ilagt_tidspunkt=datetime(2026, 9, 21, 10, tzinfo=UTC),
    forfall=date(2026, 10, 12),
    hovedstol=100_000,
    kostnader=3_800,
    renter=0,
    saksnr="C1",
    steg="PURRING",
    tilstand=Tilstand.AAPEN,
    saksflyt=Saksflyt.ORDINAER,
    kid="",
)
AAPNET = date(2026, 11, 9)
SATSER = load_satser()


def linje(krav: Krav, *hendelser: Hendelse, aapnet: date = AAPNET) -> Anmeldelseslinje:
    return beregn_linje(
        krav,
        hendelser,
        aapnet,
        SATSER,
        day_count=Dagtelling.CALENDAR_YEAR,
        allocation=Avregning.INTEREST_FIRST,
    )


def betalt(dag: date, oere: int) -> Hendelse:
    return Hendelse("PC1", dag, "INNBETALING", oere)


def test_hovedstol_and_rente_to_the_opening_apart() -> None:
    """13 October to 9 November is 28 days: 100 000 x 0.1225 x 28 / 365 = 939.7 øre. The costs are the system's own."""
    assert linje(KRAV) == Anmeldelseslinje("PC1", hovedstol=100_000, rente=940, kostnader=3_800)
    assert linje(KRAV).sum == 104_740


def test_not_due_when_it_was_opened() -> None:
    assert linje(replace(KRAV, forfall=date(2026, 11, 9))).rente == 0
    assert linje(replace(KRAV, forfall=date(2026, 12, 7))).rente == 0


def test_what_was_paid_before_the_opening_counts_and_later_not() -> None:
    """14 days to 26 October: 469.9, so 470. 50 000 pays that and 49 530 of hovedstol.

    What is left: 50 470 x 0.1225 x 14 / 365 = 237.1.
    """
    assert linje(KRAV, betalt(date(2026, 10, 26), 50_000)) == Anmeldelseslinje("PC1", 50_470, 237, 3_800)
    assert linje(KRAV, betalt(date(2026, 11, 10), 50_000)) == linje(KRAV)


def test_a_fine_of_before_2026_bears_no_rente() -> None:
    """The half that was added stands in the amount (GEBYR-3)."""
    gebyr = replace(
        KRAV,
        kravtype=Kravtype.PARKERINGSGEBYR,
        ilagt_tidspunkt=datetime(2025, 12, 31, 12, tzinfo=UTC),
        forfall=date(2026, 1, 21),
        hovedstol=135_000,
        kostnader=0,
    )
    assert linje(gebyr) == Anmeldelseslinje("PC1", 135_000, 0, 0)
    assert linje(gebyr, betalt(date(2026, 2, 2), 35_000)).hovedstol == 100_000
    assert linje(gebyr, betalt(date(2026, 2, 2), 200_000)).hovedstol == 0


@pytest.mark.parametrize("ilagt", [datetime(2025, 12, 31, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)])
def test_nothing_is_claimed_of_an_estate_when_a_payment_has_no_amount(ilagt: datetime) -> None:
    gebyr = replace(KRAV, kravtype=Kravtype.PARKERINGSGEBYR, ilagt_tidspunkt=ilagt)
    with pytest.raises(MissingAmount):
        linje(gebyr, Hendelse("PC1", date(2026, 2, 2), "INNBETALING", None))


@pytest.mark.parametrize(
    ("kravtype", "rente"),
    [(Kravtype.KONTROLLSANKSJON, 235), (Kravtype.PARKERINGSGEBYR, 940), (Kravtype.BARNEHAGE, 940)],
)
def test_a_complaint_that_was_decided_moves_where_the_rente_of_a_kontrollsanksjon_begins(
    kravtype: Kravtype, rente: int
) -> None:
    """Decided 19 October: new deadline 2 November; 3 to 9 November is 7 days: 100 000 x .1225 x 7 / 365 = 234.9. Of all
    other krav from the day after the deadline of 12 October (RENTE-9, GEBYR-2): 28 days, 939.7."""
    krav = replace(KRAV, kravtype=kravtype)
    assert linje(krav, Hendelse("PC1", date(2026, 10, 19), "KLAGE_AVGJORT", None)).rente == rente


def test_a_half_year_without_a_rate_is_no_guess() -> None:
    with pytest.raises(MissingRate):
        linje(KRAV, aapnet=date(2027, 1, 4))


def test_what_arose_after_the_opening_is_not_reported() -> None:
    on_the_day = replace(KRAV, ilagt_tidspunkt=datetime(2026, 11, 9, 12, tzinfo=UTC))
    assert kan_meldes(on_the_day, [], AAPNET, AAPNET)
    late_in_utc = replace(KRAV, ilagt_tidspunkt=datetime(2026, 11, 9, 23, 30, tzinfo=UTC))  # the 10th in Oslo
    assert not kan_meldes(late_in_utc, [], AAPNET, AAPNET)


def test_what_is_foreldet_is_not_reported() -> None:
    """Due 12 October 2026: the last day to interrupt is 12 October 2029."""
    assert kan_meldes(KRAV, [], AAPNET, date(2029, 10, 12))
    assert not kan_meldes(KRAV, [], AAPNET, date(2029, 10, 13))


@pytest.mark.parametrize(
    ("aapnet", "uker", "frist", "siste"),
    [
        (date(2026, 11, 9), 3, date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 11, 14), 3, date(2026, 12, 5), date(2026, 12, 4)),  # a Saturday
        (date(2026, 12, 4), 3, date(2026, 12, 25), date(2026, 12, 24)),  # Christmas Day
        (date(2026, 11, 9), 6, date(2026, 12, 21), date(2026, 12, 21)),
    ],
)
def test_the_deadline_and_its_last_safe_working_day(aapnet: date, uker: int, frist: date, siste: date) -> None:
    assert anmeldelsesfrist(aapnet, uker) == frist
    assert previous_bankdag(frist) == siste
