from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alder import age, is_mindreaarig


@pytest.mark.parametrize(
    ("foedt", "on", "alder"),
    [
        (date(2008, 11, 23), date(2026, 11, 22), 17),
        (date(2008, 11, 23), date(2026, 11, 23), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2004, 2, 29), date(2024, 2, 28), 19),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (date(2026, 11, 23), date(2026, 11, 23), 0),
    ],
)
def test_a_year_is_reached_when_the_birthday_begins(foedt: date, on: date, alder: int) -> None:
    assert age(foedt, on) == alder
    assert is_mindreaarig(foedt, on) is (alder < 18)


def test_nobody_has_an_age_before_the_birth() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        age(date(2026, 11, 23), date(2026, 11, 22))


@given(st.dates(date(1920, 1, 1), date(2020, 1, 1)), st.integers(0, 40000))
def test_age_never_falls_from_one_day_to_the_next(foedt: date, dager: int) -> None:
    dag = date.fromordinal(foedt.toordinal() + dager)
    neste = date.fromordinal(dag.toordinal() + 1)
    assert 0 <= age(foedt, neste) - age(foedt, dag) <= 1
