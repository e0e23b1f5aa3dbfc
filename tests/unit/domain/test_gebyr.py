"""Parkeringsgebyr, piggdekkgebyr and kontrollsanksjon when nobody pays."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.gebyr import Gebyroppgjoer, Regime, beregn_gebyr, betalingsfrist, regime, tillegg
from domain.krav import Kravtype
from domain.rente import Avregning, Innbetaling
from domain.rentetabell import Dagtelling
from domain.satser import Satser

GEBYR, PIGGDEKK, SANKSJON = Kravtype.PARKERINGSGEBYR, Kravtype.PIGGDEKKGEBYR, Kravtype.KONTROLLSANKSJON
FRIST = date(2024, 3, 22)


@pytest.mark.parametrize(
    ("kravtype", "ilagt", "ventet"),
    [
        (GEBYR, date(2025, 12, 31), Regime.PRE2026),
        (GEBYR, date(2026, 1, 1), Regime.RENTE2026),
        (PIGGDEKK, date(2025, 12, 31), Regime.PRE2026),
        (PIGGDEKK, date(2026, 1, 1), Regime.RENTE2026),
        (SANKSJON, date(2025, 12, 31), Regime.INKASSO),
        (SANKSJON, date(2026, 1, 1), Regime.INKASSO),
        (Kravtype.BARNEHAGE, date(2024, 1, 1), Regime.INKASSO),
    ],
)
def test_the_rules_change_with_the_day_of_ileggelse(kravtype: Kravtype, ilagt: date, ventet: Regime) -> None:
    assert regime(kravtype, ilagt) is ventet


@pytest.mark.parametrize(
    ("ilagt", "frist"),
    [
        (date(2024, 3, 1), FRIST),
        (date(2024, 6, 1), date(2024, 6, 24)),  # Saturday 22 June
        (date(2026, 3, 12), date(2026, 4, 7)),  # Maundy Thursday 2 April, past Easter
    ],
)
def test_three_weeks_and_then_the_next_working_day(ilagt: date, frist: date) -> None:
    assert betalingsfrist(ilagt) == frist


@pytest.mark.parametrize(
    ("betalt", "on", "oere"),
    [
        ([], FRIST, 0),  # the last day has not passed
        ([], date(2024, 3, 23), 45000),
        ([(FRIST, 90000)], date(2024, 4, 1), 0),
        ([(FRIST, 89999)], date(2024, 4, 1), 45000),  # of the whole gebyr
        ([(date(2024, 3, 10), 40000), (FRIST, 50000)], date(2024, 4, 1), 0),
        ([(date(2024, 3, 23), 90000)], date(2024, 4, 1), 45000),
    ],
)
def test_half_of_it_is_added_when_it_is_not_paid_in_full_in_time(
    betalt: list[tuple[date, int]], on: date, oere: int
) -> None:
    assert tillegg(90000, FRIST, [Innbetaling(*en) for en in betalt], on) == oere


def oppgjoer(
    satser: Satser, kravtype: Kravtype, ilagt: date, on: date, *betalt: tuple[date, int], paaklaget: bool = False
) -> Gebyroppgjoer:
    return beregn_gebyr(
        kravtype,
        ilagt,
        90000,
        [Innbetaling(*en) for en in betalt],
        on,
        satser,
        paaklaget=paaklaget,
        day_count=Dagtelling.CALENDAR_YEAR,
        allocation=Avregning.PRINCIPAL_FIRST,
    )


@pytest.mark.parametrize("paaklaget", [True, False])
def test_a_complaint_stops_neither_increase_nor_interest_on_a_gebyr(satser: Satser, paaklaget: bool) -> None:
    gammelt = oppgjoer(satser, GEBYR, date(2024, 5, 13), date(2024, 6, 10), paaklaget=paaklaget)
    assert (gammelt.tillegg, gammelt.rente, gammelt.utestaaende) == (45000, 0, 135000)
    nytt = oppgjoer(satser, GEBYR, date(2026, 1, 1), date(2026, 2, 20), paaklaget=paaklaget)
    # 29 days: 900 x 0.12 x 29 / 365 = 8.5808
    assert (nytt.tillegg, nytt.rente, nytt.utestaaende) == (0, 858, 90858)
    assert (gammelt.inkassokostnader, nytt.inkassokostnader) == (False, False)


def test_a_complaint_on_a_kontrollsanksjon_stops_interest_and_inkasso(satser: Satser) -> None:
    betalt = (date(2024, 4, 2), 10000)
    paaklaget = oppgjoer(satser, SANKSJON, date(2024, 3, 1), date(2024, 4, 15), betalt, paaklaget=True)
    assert (paaklaget.rente, paaklaget.inkassokostnader, paaklaget.utestaaende) == (0, False, 80000)
    uten_klage = oppgjoer(satser, SANKSJON, date(2024, 3, 1), date(2024, 4, 15))
    # 24 days: 900 x 0.125 x 24 / 366 = 7.3770
    assert (uten_klage.rente, uten_klage.inkassokostnader, uten_klage.utestaaende) == (738, True, 90738)


def test_what_is_paid_after_the_day_is_not_counted_and_nothing_is_owed_below_zero(satser: Satser) -> None:
    for_mye = oppgjoer(satser, GEBYR, date(2024, 3, 1), date(2024, 3, 20), (date(2024, 3, 10), 100000))
    assert for_mye.utestaaende == 0
    senere = oppgjoer(satser, GEBYR, date(2024, 3, 1), date(2024, 3, 20), (date(2024, 3, 21), 90000))
    assert senere.utestaaende == 90000


@settings(max_examples=50)
@given(st.integers(1, 10**7), st.dates(date(2017, 1, 1), date(2025, 12, 31)), st.integers(0, 400))
def test_the_increase_comes_once_and_stays(beloep: int, ilagt: date, dager: int) -> None:
    frist = betalingsfrist(ilagt)
    etter = date.fromordinal(frist.toordinal() + 1 + dager)
    assert tillegg(beloep, frist, [], frist) == 0
    assert tillegg(beloep, frist, [], etter) == (beloep + 1) // 2
