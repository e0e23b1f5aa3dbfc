"""The lease and its number: who holds an item no longer writes nothing more of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.clock import steady
from hub.lease import Fence, LeaseKeeper
from hub.states import State
from hub.storage.claims import Claims, LeaseLost, LeaseShort, Outcome, StepEntry
from tests.unit.hub.behaviours.house import House
from tests.unit.hub.behaviours.waiting import until

DONE = Outcome(State.COMPLETED, "complete", result="MOVED", spent=True)
PLAN = StepEntry("started", "move:K1")


def test_an_old_lease_number_writes_nothing(house: House) -> None:
    house.queue("K1")
    claims = house.claims()
    old = house.claim(claims)
    house.expire(1)
    house.take_back()
    new = house.claim(house.claims(), "another")
    assert new.lease_no > old.lease_no
    with pytest.raises(LeaseLost):
        claims.write_steps(old, [PLAN])
    with pytest.raises(LeaseLost):
        house.finish(claims, old, DONE)
    assert not claims.renew(1, old.lease_no)
    assert house.kinds() == []
    assert (house.item().state, house.item().holder) == ("running", "another")
    assert claims.renew(1, new.lease_no)


def test_a_lease_that_has_run_out_writes_nothing_although_nobody_took_the_item(house: House) -> None:
    house.queue("K1")
    claims = house.claims()
    held = house.claim(claims)
    house.expire(1)
    with pytest.raises(LeaseLost):
        claims.write_steps(held, [PLAN])
    with pytest.raises(LeaseLost):
        house.finish(claims, held, DONE)
    assert not claims.renew(1, held.lease_no), "a lease that has run out is never brought back"
    assert house.kinds() == []


def test_steps_are_written_all_or_none(house: House) -> None:
    house.queue("K1")
    claims = house.claims()
    held = house.claim(claims)
    with pytest.raises(Exception, match="kind"):
        claims.write_steps(held, [PLAN, StepEntry("nonsense", "x")])
    assert house.kinds() == []
    claims.write_steps(held, [PLAN, StepEntry("done", "move:K1")])
    assert house.kinds() == ["started", "done"]


def test_an_act_does_not_begin_on_too_short_a_lease(house: House) -> None:
    house.queue("K1")
    claims = house.claims(lease=4.0)
    held = house.claim(claims)
    with pytest.raises(LeaseShort):
        claims.write_steps(held, [PLAN], margin=5.0)
    assert house.kinds() == []
    claims.write_steps(held, [PLAN], margin=1.0)
    assert house.kinds() == ["started"]


def test_the_fence_counts_from_before_the_claim_was_asked_for(house: House) -> None:
    house.queue("K1")
    asked = steady()
    held = house.claim()
    assert asked <= held.since <= steady()
    fence = Fence(held, 20.0, 600.0)
    assert fence.left <= 20.0 - (steady() - held.since)
    fence.check()
    stopped_since = replace(held, since=held.since - 20.0)
    with pytest.raises(LeaseLost):
        Fence(stopped_since, 20.0, 600.0).check()


def test_a_lease_is_renewed_while_its_item_is_held_and_not_after(house: House) -> None:
    house.queue("K1")
    with LeaseKeeper(lambda: Claims(house.database, house.chain, 1.0), 1.0) as keeper:
        held = house.claim(house.claims(lease=1.0))
        ends = house.item().lease_until
        with keeper.holding(held, 600.0) as fence:
            until(lambda: house.item().lease_until > ends + 1.0, "held for longer than a lease")
            fence.check()
        until(lambda: house.take_back() == 1, "taken back when it is no longer held")


def test_an_attempt_that_hangs_is_not_kept_alive_past_its_limit(house: House) -> None:
    house.queue("K1")
    with LeaseKeeper(lambda: Claims(house.database, house.chain, 1.0), 1.0) as keeper:
        held = house.claim(house.claims(lease=1.0))
        with keeper.holding(held, 0.2) as fence:
            until(lambda: fence.left <= 0, "the lease runs out")
            until(lambda: house.take_back() == 1, "and is taken back")


def test_a_fence_falls_when_somebody_else_has_the_item(house: House) -> None:
    house.queue("K1")
    with LeaseKeeper(lambda: Claims(house.database, house.chain, 3.0), 3.0) as keeper:
        held = house.claim(house.claims(lease=3.0))
        with keeper.holding(held, 600.0) as fence:
            house.sql("UPDATE work_item SET lease_no = lease_no + 1")
            until(lambda: fence.left <= 0, "the fence falls at the next renewal, before the lease ends")
        assert house.item().lease_until is not None
