"""Pause, emergency stop, hours, dry nights and the volume guard: nothing more begins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.kalender import OSLO
from hub.release import ReleaseLevel
from hub.storage import queues
from hub.storage.moves import NotPossible
from tests.unit.hub.behaviours.attempts import settled
from tests.unit.hub.behaviours.house import KARI, OLA, QUEUE, House, night
from tests.unit.hub.fake_world import arbeid


def paused(house: House, name: str = QUEUE) -> str | None:
    with house.database.read() as c:
        queue = queues.get(c, name)
    return queue.paused if queue else None


@pytest.mark.parametrize("name", [QUEUE, queues.EVERYTHING])
async def test_a_pause_keeps_items_where_they_are(house: House, name: str) -> None:
    house.queue("K1")
    queues.pause(house.database, name, "person", KARI, "strange figures")
    assert await house.drain(patience=30.0) == {}, "and nobody waits for it all night"
    assert house.states() == {"ready": 1}
    assert queues.release(house.database, name, KARI, "it was right")
    assert await house.drain() == {"completed": 1}


@pytest.mark.parametrize("name", [QUEUE, queues.EVERYTHING])
async def test_a_pause_takes_effect_before_the_next_act(house: House, name: str) -> None:
    house.automation.separately = True
    house.world.krav = {"K1": "old", "K2": "old"}
    house.find(arbeid("K1", "K2"))

    def stop() -> None:
        if not paused(house, name):
            queues.pause(house.database, name, "person", KARI, "stop")

    house.world.hooks["acted"] = stop
    assert await house.drain(patience=30.0) == {"ready": 1}
    assert house.world.effects == {"K1": 1}, "what was under way ended; the next act did not begin"
    assert (house.item().state, house.item().spent) == ("ready", 0)
    assert house.rows("attempt")[0].outcome == "stopped"
    house.world.hooks.clear()
    queues.release(house.database, name, KARI, "go on")
    assert await house.drain() == {"completed": 1}
    settled(house, "K1", "K2", attempts=2)


async def test_going_back_to_dry_nights_takes_effect_before_the_next_act(house: House) -> None:
    house.queue("K1")
    house.world.hooks["look"] = lambda: queues.set_release_level(
        house.database, QUEUE, ReleaseLevel.DRY, KARI, "wait with it"
    )
    assert await house.drain(patience=30.0) == {"ready": 1}
    assert not house.world.effects
    assert await house.drain() == {}


def test_a_queue_that_is_not_there_cannot_be_stopped(house: House) -> None:
    """A slip of the pen must not pass for a pause."""
    with pytest.raises(NotPossible, match="no queue movee"):
        queues.pause(house.database, "movee", "person", KARI, "stop")
    with pytest.raises(NotPossible, match="no queue movee"):
        queues.release(house.database, "movee", KARI, "go")
    with pytest.raises(NotPossible, match="no queue movee"):
        queues.set_release_level(house.database, "movee", ReleaseLevel.LIVE, KARI, "go")
    assert house.rows("queue_event") == []


async def test_outside_its_hours_a_system_is_left_alone(house: House) -> None:
    now = datetime.now(OSLO)
    opens, closes = (now + timedelta(hours=2)).time(), (now + timedelta(hours=3)).time()
    house.specs = (replace(house.specs[0], opens=opens, closes=closes),)
    house.queue("K1")
    assert await house.drain(patience=30.0) == {}
    assert house.world.logins == []
    assert house.states() == {"ready": 1}
    assert house.rows("attempt") == []
    open_now = (now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time()
    house.specs = (replace(house.specs[0], opens=open_now[0], closes=open_now[1]),)
    assert await house.drain() == {"completed": 1}


async def test_more_effects_than_the_limit_pause_the_queue(house: House) -> None:
    house.world.krav = {f"K{n}": "old" for n in range(6)}
    taken = house.find(*(arbeid(nr) for nr in house.world.krav), max_effects=5)
    assert taken.paused == "6 endringer funnet, grensen er 5"
    assert await house.drain(patience=30.0) == {}
    assert house.states() == {"ready": 6}


@pytest.mark.parametrize(("found", "stops"), [(36, False), (37, True)])
async def test_three_times_the_usual_pauses_the_queue(house: House, found: int, stops: bool) -> None:
    for n, usual in enumerate((12, 9, 15), start=-3):
        house.find(*(arbeid(f"N{n}-{i}") for i in range(usual)), as_of=night(n))
        house.find(as_of=night(n))
    taken = house.find(*(arbeid(f"K{i}") for i in range(found)))
    assert bool(taken.paused) == stops
    assert paused(house) == ("volume" if stops else None)


def test_after_the_volume_guard_two_different_people_release(house: House) -> None:
    house.find(arbeid("K1"), max_effects=0)
    assert not queues.release(house.database, QUEUE, KARI, "looks right")
    assert not queues.release(house.database, QUEUE, KARI, "still looks right")
    assert paused(house) == "volume"
    queues.pause(house.database, QUEUE, "person", KARI, "a person's pause does not weaken it")
    assert paused(house) == "volume"
    assert not queues.release(house.database, QUEUE, KARI, "once more")
    assert queues.release(house.database, QUEUE, OLA, "I agree")
    assert paused(house) is None


def test_each_volume_pause_needs_its_own_two(house: House) -> None:
    house.find(arbeid("K1"), max_effects=0)
    queues.release(house.database, QUEUE, KARI, "right")
    queues.release(house.database, QUEUE, OLA, "right")
    house.find(arbeid("K1"), arbeid("K2"), as_of=night(1), max_effects=0)
    assert not queues.release(house.database, QUEUE, KARI, "right")
    assert paused(house) == "volume"


def test_who_released_an_earlier_pause_has_not_released_this_one(house: House) -> None:
    house.find(arbeid("K1"), max_effects=0)
    assert not queues.release(house.database, QUEUE, KARI, "one is right")
    house.find(arbeid("K1"), arbeid("K2"), as_of=night(1), max_effects=0)
    assert not queues.release(house.database, QUEUE, OLA, "two are right")
    assert paused(house) == "volume"
    assert queues.release(house.database, QUEUE, KARI, "they are")


def test_a_persons_pause_becomes_the_volume_guards(house: House) -> None:
    queues.pause(house.database, QUEUE, "person", KARI, "a look")
    house.find(arbeid("K1"), max_effects=0)
    assert paused(house) == "volume"
    assert not queues.release(house.database, QUEUE, KARI, "mine to lift")


def test_two_who_release_at_once_release(house: House) -> None:
    house.find(arbeid("K1"), max_effects=0)
    with ThreadPoolExecutor(2) as pool:
        lifted = list(pool.map(lambda who: queues.release(house.database, QUEUE, who, "right"), (KARI, OLA)))
    assert sorted(lifted) == [False, True]
    assert paused(house) is None


def test_who_paused_and_released_is_kept(house: House) -> None:
    queues.pause(house.database, QUEUE, "person", KARI, "a look")
    queues.release(house.database, QUEUE, OLA, "seen")
    queues.set_release_level(house.database, QUEUE, ReleaseLevel.DRY, OLA, "wait")
    told = [(row.actor, row.role, row.action, row.reason) for row in house.rows("queue_event")]
    assert told == [
        ("kari", "power", "pause", "a look"),
        ("ola", "power", "release", "seen"),
        ("ola", "power", "release level toerrkjoering", "wait"),
    ]
