"""What `kraftverk effect` says of a measurement."""

from __future__ import annotations

from domain.effektmaaling import Forskjell, Gruppe
from kraftverk.effect import _difference, _group


def test_a_group() -> None:
    assert _group(Gruppe(70, 56), 14) == "70 krav, 56 paid within 14 days (80.0%)"
    assert _group(Gruppe(0, 0), 14) == "0 krav, 0 paid within 14 days"


def test_a_difference() -> None:
    told = _difference(Forskjell(0.2, 0.0524, 0.3339))
    assert told == "+20.0 percentage points (95 % interval +5.2 to +33.4)"
    assert _difference(Forskjell(-0.01, -0.03, 0.012)).startswith("-1.0 percentage points (95 % interval -3.0 to +1.2")
    assert _difference(None) == "ikke målt: that takes 50 krav in each group"
