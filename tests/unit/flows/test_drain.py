"""A drain and the orders it cannot carry out, over a real database and with no Prefect."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from prefect.logging import disable_run_logger

from config.settings import load
from flows import drain as draining
from flows import registry, runtime
from flows.drain import drain
from flows.routine import Night
from hub.audit import Actor, Chain
from hub.automation import Arbeid, Json
from hub.release import ReleaseLevel
from hub.storage import migrate, orders, queues, runs, targets
from hub.storage.database import Database
from hub.storage.intake import take_in
from kraftverk.world import make_empty, write_secrets, write_settings

KARI = Actor("kari", "power")
NIGHT = date(2026, 11, 30)
ALL = registry.MODULES


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Of an installation whose last automation was taken out."""
    monkeypatch.setattr(registry, "MODULES", {})
    world = make_empty(tmp_path / "world")
    write_secrets(world, 1)
    write_settings(world, "http://127.0.0.1:9", f"sqlite:///{world.folder / 'hub.db'}", NIGHT, None, 1)
    monkeypatch.setenv("KRAFTVERK_CONFIG", str(world.config))
    monkeypatch.setenv("KRAFTVERK_SECRETS", str(world.secrets))
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


@pytest.fixture
def performed(monkeypatch: pytest.MonkeyPatch) -> list[Night]:
    """The nights of which a drain has something carried out, in an installation with two automations."""
    nights: list[Night] = []

    async def perform(night: Night, patience: float) -> Json:
        nights.append(night)
        return {}

    monkeypatch.setattr(draining, "perform", perform)
    modules = {name: ALL[name] for name in ("minors", "sanction-interest")}
    monkeypatch.setattr(registry, "MODULES", modules)
    return nights


def add(database: Database, queue: str) -> None:
    queues.ensure(database, queue, ReleaseLevel.LIVE)
    targets.ensure(database, "PROCASSO")
    run_id = runs.begin(database, queue, "find", NIGHT, "kari", None)
    work = [Arbeid("PR1", "PROCASSO", ("PR1",), {}, "facts", 1)]
    take_in(database, Chain(b"k" * 32), queue, run_id, work, NIGHT, 100, NIGHT)


async def test_a_queue_with_nothing_to_do_is_left_alone(database: Database, performed: list[Night]) -> None:
    with disable_run_logger():
        assert await drain.fn() == {}
        assert performed == []
        add(database, "minors")
        assert await drain.fn() == {"minors": {}}
    assert [night.name for night in performed] == ["minors"]


async def test_a_drain_that_was_planned_for_yesterday_is_of_today(
    database: Database, performed: list[Night], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "default_night", lambda _: NIGHT - timedelta(days=1))
    add(database, "minors")
    with disable_run_logger():
        await drain.fn()
    assert [night.as_of for night in performed] == [NIGHT]
