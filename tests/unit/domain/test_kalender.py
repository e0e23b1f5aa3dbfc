from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kalender import is_bankdag, next_bankdag, oslo_date, previous_bankdag

# From the almanac: the days between Monday and Friday that are not working days.
ALMANAKK = {
    2024: ["01-01", "03-28", "03-29", "04-01", "05-01", "05-09", "05-17", "05-20", "12-25", "12-26"],
    2025: ["01-01", "04-17", "04-18", "04-21", "05-01", "05-29", "06-09", "12-25", "12-26"],
    2026: ["01-01", "04-02", "04-03", "04-06", "05-01", "05-14", "05-25", "12-25"],
    2027: ["01-01", "03-25", "03-26", "03-29", "05-06", "05-17"],
}
DAGER = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize("aar", ALMANAKK)
def test_working_days_of_a_year_follow_the_almanac(aar: int) -> None:
    hele_aaret = (date(aar, 1, 1) + timedelta(days=n) for n in range(366))
    stengt = [f"{dag:%m-%d}" for dag in hele_aaret if dag.year == aar and dag.weekday() < 5 and not is_bankdag(dag)]
    assert stengt == ALMANAKK[aar]


@pytest.mark.parametrize("dag", [date(2026, 12, 24), date(2026, 12, 31), date(2025, 12, 24), date(2025, 12, 31)])
def test_christmas_and_new_years_eve_are_working_days(dag: date) -> None:
    assert is_bankdag(dag)


@pytest.mark.parametrize(
    ("dag", "foer", "etter"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 21), date(2026, 11, 20), date(2026, 11, 23)),
        (date(2026, 4, 5), date(2026, 4, 1), date(2026, 4, 7)),
        (date(2027, 5, 15), date(2027, 5, 14), date(2027, 5, 18)),
        (date(2027, 1, 1), date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_nearest_working_day(dag: date, foer: date, etter: date) -> None:
    assert previous_bankdag(dag) == foer
    assert next_bankdag(dag) == etter


@given(DAGER)
def test_no_working_day_is_passed_over(dag: date) -> None:
    foer, etter = previous_bankdag(dag), next_bankdag(dag)
    assert is_bankdag(foer)
    assert is_bankdag(etter)
    mellom = [foer + timedelta(days=n) for n in range(1, (etter - foer).days)]
    assert not any(is_bankdag(d) for d in mellom)
    assert foer <= dag <= etter


@pytest.mark.parametrize(
    ("instant", "dato"),
    [
        (datetime(2025, 3, 1, 22, 59, tzinfo=UTC), date(2025, 3, 1)),
        (datetime(2025, 3, 1, 23, 0, tzinfo=UTC), date(2025, 3, 2)),
        (datetime(2025, 7, 1, 21, 59, tzinfo=UTC), date(2025, 7, 1)),
        (datetime(2025, 7, 1, 22, 0, tzinfo=UTC), date(2025, 7, 2)),
    ],
)
def test_oslo_date_follows_winter_and_summer_time(instant: datetime, dato: date) -> None:
    assert oslo_date(instant) == dato


def test_an_instant_without_zone_has_no_oslo_date() -> None:
    with pytest.raises(ValueError, match="time zone"):
        oslo_date(datetime.fromisoformat("2025-03-01T12:00:00"))
