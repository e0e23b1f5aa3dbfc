"""The agency's own deadlines."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.frister import Svar, meldefrist, proklamafrist, svarfrist
from domain.kalender import add_bankdager, add_maaneder, is_bankdag


@pytest.mark.parametrize(
    ("svar", "mottatt", "siste"),
    [
        (Svar.FORELOEPIG, date(2026, 11, 9), date(2026, 11, 23)),
        (Svar.FORELOEPIG, date(2026, 3, 23), date(2026, 4, 1)),  # Easter Monday 6 April: the Wednesday before
        (Svar.ENKELTVEDTAK, date(2026, 10, 23), date(2026, 11, 23)),
        (Svar.ENKELTVEDTAK, date(2026, 1, 31), date(2026, 2, 27)),  # 28 February 2026 is a Saturday
        (Svar.PERSONOPPLYSNINGER, date(2026, 10, 23), date(2026, 11, 20)),  # Sunday the 22nd
        (Svar.PERSONOPPLYSNINGER, date(2026, 1, 31), date(2026, 2, 27)),  # a month is shorter than 30 days
        (Svar.DOKUMENTINNSYN, date(2026, 11, 20), date(2026, 11, 25)),
        (Svar.DOKUMENTINNSYN, date(2026, 3, 31), date(2026, 4, 8)),  # Easter between
    ],
)
def test_last_working_day_for_an_answer(svar: Svar, mottatt: date, siste: date) -> None:
    assert svarfrist(svar, mottatt) == siste


def test_six_weeks_from_the_last_announcement() -> None:
    assert proklamafrist(date(2026, 10, 12)) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("margin", "siste"), [(0, date(2026, 12, 23)), (1, date(2026, 12, 22)), (5, date(2026, 12, 16))]
)
def test_a_claim_in_an_estate_is_reported_with_a_margin_of_working_days(margin: int, siste: date) -> None:
    assert proklamafrist(date(2026, 11, 11)) == date(2026, 12, 23)
    assert meldefrist(date(2026, 11, 11), margin) == siste


def test_the_margin_counts_from_the_last_working_day() -> None:
    # The deadline is Friday 25 December; the last working day is the 24th.
    assert meldefrist(date(2026, 11, 13), 0) == date(2026, 12, 24)
    assert meldefrist(date(2026, 11, 13), 1) == date(2026, 12, 23)


@pytest.mark.parametrize(
    ("dag", "antall", "ventet"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), -1, date(2026, 11, 20)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
        (date(2026, 4, 1), 2, date(2026, 4, 8)),
    ],
)
def test_working_days_are_counted_over_holidays(dag: date, antall: int, ventet: date) -> None:
    assert add_bankdager(dag, antall) == ventet


@pytest.mark.parametrize(
    ("dag", "antall", "ventet"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 7, 1), 6, date(2027, 1, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(dag: date, antall: int, ventet: date) -> None:
    assert add_maaneder(dag, antall) == ventet


@settings(max_examples=60)
@given(st.sampled_from(list(Svar)), st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 60))
def test_a_later_inquiry_never_has_an_earlier_deadline(svar: Svar, mottatt: date, dager: int) -> None:
    senere = date.fromordinal(mottatt.toordinal() + dager)
    assert svarfrist(svar, mottatt) <= svarfrist(svar, senere)
    assert is_bankdag(svarfrist(svar, mottatt))
