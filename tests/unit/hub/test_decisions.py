"""The pure decisions of the hub, as tables."""

from __future__ import annotations

import json
from datetime import date, time

import pytest

from domain.errors import LoginRejected, SystemException
from hub.audit import Chain
from hub.automation import Effect, Plan
from hub.breaker import Failures
from hub.policy import Policy
from hub.retry import RetryPolicy, delay, free_delay, spends_attempt
from hub.storage.ledger import replay
from hub.target import TargetSpec
from hub.volume import exceeded

PLAN = Plan("MOVED", ("K1", "K2"), date(2026, 11, 23), (Effect("a", "PAX", {}, {}), Effect("b", "PAX", {}, {})))


@pytest.mark.parametrize(
    ("spent", "jitter", "seconds"),
    [(1, 0.5, 5.0), (2, 0.5, 15.0), (3, 0.5, 45.0), (4, 0.0, 101.25), (4, 1.0, 168.75), (9, 0.5, 900.0), (0, 0.5, 5.0)],
)
def test_back_off(spent: int, jitter: float, seconds: float) -> None:
    assert delay(RetryPolicy(), spent, jitter) == pytest.approx(seconds)


@pytest.mark.parametrize(("free", "seconds"), [(1, 5.0), (2, 10.0), (7, 320.0), (8, 600.0), (5_000, 600.0)])
def test_an_item_that_pays_nothing_stays_away_longer_each_time(free: int, seconds: float) -> None:
    assert free_delay(RetryPolicy(), free) == seconds


@pytest.mark.parametrize(
    ("phase", "begun", "spends"),
    [
        ("connect", False, False),
        ("auth", False, False),
        ("unavailable", False, False),
        ("send", False, True),
        ("answer", False, True),
        ("parse", False, True),
        ("verify", False, True),
        ("connect", True, True),
        ("unavailable", True, True),
    ],
)
def test_what_an_attempt_costs(phase: str, begun: bool, spends: bool) -> None:
    assert spends_attempt(SystemException("PAX", phase, "x"), begun) is spends  # type: ignore[arg-type]


def test_a_refused_login_is_of_the_phase_that_costs_nothing() -> None:
    assert not spends_attempt(LoginRejected("PAX", "x"), effect_begun=False)


@pytest.mark.parametrize(
    ("items", "opens"),
    [
        ([1, 2, 3, 4], False),
        ([1, 2, 3, 4, 5], True),
        ([1, 1, 1, 2, 3], True),
        ([1, 2, 1, 2, 1, 2, 1], False),
        ([1] * 50, False),
        ([None] * 4, False),
        ([None] * 5, True),
        ([1, 1, None, None, 1], True),
    ],
)
def test_when_a_breaker_opens(items: list[int | None], opens: bool) -> None:
    failures = Failures()
    for item in items:
        failures = failures.add(item)
    assert failures.opens is opens


@pytest.mark.parametrize(
    ("opens", "closes", "at", "is_open"),
    [
        ("06:00", "20:00", "06:00", True),
        ("06:00", "20:00", "20:00", True),
        ("06:00", "20:00", "05:59", False),
        ("06:00", "20:00", "20:01", False),
        ("22:00", "05:00", "23:30", True),
        ("22:00", "05:00", "04:59", True),
        ("22:00", "05:00", "12:00", False),
    ],
)
def test_hours(opens: str, closes: str, at: str, is_open: bool) -> None:
    spec = TargetSpec("PAX", ("PAX",), (), time.fromisoformat(opens), time.fromisoformat(closes))
    assert spec.is_open(time.fromisoformat(at)) is is_open


def test_a_system_without_hours_is_always_open() -> None:
    spec = TargetSpec("PILEN", ("PILEN",))
    assert all(spec.is_open(time(hour, minute)) for hour in range(24) for minute in (0, 59))


@pytest.mark.parametrize(
    ("effects", "limit", "earlier", "why"),
    [
        (100, 100, [], None),
        (101, 100, [], "101 endringer funnet, grensen er 100"),
        (90, 100, [1, 1], None),
        (90, 100, [20, 40, 30], None),
        (91, 100, [20, 40, 30], "91 endringer funnet, mer enn 3 ganger det vanlige (30)"),
        (91, 100, [1000, 30, 20, 40, 30], "91 endringer funnet, mer enn 3 ganger det vanlige (30)"),
        (0, 0, [5, 5, 5], None),
        (25, 100, [1, 1, 1], None),
        (26, 100, [1, 1, 1], "26 endringer funnet, mer enn 3 ganger det vanlige (1)"),
    ],
)
def test_when_the_volume_guard_stops(effects: int, limit: int, earlier: list[int], why: str | None) -> None:
    assert exceeded(effects, limit, earlier) == why


def test_an_act_must_fit_in_its_lease() -> None:
    with pytest.raises(ValueError, match=r"lease \(10 s\) must be longer than act_limit \(10 s\)"):
        Policy(lease=10.0, act_limit=10.0)


@pytest.mark.parametrize(
    ("entries", "begun", "still_open", "done"),
    [
        ("", False, set(), set()),
        ("plan", False, set(), set()),
        ("plan started:a", True, {"a"}, set()),
        ("plan started:a started:b done:a", True, {"b"}, {"a"}),
        ("plan started:a done:a", True, set(), {"a"}),
        ("plan done:a", True, set(), {"a"}),
        ("plan started:a undone:a", False, set(), set()),
        ("plan started:a done:a undone:a", False, set(), set()),
        ("plan started:a undone:a started:a", True, {"a"}, set()),
        ("plan started:a done:a plan", False, set(), set()),
        ("plan decision:ESTATE", False, set(), set()),
        ("plan started:a decision:SUM_DIFFERS", True, {"a"}, set()),
    ],
)
def test_what_the_ledger_says(entries: str, begun: bool, still_open: set[str], done: set[str]) -> None:
    words = (entry.partition(":") for entry in entries.split())
    ledger = replay((kind, key, PLAN.to_json() if kind == "plan" else "{}") for kind, _, key in words)
    assert (ledger.begun, ledger.open, set(ledger.done)) == (begun, still_open, done)
    assert (ledger.plan == PLAN) is ("plan" in entries)


def test_a_plan_is_stored_and_read_back_as_it_was() -> None:
    whole = Plan(
        "MERGED",
        ("K1",),
        date(2026, 11, 23),
        (Effect("merge:K1", "PAX", {"saksnr": "S1"}, {"saksnr": "S2"}, "Flytt K1 tilbake til sak S1."),),
        {"maalsak": "S2", "sum_oere": 112750, "navn": "blåbærsyltetøy"},
        ("MERGE-1",),
        {"policy": "standard-1"},
        "abc",
    )
    assert Plan.from_json(whole.to_json()) == whole


def test_a_plan_of_a_newer_version_can_be_read() -> None:
    newer = json.loads(PLAN.to_json()) | {"approved_by": "kari"}
    newer["effects"][0]["reversible"] = True
    assert Plan.from_json(json.dumps(newer)) == PLAN


def test_a_link_holds_for_its_own_place_only() -> None:
    chain = Chain(b"key")
    link = chain.link(1, 2, "before", {"action": "claim"})
    assert chain.holds(1, 2, "before", link.digest, link.chain)
    assert not chain.holds(2, 2, "before", link.digest, link.chain)
    assert not chain.holds(1, 3, "before", link.digest, link.chain)
    assert not chain.holds(1, 2, "", link.digest, link.chain)
    assert not Chain(b"other").holds(1, 2, "before", link.digest, link.chain)
    assert chain.link(1, 2, "before", {"action": "claim"}).digest != link.digest, "the salt hides what is easy to guess"
