from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.oere import format_oere, parse_oere


@pytest.mark.parametrize(
    ("tekst", "oere"),
    [("1127.50", 112750), ("0.00", 0), ("0.05", 5), ("38.00", 3800), ("1000000.01", 100000001)],
)
def test_amounts_are_whole_oere(tekst: str, oere: int) -> None:
    assert parse_oere(tekst) == oere
    assert format_oere(oere) == tekst


@pytest.mark.parametrize(
    "tekst",
    [
        "",
        "1127",
        "1127.5",
        "1127.500",
        "1127,50",
        "1 127.50",
        "-1.00",
        "+1.00",
        "01.00",
        ".50",
        "1.00\n",
        "１.00",
        "1e2",
    ],
)
def test_anything_else_is_refused(tekst: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_oere(tekst)


def test_error_does_not_repeat_what_stood_in_a_slipped_column() -> None:
    with pytest.raises(ValueError, match="not an amount") as feil:
        parse_oere("12848547962")
    assert "12848547962" not in str(feil.value)


def test_a_negative_amount_is_not_written() -> None:
    with pytest.raises(ValueError, match="negative"):
        format_oere(-1)


@given(st.integers(min_value=0, max_value=10**15))
def test_round_trip(oere: int) -> None:
    assert parse_oere(format_oere(oere)) == oere
