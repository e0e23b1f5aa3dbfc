"""A rate is looked up on its day; a day without one is an error, never the previous value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.errors import BusinessException
from domain.sats import MissingRate, Sats, Slag
from domain.satser import Satser


@pytest.mark.parametrize(
    ("dag", "prosent"),
    [
        (date(2004, 1, 1), "9.25"),
        (date(2025, 6, 30), "12.50"),
        (date(2025, 7, 1), "12.25"),
        (date(2025, 12, 31), "12.25"),
        (date(2026, 1, 1), "12.00"),
        (date(2026, 12, 31), "12.25"),
    ],
)
def test_late_interest_follows_the_half_years(satser: Satser, dag: date, prosent: str) -> None:
    assert satser.get(Slag.FORSINKELSESRENTE, dag) == Decimal(prosent)


@pytest.mark.parametrize(
    ("slag", "siste_dag"),
    [
        (Slag.FORSINKELSESRENTE, date(2026, 12, 31)),
        (Slag.STANDARDKOMPENSASJON, date(2026, 12, 31)),
        (Slag.RETTSGEBYR, date(2026, 12, 31)),
        (Slag.LIVSOPPHOLD_ENSLIG, date(2026, 6, 30)),
        (Slag.KONTROLLSANKSJON_NORMAL, date(2026, 12, 31)),
    ],
)
def test_what_is_set_at_fixed_times_ends_by_itself(satser: Satser, slag: Slag, siste_dag: date) -> None:
    satser.get(slag, siste_dag)
    dagen_etter = date.fromordinal(siste_dag.toordinal() + 1)
    with pytest.raises(MissingRate) as mangler:
        satser.get(slag, dagen_etter)
    assert (mangler.value.slag, mangler.value.dato) == (slag, dagen_etter)


def test_what_is_in_force_until_changed_goes_on(satser: Satser) -> None:
    assert satser.get_beloep(Slag.INKASSOSATS, date(2018, 6, 1)) == 70000
    assert satser.get_beloep(Slag.INKASSOSATS, date(2025, 12, 31)) == 70000
    assert satser.get_beloep(Slag.INKASSOSATS, date(2026, 1, 1)) == 75000
    assert satser.get_beloep(Slag.PARKERINGSGEBYR, date(2026, 11, 23)) == 90000


@pytest.mark.parametrize("slag", [Slag.FORSINKELSESRENTE, Slag.INKASSOSATS, Slag.PURREGEBYR])
def test_before_the_first_row_there_is_no_rate(satser: Satser, slag: Slag) -> None:
    with pytest.raises(MissingRate):
        satser.get(slag, date(2003, 12, 31))


def test_a_missing_half_year_in_the_middle_is_no_rate() -> None:
    satser = Satser(
        [
            Sats(Slag.FORSINKELSESRENTE, date(2025, 1, 1), Decimal("12.50")),
            Sats(Slag.FORSINKELSESRENTE, date(2026, 1, 1), Decimal("12.00")),
        ]
    )
    with pytest.raises(MissingRate, match="RATE_MISSING: forsinkelsesrente 2025-07-01"):
        satser.get(Slag.FORSINKELSESRENTE, date(2025, 7, 1))


def test_a_missing_rate_is_for_a_person_to_settle() -> None:
    mangler = MissingRate(Slag.FORSINKELSESRENTE, date(2027, 1, 1))
    assert isinstance(mangler, BusinessException)
    assert mangler.code == "RATE_MISSING"


@pytest.mark.parametrize(
    ("kroner", "faktor"),
    [(1, "0.25"), (500, "0.25"), (501, "0.35"), (1000, "0.35"), (1001, "0.4"), (250_000, "3.6"), (250_001, "7.2")],
)
def test_a_step_reaches_up_to_and_including_its_limit(satser: Satser, kroner: int, faktor: str) -> None:
    assert satser.get_trinn(Slag.INKASSOSALAER, date(2020, 10, 1), kroner * 100) == Decimal(faktor)


def test_steps_before_october_2020(satser: Satser) -> None:
    dagen_foer = date(2020, 9, 30)
    assert satser.get_trinn(Slag.INKASSOSALAER, dagen_foer, 2500_00) == Decimal("0.5")
    assert satser.get_trinn(Slag.INKASSOSALAER, dagen_foer, 2500_01) == 1
    assert satser.get_trinn(Slag.INKASSOSALAER, dagen_foer, 250_000_01) == 8
