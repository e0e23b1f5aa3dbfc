"""A drain and the orders it cannot carry out, over a real database and with no Prefect."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from prefect.logging import disable_run_logger

from config.settings import load
from flows import registry
from flows.drain import drain
from hub.audit import Actor
from hub.release import ReleaseLevel
from hub.storage import migrate, orders, queues
from hub.storage.database import Database
from kraftverk.world import make_empty, write_secrets, write_settings

KARI = Actor("kari", "power")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Of an installation whose last automation was taken out."""
    world = make_empty(tmp_path / "world")
    write_secrets(world, 1)
    write_settings(world, "http://127.0.0.1:9", f"sqlite:///{world.folder / 'hub.db'}", date(2026, 11, 30), None, 1)
    monkeypatch.setenv("KRAFTVERK_CONFIG", str(world.config))
    monkeypatch.setenv("KRAFTVERK_SECRETS", str(world.secrets))
    monkeypatch.setattr(registry, "MODULES", {})
    database = Database(load().database)
    migrate.upgrade(database)
    queues.ensure(database, "interest", ReleaseLevel.LIVE)
    return database


async def test_an_order_for_an_automation_that_is_gone_is_told_once_and_given_up(database: Database) -> None:
    number = orders.place(database, "interest", ["PI0082053"], KARI, "the customer called")
    with disable_run_logger():
        with pytest.raises(RuntimeError, match=f"failed: order {number}"):
            await drain.fn()
        with database.read() as c:
            order = orders.show(c, number).order
        assert (order.outcome, order.code) == (orders.FAILED, "AUTOMATION_GONE")
        assert await drain.fn() == {}
