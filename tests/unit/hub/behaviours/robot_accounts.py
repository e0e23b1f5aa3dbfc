"""Leased sessions: never two at once with one account, wherever the workers are."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from domain.errors import SystemException
from hub.dry_run import prepared
from hub.sessions import Sessions
from hub.storage import targets
from hub.storage.thread import StoreThread
from hub.target import TargetSpec
from tests.unit.hub.behaviours.attempts import settled
from tests.unit.hub.behaviours.house import House
from tests.unit.hub.behaviours.waiting import soon

PAX = TargetSpec("PAX", ("PAX",), ("robot1", "robot2"))


def take(house: House, holder: str, accounts: tuple[str, ...] = PAX.accounts, lease: float = 60.0) -> str | None:
    return targets.take_session(house.database, "PAX", accounts, holder, lease)


@pytest.fixture
def pax(house: House) -> House:
    house.specs = (PAX,)
    house.know_targets()
    return house


def test_the_limit_is_the_number_of_accounts(pax: House) -> None:
    assert [take(pax, holder) for holder in "abc"] == ["robot1", "robot2", None]
    targets.give_session(pax.database, "PAX", "robot1", "b")
    assert take(pax, "c") is None, "only its holder gives an account back"
    targets.give_session(pax.database, "PAX", "robot1", "a")
    assert take(pax, "c") == "robot1"


def test_an_account_whose_lease_has_run_out_is_free(pax: House) -> None:
    assert take(pax, "a", lease=-1.0) == "robot1"
    assert take(pax, "b") == "robot1"
    assert not targets.renew_session(pax.database, "PAX", "robot1", "a", 60.0)
    assert targets.renew_session(pax.database, "PAX", "robot1", "b", 60.0)


def test_an_account_that_is_no_longer_in_the_settings_is_not_used(pax: House) -> None:
    assert take(pax, "a", accounts=("robot2",)) == "robot2"
    assert take(pax, "b", accounts=("robot2",)) is None


async def test_a_lane_that_was_away_asks_before_it_logs_in_again(pax: House) -> None:
    store = StoreThread(pax.database)
    lane = Sessions(pax.database, store, "lane", 60.0)
    assert await lane.account(PAX) == "robot1"
    assert await lane.account(PAX) == "robot1", "its own, again"
    pax.sql("UPDATE target_session SET holder = 'another' WHERE account = 'robot1'")
    assert await lane.account(PAX) == "robot2"
    pax.sql("UPDATE target_session SET holder = 'another'")
    assert await lane.tend() == {"PAX"}
    assert await lane.account(PAX) is None
    store.close()


async def test_what_is_given_back_is_free_for_others(pax: House) -> None:
    store = StoreThread(pax.database)
    lane = Sessions(pax.database, store, "lane", 60.0)
    await lane.account(PAX)
    assert await lane.tend() == set()
    await lane.give_back()
    assert [row.holder for row in pax.rows("target_session", target="PAX")] == [None, None]
    store.close()


async def test_lanes_share_the_accounts_there_are(house: House) -> None:
    house.specs = (TargetSpec("WORLD", ("WORLD",), ("robot1", "robot2")),)
    house.know_targets()
    house.queue(*(f"K{n}" for n in range(12)))
    house.world.hooks["look"] = lambda: asyncio.sleep(0)
    assert await house.drain(lanes=4, patience=5.0) == {"completed": 12}
    assert set(house.world.logins) <= {"robot1", "robot2"}
    assert house.world.thrown_out == []
    settled(house, *(f"K{n}" for n in range(12)))


async def test_an_account_is_logged_out_before_others_may_have_it(house: House) -> None:
    house.specs = (TargetSpec("WORLD", ("WORLD",), ("robot1",)),)
    house.know_targets()
    house.queue("K1")
    holders: list[str | None] = []
    house.world.hooks["closed"] = lambda: holders.extend(row.holder for row in house.rows("target_session"))
    await house.drain()
    assert holders[0] is not None
    assert [row.holder for row in house.rows("target_session")] == [None]


def lease_ends(house: House) -> float:
    return float(house.rows("target_session")[0].lease_until)


@pytest.fixture
def hasty(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Whoever looks for work leases an account for a second at a time."""
    monkeypatch.setattr("hub.dry_run.SESSION", 1.0)
    house.specs = (TargetSpec("WORLD", ("WORLD",), ("robot1",)),)
    house.know_targets()
    return house


async def test_an_account_is_kept_for_as_long_as_somebody_looks_for_work_with_it(hasty: House) -> None:
    async with prepared(hasty.database, hasty.world, hasty.specs[0]):
        begun = lease_ends(hasty)
        await soon(lambda: lease_ends(hasty) > begun + 0.5, "the account's lease is renewed, and again")
    assert hasty.rows("target_session")[0].holder is None


async def test_whoever_looks_for_work_leaves_an_account_that_is_somebody_elses(hasty: House) -> None:
    async def look() -> None:
        async with prepared(hasty.database, hasty.world, hasty.specs[0]):
            hasty.sql("UPDATE target_session SET holder = 'another'")
            await soon(lambda: hasty.world.reached["abandon"] == 1, "nothing more is done with it")

    with pytest.raises(SystemException, match="somebody else has taken the robot account"):
        await look()
    assert hasty.rows("target_session")[0].holder == "another"


async def test_leased_accounts_are_kept_for_as_long_as_the_lane_works(house: House) -> None:
    house.specs = (TargetSpec("WORLD", ("WORLD",), ("robot1",)),)
    house.know_targets()
    house.policy = replace(house.policy, lease=1.5, act_limit=0.3)
    house.queue("K1")
    ends: list[float] = []

    def watch() -> object:
        ends.append(lease_ends(house))
        return soon(lambda: lease_ends(house) > ends[0] + 0.3, "the account's lease is renewed")

    house.world.hooks["look"] = watch
    assert await house.drain() == {"completed": 1}
