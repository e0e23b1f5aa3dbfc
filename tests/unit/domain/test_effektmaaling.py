"""The difference of two shares, against Newcombe's own examples and by what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.effektmaaling import MINST, Gruppe, maal_forskjell

ROUNDING = 1e-12


def test_newcombes_own_example() -> None:
    """Statistics in Medicine 17 (1998) 873-890, table II, (a) 56/70 - 48/80, method 10."""
    forskjell = maal_forskjell(Gruppe(70, 56), Gruppe(80, 48))
    assert forskjell is not None
    assert forskjell.punkt == pytest.approx(0.2)
    assert forskjell.nedre == pytest.approx(0.0524, abs=5e-5)
    assert forskjell.oevre == pytest.approx(0.3339, abs=5e-5)


@pytest.mark.parametrize(("varslet", "holdt"), [(MINST - 1, MINST), (MINST, MINST - 1), (0, 0), (100_000, 0)])
def test_small_groups_say_nothing(varslet: int, holdt: int) -> None:
    assert maal_forskjell(Gruppe(varslet, 0), Gruppe(holdt, 0)) is None


def test_groups_that_are_just_large_enough() -> None:
    assert maal_forskjell(Gruppe(MINST, 0), Gruppe(MINST, MINST)) is not None


groups = st.integers(MINST, 5_000).flatmap(lambda n: st.builds(Gruppe, st.just(n), st.integers(0, n)))


@given(groups, groups)
def test_the_interval_holds_the_difference_and_stays_between_all_and_nothing(a: Gruppe, b: Gruppe) -> None:
    there, back = maal_forskjell(a, b), maal_forskjell(b, a)
    assert there is not None
    assert back is not None
    assert -1 - ROUNDING <= there.nedre <= there.punkt <= there.oevre <= 1 + ROUNDING
    assert back.nedre == pytest.approx(-there.oevre)
    assert back.oevre == pytest.approx(-there.nedre)


def test_nobody_pays_who_is_not_there() -> None:
    assert Gruppe(0, 0).andel is None
    assert Gruppe(4, 1).andel == 0.25
    with pytest.raises(ValueError, match="more have paid"):
        Gruppe(1, 2)
