from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from domain.krav import Krav


def test_sum_is_hovedstol_costs_and_interest(lag_krav: Callable[..., Krav]) -> None:
    assert lag_krav(hovedstol=66000, kostnader=112750, renter=1342).sum == 180092


def test_repr_points_to_no_person(lag_krav: Callable[..., Krav]) -> None:
    krav = lag_krav(skyldner="12848547962", kjennemerke="AB11387", kid="01743908251")
    for hemmelig in ("12848547962", "AB11387", "01743908251"):
        assert hemmelig not in repr(krav)
    assert "PX1000001" in repr(krav)


@pytest.mark.parametrize(
    ("instant", "dato"),
    [
        (datetime(2025, 12, 31, 22, 59, tzinfo=UTC), date(2025, 12, 31)),
        (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_ilagt_dato_is_the_date_in_oslo(lag_krav: Callable[..., Krav], instant: datetime, dato: date) -> None:
    assert lag_krav(ilagt_tidspunkt=instant).ilagt_dato == dato
