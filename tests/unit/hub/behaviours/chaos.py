"""Whatever goes wrong, in whatever order: an item is never lost, and an effect never happens twice."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import SystemException
from hub.automation import Look
from hub.policy import Policy
from hub.retry import RetryPolicy
from hub.storage import ledger
from hub.storage.database import Database
from hub.storage.proof import prove
from tests.unit.hub.behaviours.house import KARI, House
from tests.unit.hub.fake_world import Fault, arbeid

GROUPS = (("K1", "K2", "K3"), ("K4",), ("K5", "K6"))


class Killed(BaseException):
    """The worker is gone; nothing of it gets to say goodbye."""


OF_TECHNIQUE = st.sampled_from(["connect", "unavailable", "send", "answer", "parse"]).map(
    lambda phase: SystemException("WORLD", phase, "a fault")  # type: ignore[arg-type]
)
OFTEN_WELL = st.none() | st.none()
ANY = OFTEN_WELL | OF_TECHNIQUE | st.builds(Killed) | st.builds(RuntimeError)
SAVE = OFTEN_WELL | OF_TECHNIQUE | st.sampled_from([fault for fault in Fault if fault is not Fault.HANGS])
FAULTS = st.fixed_dictionaries(
    {
        "prepare_faults": st.lists(OFTEN_WELL | st.builds(Killed), max_size=4),
        "plan_faults": st.lists(ANY, max_size=8),
        "look_faults": st.lists(ANY | st.just(Look.UNKNOWN), max_size=8),
        "save_faults": st.lists(SAVE, max_size=12),
        "verify_faults": st.lists(ANY, max_size=8),
    }
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=FAULTS, separately=st.booleans(), lanes=st.integers(1, 3))
def test_never_lost_and_never_twice(
    new_database: Callable[[], Database], faults: dict[str, list[Any]], separately: bool, lanes: int
) -> None:
    with tempfile.TemporaryDirectory() as evidence:
        house = House(new_database(), Path(evidence))
        hurry = RetryPolicy(3, backoff=0.0, free_wait=0.0)
        # under_way: what may have been saved late is not looked at before we let time pass
        house.policy = Policy(lease=20.0, act_limit=5.0, under_way={"WORLD": 3000.0}, breaker_pause=0.0, retry=hurry)
        house.automation.separately = separately
        house.world.krav = {nr: "old" for group in GROUPS for nr in group}
        for name, met in faults.items():
            setattr(house.world, name, list(met))
        house.find(*(arbeid(*group) for group in GROUPS))
        for _ in range(40):
            run(house, lanes)
            assert len(house.rows("work_item")) == len(GROUPS)
            assert max(house.world.effects.values(), default=0) <= 1, "an effect happened twice"
            if house.states() == {"completed": len(GROUPS)}:
                break
            let_time_pass(house)
            people_come_to_work(house)
        assert_all_is_done_once(house)
        house.close()
        house.database.close()


def run(house: House, lanes: int) -> None:
    try:
        asyncio.run(house.drain(lanes=lanes))
    except BaseExceptionGroup as group:
        _, others = group.split(Killed)
        if others:  # only we kill workers
            raise


def let_time_pass(house: House) -> None:
    """Leases run out, systems settle, and what rests is due."""
    house.world.arrive()
    house.sql("UPDATE work_item SET lease_until = lease_until - 1000 WHERE state = 'running'")
    house.take_back()
    house.sql("UPDATE work_item SET ready_at = 0")


def people_come_to_work(house: House) -> None:
    """They look in the system, and put back what stopped."""
    for row in house.rows("work_item"):
        if row.waiting_kind == "uncertain":
            settle_as_it_is(house, row.id)
        elif row.waiting_kind == "system":
            house.people.retry(row.id, KARI, "the system is up again")


def settle_as_it_is(house: House, item_id: int) -> None:
    with house.database.read() as c:
        open_effects = ledger.read(c, item_id).open
    if not open_effects:
        house.people.retry(item_id, KARI, "nothing is in doubt")
        return
    there = {key for key in open_effects if house.world.krav[key.removeprefix("move:")] == "new"}
    assert house.people.settle(item_id, {key: key in there for key in open_effects}, KARI, "seen") == set()


def assert_all_is_done_once(house: House) -> None:
    assert house.states() == {"completed": len(GROUPS)}
    assert house.world.effects == {nr: 1 for group in GROUPS for nr in group}
    for row, group in zip(house.rows("work_item"), GROUPS, strict=True):
        assert (row.result, tuple(row.krav.split(";"))) == ("MOVED", group), "not NOTHING_TO_DO for what we did"
        assert {step.key for step in house.rows("step", item_id=row.id, kind="done")} == {f"move:{nr}" for nr in group}
    assert [row.ended_at for row in house.rows("attempt")].count(None) == 0
    with house.database.read() as c:
        assert prove(c, house.chain).broken == []
