"""Items of workers that went silent."""

from __future__ import annotations

import pytest

from tests.unit.hub.behaviours.attempts import settled
from tests.unit.hub.behaviours.house import KARI, QUEUE, House


def lose(house: House, *, started: bool = False, done: bool = False, plan: bool = True, system: str = "WORLD") -> float:
    """Item 1 is claimed, comes as far as said, and its worker goes silent. Returns when its lease ended."""
    claims = house.claims()
    held = house.claim(claims)
    if plan:
        claims.write_steps(held, house.plan_steps("move:K1", started=started, done=done, system=system))
    house.expire(1)
    return float(house.item().lease_until)


@pytest.mark.parametrize("plan", [False, True])
def test_nothing_begun_is_ready_at_once_in_its_own_place(house: House, plan: bool) -> None:
    house.queue("K1", "K2")
    lose(house, plan=plan)
    assert house.take_back(WORLD=60.0) == 1
    row = house.item()
    assert (row.state, row.spent, row.lease_until, row.holder) == ("ready", 1, None, None)
    attempt = house.rows("attempt")[0]
    assert attempt.outcome == "lost"
    assert attempt.ended_at is not None
    assert house.claim().item.id == 1


def test_a_started_effect_rests_until_it_can_be_looked_at(house: House) -> None:
    house.queue("K1")
    ended = lose(house, started=True)
    house.take_back(WORLD=3000.0)
    row = house.item()
    assert row.state == "deferred"
    assert row.ready_at == pytest.approx(ended + 3000.0)
    assert house.try_claim() is None


def test_what_was_begun_and_is_in_no_doubt_does_not_rest(house: House) -> None:
    house.queue("K1")
    ended = lose(house, started=True, done=True)
    house.take_back(WORLD=3000.0)
    assert house.item().ready_at == pytest.approx(ended)
    assert house.claim().item.id == 1


@pytest.mark.parametrize(("system", "rests"), [("WORLD", 60.0), ("SLOW", 3000.0), ("NEVER NAMED", 3000.0)])
def test_it_rests_as_long_as_its_own_system_takes(house: House, system: str, rests: float) -> None:
    house.queue("K1")
    ended = lose(house, started=True, system=system)
    house.take_back(WORLD=60.0, SLOW=3000.0)
    assert house.item().ready_at == pytest.approx(ended + rests), "one that nobody has named may be the slowest"


def test_a_person_who_decides_quickly_does_not_shorten_the_wait(house: House) -> None:
    house.queue("K1")
    house.sql("UPDATE work_item SET spent = 4")
    ended = lose(house, started=True)
    house.take_back(WORLD=3000.0)
    assert house.item().waiting_kind == "uncertain"
    house.people.settle(1, False, KARI, "not there")
    assert house.item().state == "ready"
    assert house.item().ready_at == pytest.approx(ended + 3000.0)
    assert house.try_claim() is None


def test_a_lease_that_lasts_is_left_alone(house: House) -> None:
    house.queue("K1")
    house.claim()
    assert house.take_back() == 0
    assert house.item().state == "running"


def test_only_the_queue_asked_for_is_tended(house: House) -> None:
    house.queue("K1")
    lose(house)
    assert house.items.take_back("another queue", house.policy) == 0
    assert house.items.take_back(QUEUE, house.policy) == 1


@pytest.mark.parametrize(
    ("started", "done", "kind"),
    [(False, False, "system"), (True, False, "uncertain"), (True, True, "system")],
)
def test_attempts_used_up(house: House, started: bool, done: bool, kind: str) -> None:
    """Uncertain only when an effect may or may not have happened."""
    house.queue("K1")
    for _ in range(house.policy.retry.max_attempts):
        assert house.item().state in ("ready", "deferred")
        lose(house, started=started, done=done, plan=house.kinds() == [])
        house.take_back()
    row = house.item()
    assert (row.state, row.waiting_kind, row.reason) == ("waiting", kind, "WORKER_LOST")


def test_an_undone_effect_is_not_begun(house: House) -> None:
    house.queue("K1")
    lose(house, started=True)
    house.sql(
        "INSERT INTO step (item_id, seq, attempt, kind, key, data, at) VALUES (1, 3, 1, 'undone', 'move:K1', '{}', 0)"
    )
    house.take_back(WORLD=3000.0)
    assert house.item().state == "ready"


def test_a_new_plan_forgets_what_was_begun_under_the_old(house: House) -> None:
    house.queue("K1")
    claims = house.claims()
    held = house.claim(claims)
    claims.write_steps(held, house.plan_steps("move:K1", started=True))
    claims.write_steps(held, house.plan_steps("move:K1"))
    house.expire(1)
    house.take_back(WORLD=3000.0)
    assert house.item().state == "ready"


async def test_an_item_that_was_lost_is_carried_out_by_another(house: House) -> None:
    house.queue("K1")
    lose(house, plan=False)
    assert await house.drain() == {"completed": 1}
    settled(house, "K1")
