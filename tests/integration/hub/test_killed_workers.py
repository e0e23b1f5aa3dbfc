"""kill -9 and SIGSTOP of real worker processes, on both stores: each effect once, and the result right.

| killed                        | what the second process does                        |
|-------------------------------|-----------------------------------------------------|
| before the plan is made       | plans and acts                                      |
| when the plan is stored       | plans anew and acts                                 |
| when the start is stored      | looks, sees nothing, acts                           |
| when the effect has happened  | looks, sees it, acts no more                        |
| while the effect is read back | the same                                            |
| when it is done, before the   | says it is done: the ledger knows                   |
| item is                       |                                                     |
| anywhere at all               | one of these                                        |
| stopped past its lease, and   | finishes meanwhile; the first does nothing more     |
| goes on                       |                                                     |
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.retry import RetryPolicy
from hub.storage.database import Database
from hub.storage.proof import prove
from hub.storage.schema import work_item
from tests.integration.hub.worker import STANDING, FileWorld, Job, run, start
from tests.unit.hub.behaviours.house import House
from tests.unit.hub.behaviours.waiting import until
from tests.unit.hub.fake_world import arbeid

KILLED = -signal.SIGKILL
SPREAD = 24
"""So many places to die, spread over a whole attempt."""


@pytest.fixture(params=["sqlite", "postgresql"])
def new_house(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[int], tuple[House, FileWorld, Job]]]:
    """Houses with one item of so many krav ready, their world, and what a worker is to do there."""
    new_database: Callable[[], Database] = request.getfixturevalue(f"new_{request.param}")
    houses: list[House] = []

    def new(krav: int) -> tuple[House, FileWorld, Job]:
        folder = tmp_path / str(len(houses))
        folder.mkdir()
        house = House(new_database(), folder / "evidence")
        houses.append(house)
        numbers = [f"K{n}" for n in range(krav)]
        world = FileWorld.make(folder / "world.db", numbers)
        house.find(arbeid(*numbers))
        return house, world, Job(house.database.url, world.file)

    yield new
    for house in houses:
        house.close()


NewHouse = Callable[[int], tuple[House, FileWorld, Job]]


def assert_done_once(house: House, world: FileWorld, attempts: int | None = None) -> None:
    assert set(world.counted().values()) == {1}, world.counted()
    row = house.item()
    assert (row.state, row.result) == ("completed", "MOVED"), "not NOTHING_TO_DO for what the first had done"
    assert set(row.krav.split(";")) == set(world.counted())
    assert {step.key for step in house.rows("step", kind="done")} == {f"move:{nr}" for nr in world.counted()}
    assert all(attempt.ended_at for attempt in house.rows("attempt"))
    if attempts is not None:
        assert len(house.rows("attempt")) == attempts
    with house.database.read() as c:
        assert prove(c, house.chain).broken == []


@pytest.mark.parametrize(
    ("die_at", "ledger", "moved"),
    [
        ("plan", [], 0),
        ("look", ["plan"], 0),
        ("act", ["plan", "started"], 0),
        ("acted", ["plan", "started"], 1),
        ("verify", ["plan", "started"], 1),
        ("finish", ["plan", "started", "done", "started", "done"], 2),
    ],
)
def test_killed_at_each_step(new_house: NewHouse, die_at: str, ledger: list[str], moved: int) -> None:
    house, world, job = new_house(2)
    assert run(replace(job, die_at=die_at)) == KILLED
    assert (house.kinds(), sum(world.counted().values())) == (ledger, moved)
    assert house.item().state == "running"
    assert run(replace(job, patience=30.0)) == 0
    assert_done_once(house, world, attempts=2)
    assert house.kinds().count("plan") == (2 if die_at == "look" else 1)


def test_killed_anywhere_at_all(new_house: NewHouse, tmp_path: Path) -> None:
    house, world, job = new_house(2)
    counted = tmp_path / "calls"
    assert run(replace(job, calls=counted)) == 0
    assert_done_once(house, world, attempts=1)
    calls = int(counted.read_text())
    assert calls > SPREAD

    def die_and_be_followed(case: tuple[int, House, FileWorld, Job]) -> None:
        fatal, house, world, job = case
        run(replace(job, die_after_calls=fatal))
        assert run(replace(job, patience=30.0)) == 0
        assert_done_once(house, world)

    cases = [(1 + n * calls // SPREAD, *new_house(2)) for n in range(SPREAD)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(die_and_be_followed, cases))


def test_killed_after_each_effect_in_turn(new_house: NewHouse) -> None:
    house, world, job = new_house(3)
    for moved in (1, 2, 3):
        assert run(replace(job, die_at="acted", patience=30.0)) == KILLED
        assert sum(world.counted().values()) == moved
    assert run(replace(job, patience=30.0)) == 0
    assert_done_once(house, world, attempts=4)


def test_killed_before_every_effect_until_the_attempts_are_used_up(new_house: NewHouse) -> None:
    house, world, job = new_house(1)
    job = replace(job, policy=replace(job.policy, retry=RetryPolicy(max_attempts=2, backoff=0.0, free_wait=0.0)))
    for _ in range(2):
        assert run(replace(job, die_at="act", patience=30.0)) == KILLED
    assert run(replace(job, patience=30.0)) == 0
    row = house.item()
    assert (row.state, row.waiting_kind, row.reason) == ("waiting", "uncertain", "WORKER_LOST")
    assert set(world.counted().values()) == {0}


@pytest.mark.parametrize("stop_at", ["plan", "act", "acted"])
def test_stopped_past_its_lease_it_does_nothing_more(new_house: NewHouse, stop_at: str) -> None:
    house, world, job = new_house(2)
    stopped = start(replace(job, stop_at=stop_at))
    try:
        sign = job.world.with_name(STANDING)
        until(sign.exists, "the first has come so far")
        # A process stopped in the middle of a transaction would hold its locks for as long as it is stopped.
        with house.database.begin() as c:
            c.execute(sa.select(work_item.c.id).with_for_update())
            os.kill(stopped.pid or 0, signal.SIGSTOP)
            sign.unlink()
        assert house.item().state == "running"
        assert run(replace(job, patience=30.0)) == 0
        assert_done_once(house, world)
        steps = house.rows("step")
    finally:
        os.kill(stopped.pid or 0, signal.SIGCONT)
    stopped.join(30)
    assert stopped.exitcode == 0
    assert_done_once(house, world)
    assert house.rows("step") == steps
    assert [row.outcome for row in house.rows("attempt")] == ["lost", "complete"]


def test_four_workers_two_of_which_die(new_house: NewHouse) -> None:
    house, world, job = new_house(1)
    krav = [f"N{n:02}" for n in range(40)]
    file = FileWorld.make(world.file.with_name("many.db"), ["K0", *krav])
    house.find(arbeid("K0"), *(arbeid(nr) for nr in krav))
    job = replace(job, world=file.file, patience=30.0, lanes=2)
    deaths = [300, 700, 0, 0]
    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(lambda calls: run(replace(job, die_after_calls=calls)), deaths))
    assert ends == [KILLED, KILLED, 0, 0]
    assert house.states() == {"completed": 41}
    assert set(file.counted().values()) == {1}
    holders = {row.holder for row in house.rows("attempt", outcome="complete")}
    assert len(holders) > 1, "they shared the work"


def test_workers_share_the_robot_accounts_there_are(new_house: NewHouse) -> None:
    house, world, job = new_house(1)
    krav = [f"N{n:02}" for n in range(20)]
    file = FileWorld.make(world.file.with_name("many.db"), ["K0", *krav])
    house.find(arbeid("K0"), *(arbeid(nr) for nr in krav))
    job = replace(job, world=file.file, patience=30.0, lanes=2, accounts=("robot1", "robot2"))
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(run, [job] * 3)) == [0, 0, 0]
    assert file.thrown() == []
    assert set(file.counted().values()) == {1}
    assert [row.holder for row in house.rows("target_session")] == [None, None]
