"""Gain and points of a proposal, worked out by hand."""

from __future__ import annotations

import pytest

from domain.gevinst import Gevinstanslag, maalt_gevinst


@pytest.mark.parametrize(
    ("anslag", "timer", "poeng"),
    [
        # 2 000 × 12 min × 0,8 = 19 200 min = 320 h; − 10 h = 310 h; 310 / 80
        (Gevinstanslag(2000, 12, 0.8, 1.0, 80, 10), 310.0, 3.875),
        # 1 200 × 10 min = 12 000 min = 200 h; − 10 h = 190 h; half believed: (100 − 10) / 120
        (Gevinstanslag(1200, 10, 1.0, 0.5, 120, 10), 190.0, 0.75),
        # 60 × 5 min = 300 min = 5 h; 20 h a year to run: (5 − 20) / 10
        (Gevinstanslag(60, 5, 1.0, 1.0, 10, 20), -15.0, -1.5),
        (Gevinstanslag(0, 5, 1.0, 1.0, 10, 0), 0.0, 0.0),
        # nobody believes it: (0 − 10) / 80
        (Gevinstanslag(2000, 12, 0.8, 0.0, 80, 10), 310.0, -0.125),
    ],
)
def test_gain_and_points(anslag: Gevinstanslag, timer: float, poeng: float) -> None:
    assert anslag.timer == pytest.approx(timer)
    assert anslag.poeng == pytest.approx(poeng)


def test_what_is_not_measured_is_no_gain_of_zero() -> None:
    assert maalt_gevinst(150, 4.0) == 10.0, "150 × 4 min = 600 min"
    assert maalt_gevinst(0, 4.0) == 0.0
    assert maalt_gevinst(150, None) is None
