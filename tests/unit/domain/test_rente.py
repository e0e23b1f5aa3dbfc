"""Forsinkelsesrente worked out by hand, against a sum of single days, and what must hold whatever the dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kalender import next_bankdag
from domain.rente import Avregning, Innbetaling, Renteoppgjoer, beregn_rente
from domain.rentetabell import Dagtelling
from domain.sats import MissingRate, Sats, Slag
from domain.satser import Satser
from flows.satser import load_satser

SATSER = load_satser()
DAGER = st.dates(date(2004, 1, 1), date(2026, 12, 31))
BELOEP = st.integers(1, 500_000)
TELLINGER, AVREGNINGER = st.sampled_from(list(Dagtelling)), st.sampled_from(list(Avregning))
FAA = settings(max_examples=60)


def rente(
    hovedstol: int,
    forfall: date,
    til: date,
    *innbetalinger: tuple[date, int],
    day_count: Dagtelling = Dagtelling.CALENDAR_YEAR,
    allocation: Avregning = Avregning.INTEREST_FIRST,
    satser: Satser = SATSER,
) -> Renteoppgjoer:
    betalt = [Innbetaling(dato, beloep) for dato, beloep in innbetalinger]
    return beregn_rente(hovedstol, forfall, betalt, til, satser, day_count=day_count, allocation=allocation)


def test_by_hand_over_a_change_of_rate() -> None:
    # 28 days: 660 x 0.1250 x 28 / 365 = 6.3288. 32 days: 660 x 0.1225 x 32 / 365 = 7.0882. Sum 13.4170.
    assert rente(66000, date(2025, 6, 2), date(2025, 8, 1)).rente == 1342


def test_a_half_oere_goes_up() -> None:
    # 3650 x 0.10 x 1 / 365 = 1.00 exactly; half of it 0.5 øre.
    satser = Satser([Sats(Slag.FORSINKELSESRENTE, date(2025, 1, 1), Decimal("10"))])
    assert rente(3650, date(2025, 1, 2), date(2025, 1, 3), satser=satser).rente == 1
    assert rente(1825, date(2025, 1, 2), date(2025, 1, 3), satser=satser).rente == 1
    assert rente(1824, date(2025, 1, 2), date(2025, 1, 3), satser=satser).rente == 0


@pytest.mark.parametrize(
    ("betalt", "dager"),
    [
        (date(2024, 6, 14), 0),
        (date(2024, 6, 17), 0),  # the moved forfall itself
        (date(2024, 6, 18), 1),
    ],
)
def test_first_interest_day_is_the_day_after_the_moved_forfall(betalt: date, dager: int) -> None:
    lordag = date(2024, 6, 15)
    assert rente(66000, lordag, date(2024, 12, 31), (betalt, 70000)).rentedager == dager


def test_interest_bears_no_interest() -> None:
    betalt = rente(
        66000, date(2025, 1, 15), date(2025, 12, 31), (date(2025, 2, 14), 66000), allocation=Avregning.PRINCIPAL_FIRST
    )
    assert (betalt.hovedstol, betalt.rente, betalt.rentedager) == (0, 678, 30)


def test_what_is_paid_too_much_is_told() -> None:
    oppgjoer = rente(66000, date(2025, 9, 15), date(2025, 12, 31), (date(2025, 9, 1), 70000))
    assert (oppgjoer.hovedstol, oppgjoer.rente, oppgjoer.overbetalt, oppgjoer.rentedager) == (0, 0, 4000, 0)


def test_a_day_without_rate_is_an_error_only_when_it_bears_interest() -> None:
    rente(66000, date(2026, 11, 2), date(2026, 12, 31))
    with pytest.raises(MissingRate, match="forsinkelsesrente 2027-01-01"):
        rente(66000, date(2026, 11, 2), date(2027, 1, 1))
    with pytest.raises(MissingRate, match="forsinkelsesrente 2027-02-02"):
        rente(66000, date(2027, 2, 1), date(2027, 2, 2))
    with pytest.raises(MissingRate, match="forsinkelsesrente 2003-06-03"):
        rente(66000, date(2003, 6, 2), date(2004, 6, 2))
    assert rente(66000, date(2026, 11, 2), date(2028, 1, 1), (date(2026, 11, 2), 66000)).rente == 0
    assert rente(66000, date(2027, 11, 2), date(2027, 11, 2)).rente == 0


def test_a_missing_half_year_is_an_error_though_both_its_neighbours_are_known() -> None:
    satser = Satser(Sats(Slag.FORSINKELSESRENTE, date(aar, 1, 1), Decimal(10)) for aar in (2024, 2025))
    with pytest.raises(MissingRate, match="2024-07-01"):
        rente(66000, date(2024, 6, 3), date(2025, 1, 10), satser=satser)
    assert rente(66000, date(2025, 1, 2), date(2025, 1, 10), satser=satser).rentedager == 8


def test_without_any_rates_nothing_is_computed() -> None:
    with pytest.raises(MissingRate, match="2025-06-03"):
        rente(66000, date(2025, 6, 2), date(2025, 8, 1), satser=Satser([]))


def dag_for_dag(hovedstol: int, fra: date, til: date, day_count: Dagtelling) -> Fraction:
    """The same sum the slow way: one day after the other, with the rate looked up on each."""
    sum_ = Fraction(0)
    for ordenstall in range(fra.toordinal() + 1, til.toordinal() + 1):
        dag = date.fromordinal(ordenstall)
        skuddaar = date(dag.year, 12, 31).timetuple().tm_yday == 366
        aar = 366 if skuddaar and day_count is Dagtelling.CALENDAR_YEAR else 365
        sum_ += Fraction(SATSER.get(Slag.FORSINKELSESRENTE, dag)) / 100 / aar
    return hovedstol * sum_


@FAA
@given(BELOEP, DAGER, st.integers(0, 900), TELLINGER)
def test_the_table_is_the_sum_of_its_days(hovedstol: int, til: date, dager: int, day_count: Dagtelling) -> None:
    fra = max(til - timedelta(days=dager), date(2004, 1, 5))
    oppgjoer = rente(hovedstol, fra, til, day_count=day_count)
    eksakt = dag_for_dag(hovedstol, next_bankdag(fra), til, day_count)
    assert oppgjoer.rentedager == max(0, (til - next_bankdag(fra)).days)
    assert -Fraction(1, 2) <= eksakt - oppgjoer.rente < Fraction(1, 2)


@FAA
@given(BELOEP, DAGER, st.lists(st.integers(0, 800), min_size=1, max_size=4), TELLINGER)
def test_splitting_a_period_moves_the_sum_by_its_roundings_only(
    hovedstol: int, forfall: date, deler: Sequence[int], day_count: Dagtelling
) -> None:
    """A payment of nothing ends a balance period: each rounding is at most half an øre."""
    til = min(forfall + timedelta(days=1600), date(2026, 12, 31))
    delt = [(min(forfall + timedelta(days=dager), til), 0) for dager in deler]
    hel = rente(hovedstol, forfall, til, day_count=day_count)
    i_deler = rente(hovedstol, forfall, til, *delt, day_count=day_count)
    assert i_deler.rentedager == hel.rentedager
    assert 2 * abs(i_deler.rente - hel.rente) <= 2 + len(deler)


@FAA
@given(BELOEP, DAGER, st.integers(0, 400), st.integers(0, 400), TELLINGER, AVREGNINGER)
def test_more_days_never_give_less_interest(
    hovedstol: int, forfall: date, dager: int, flere: int, day_count: Dagtelling, allocation: Avregning
) -> None:
    siste = date(2026, 12, 31)
    kort, lang = (min(forfall + timedelta(days=n), siste) for n in (dager, dager + flere))
    betalt = (min(forfall + timedelta(days=30), siste), hovedstol // 3)
    foer = rente(hovedstol, forfall, kort, betalt, day_count=day_count, allocation=allocation)
    etter = rente(hovedstol, forfall, lang, betalt, day_count=day_count, allocation=allocation)
    assert foer.paaloept <= etter.paaloept
    assert foer.rentedager <= etter.rentedager


@FAA
@given(BELOEP, DAGER, st.lists(st.tuples(DAGER, st.integers(0, 200_000)), max_size=5), TELLINGER, AVREGNINGER)
def test_no_oere_is_lost(
    hovedstol: int, forfall: date, betalt: list[tuple[date, int]], day_count: Dagtelling, allocation: Avregning
) -> None:
    oppgjoer = rente(hovedstol, forfall, date(2026, 12, 31), *betalt, day_count=day_count, allocation=allocation)
    skyldt = hovedstol + oppgjoer.paaloept
    assert skyldt + oppgjoer.overbetalt == oppgjoer.utestaaende + sum(beloep for _, beloep in betalt)
    assert min(oppgjoer.hovedstol, oppgjoer.rente, oppgjoer.overbetalt) >= 0


@FAA
@given(BELOEP, DAGER, st.lists(st.tuples(DAGER, st.integers(0, 200_000)), max_size=4))
def test_paying_interest_first_never_costs_less(hovedstol: int, forfall: date, betalt: list[tuple[date, int]]) -> None:
    siste = date(2026, 12, 31)
    rente_foerst = rente(hovedstol, forfall, siste, *betalt)
    hovedstol_foerst = rente(hovedstol, forfall, siste, *betalt, allocation=Avregning.PRINCIPAL_FIRST)
    avrundinger = len(betalt) + 1
    assert rente_foerst.paaloept + avrundinger >= hovedstol_foerst.paaloept
