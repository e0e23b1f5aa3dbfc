"""The knobs, without a server."""

from __future__ import annotations

import pytest

from sandbox.faults import DEFAULTS, FaultError, Faults


def series(faults: Faults, system: str = "PAX", knob: str = "drop") -> list[bool]:
    return [faults.hits(system, knob) for _draw in range(200)]


def test_a_knob_never_turned_never_hits() -> None:
    assert not any(series(Faults(1)))


@pytest.mark.parametrize(("rate", "least", "most"), [(0, 0, 0), (0.25, 30, 70), (1, 200, 200)])
def test_a_rate_is_a_share_of_the_calls(rate: float, least: int, most: int) -> None:
    faults = Faults(1)
    faults.set("PAX", "drop", rate)
    assert least <= sum(series(faults)) <= most


def test_a_run_repeats_and_another_seed_does_not() -> None:
    drawn = []
    for seed in (1, 1, 2):
        faults = Faults(seed)
        faults.set("PAX", "drop", 0.5)
        drawn.append(series(faults))
    assert drawn[0] == drawn[1] != drawn[2]


def test_other_knobs_and_systems_do_not_disturb_a_series() -> None:
    alone, together = Faults(1), Faults(1)
    alone.set("PAX", "drop", 0.5)
    together.set("*", "drop", 0.5)
    together.set("PAX", "server_error", 0.5)
    mixed = []
    for _draw in range(200):
        together.hits("PILEN", "drop")
        together.hits("PAX", "server_error")
        mixed.append(together.hits("PAX", "drop"))
    assert mixed == series(alone)


def test_times_bounds_the_hits_and_they_are_counted() -> None:
    faults = Faults(1)
    faults.set("PAX", "drop", 1, times=3)
    assert series(faults) == [True] * 3 + [False] * 197
    assert faults.describe() == [{"system": "PAX", "knob": "drop", "rate": 1.0, "hits": 3}]
    faults.clear()
    assert faults.describe() == []


def test_parameters_are_the_knobs_own_or_the_usual() -> None:
    faults = Faults(1)
    assert faults.milliseconds("PAX", "saves_late", "saves_late_ms") == DEFAULTS["saves_late_ms"] == 1500
    faults.set("PAX", "saves_late", 1, saves_late_ms=40)
    assert faults.milliseconds("PAX", "saves_late", "saves_late_ms") == 40
    assert faults.milliseconds("PILEN", "saves_late", "saves_late_ms") == 1500


@pytest.mark.parametrize(
    ("system", "knob", "rate"),
    [("PAX", "burn", 1), ("pax", "drop", 1), ("PILEN", "maintenance", 1), ("PAX", "drop", 1.01), ("PAX", "drop", -1)],
)
def test_nonsense_is_refused_and_nothing_is_turned(system: str, knob: str, rate: float) -> None:
    faults = Faults(1)
    with pytest.raises(FaultError):
        faults.set(system, knob, rate)
    assert faults.describe() == []
