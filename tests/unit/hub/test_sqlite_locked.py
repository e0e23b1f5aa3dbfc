"""SQLite's one writer: a database somebody else holds for long is away, and comes back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hub.storage import database as settings
from hub.storage.database import Database, StoreAway
from tests.unit.hub.behaviours.attempts import settled
from tests.unit.hub.behaviours.house import House


@pytest.fixture
def hasty(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house that waits a moment, and not half a minute, for its turn to write."""
    monkeypatch.setattr(settings, "BUSY_TIMEOUT_MS", 100)
    house = House(Database(database.url), tmp_path / "evidence")
    yield house
    house.close()
    house.database.close()


@contextmanager
def held(house: House) -> Iterator[None]:
    """Somebody writes, and takes his time."""
    other = sqlite3.connect(str(house.database.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_a_night_waits_for_its_turn_to_write(hasty: House) -> None:
    hasty.queue("K1", "K2", "K3")
    hasty.policy = replace(hasty.policy, lease=1.2, act_limit=0.3)
    stopped = asyncio.Event()
    hasty.world.hooks["verify"] = lambda: stopped.set() if hasty.world.reached["verify"] == 2 else None
    drain = asyncio.create_task(hasty.drain(patience=20.0))
    await stopped.wait()
    with held(hasty):
        await asyncio.sleep(0.3)
        assert not drain.done()
    assert (await drain)["completed"] == 3
    settled(hasty, "K1", "K2", "K3")


async def test_a_read_needs_no_turn(hasty: House) -> None:
    hasty.queue("K1")
    with held(hasty):
        assert hasty.states() == {"ready": 1}
        with pytest.raises(StoreAway), hasty.database.answering():
            hasty.queue("K2")
