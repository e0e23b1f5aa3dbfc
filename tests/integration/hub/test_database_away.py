"""PostgreSQL goes away in the middle of a night and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa

from hub.storage.claims import Wanted
from hub.storage.database import StoreAway
from tests.integration.hub.conftest import Postgres
from tests.unit.hub.behaviours.attempts import settled
from tests.unit.hub.behaviours.house import House
from tests.unit.hub.behaviours.waiting import soon


def cut(postgres: Postgres, house: House, *, closed: bool = False) -> None:
    """End every connection of the house; `closed` lets no new one in."""
    name = sa.make_url(house.database.url).database
    with postgres.engine.connect() as c:
        c.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(not closed).lower()}")
        c.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )


def open_again(postgres: Postgres, house: House) -> None:
    with postgres.engine.connect() as c:
        c.exec_driver_sql(f"ALTER DATABASE {sa.make_url(house.database.url).database} ALLOW_CONNECTIONS true")


def once(number: int, house: House, point: str, act: Callable[[], None]) -> None:
    """Do it when the point is reached for that time."""
    house.world.hooks[point] = lambda: act() if house.world.reached[point] == number else None


@pytest.mark.parametrize("point", ["plan", "look", "act", "acted", "verify"])
async def test_a_night_survives_a_cut(postgres: Postgres, house: House, point: str) -> None:
    krav = [f"K{n}" for n in range(6)]
    house.queue(*krav)
    house.policy = replace(house.policy, lease=3.0, act_limit=0.5)
    once(3, house, point, lambda: cut(postgres, house))
    counts = await house.drain(patience=20.0)
    assert counts["completed"] == 6
    settled(house, *krav)


async def test_a_night_waits_for_a_database_that_comes_back(
    postgres: Postgres, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    krav = [f"K{n}" for n in range(4)]
    house.queue(*krav)
    house.policy = replace(house.policy, lease=6.0, act_limit=0.5)
    once(2, house, "look", lambda: cut(postgres, house, closed=True))
    drain = asyncio.create_task(house.drain(patience=20.0))
    await soon(lambda: caplog.text.count("the database does not answer") > 2, "the lane has asked in vain")
    assert not drain.done()
    open_again(postgres, house)
    counts = await drain
    assert counts["completed"] == 4
    settled(house, *krav)


async def test_a_night_ends_with_one_sentence_when_it_stays_away(postgres: Postgres, house: House) -> None:
    house.queue("K1", "K2")
    house.policy = replace(house.policy, lease=1.0, act_limit=0.2)
    once(1, house, "look", lambda: cut(postgres, house, closed=True))
    with pytest.raises(StoreAway, match="the database does not answer"):
        await house.drain(lanes=2, patience=20.0)
    open_again(postgres, house)
    assert not house.world.effects, "nothing is done that cannot be written down"
    house.policy = replace(house.policy, lease=20.0)
    assert (await house.drain(patience=20.0))["completed"] == 2
    settled(house, "K1", "K2")


def test_a_workers_hand_takes_hold_again(postgres: Postgres, house: House) -> None:
    house.queue("K1", "K2")
    claims = house.claims()
    held = house.claim(claims)
    cut(postgres, house)
    with pytest.raises(psycopg.OperationalError):
        claims.claim(Wanted("move", ("WORLD",), "worker"))
    assert claims.renew(held.item.id, held.lease_no)
    assert house.claim(claims).item.id == 2


async def test_a_night_leaves_no_connection_behind(postgres: Postgres, house: House) -> None:
    house.queue("K1", "K2")
    house.policy = replace(house.policy, lease=1.2, act_limit=0.3)
    house.world.hooks["look"] = lambda: asyncio.sleep(0.6)  # long enough for the keeper to have opened its own
    await house.drain(lanes=2)
    house.database.close()
    query = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name")
    name = sa.make_url(house.database.url).database

    def connections() -> int:
        with postgres.engine.connect() as c:
            return int(c.execute(query, {"name": name}).scalar_one())

    await soon(lambda: connections() == 0, "every connection is closed")
