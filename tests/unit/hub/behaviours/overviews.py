"""What the pages of queues and runs are made of: how much each queue holds, and what came of each run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.missing import NoSuch
from hub.release import ReleaseLevel
from hub.storage import backlog, queues, run_list, runs, targets
from hub.storage.backlog import Backlog
from hub.storage.queues import EVERYTHING, Overtaken
from tests.unit.hub.behaviours.following_up import DISPUTED
from tests.unit.hub.behaviours.house import KARI, NIGHT, OLA, QUEUE, House, night
from tests.unit.hub.fake_world import arbeid


def held(house: House) -> dict[str, Backlog]:
    with house.database.read() as c:
        return backlog.backlogs(house.database, c, NIGHT)


def run_ids(house: House, queue: str | None = None, before: int | None = None, limit: int = 50) -> list[int]:
    with house.database.read() as c:
        return [each.row.id for each in run_list.page(c, queue, before, limit)]


async def test_a_queue_says_what_it_holds_and_how_pressing_it_is(house: House) -> None:
    house.world.krav = {f"K{n}": "old" for n in range(6)}
    house.find(*(arbeid(f"K{n}") for n in range(6)))
    house.world.plan_faults = [DISPUTED]
    await house.drain(limit=0.0)  # nothing is claimed
    assert held(house)[QUEUE].queued == 6
    frister = {"K0": -1, "K1": 0, "K2": 1, "K3": -2}
    for krav, days in frister.items():
        day = (NIGHT + timedelta(days=days)).isoformat()
        house.sql("UPDATE work_item SET frist = :day WHERE krav = :krav", day=day, krav=krav)
    house.sql("UPDATE work_item SET frist = NULL WHERE krav IN ('K4', 'K5')")
    house.sql("UPDATE work_item SET created_at = created_at - 7200 WHERE krav = 'K5'")
    house.claim()  # K5, the oldest
    house.claim()  # K0
    mine = held(house)[QUEUE]
    # left in the queue: K1, K2, K3, K4; over their deadline: K0, which runs, and K3; due today: K1
    assert (mine.queued, mine.running, mine.waiting, mine.proposed) == (4, 2, 0, 0)
    assert (mine.due, mine.overdue) == (1, 2)
    assert mine.oldest is not None
    assert 0 <= mine.oldest < 3600, "the one of two hours ago is no longer in the queue"


async def test_what_waits_and_what_is_proposed_are_counted_apart_and_what_is_finished_not_at_all(house: House) -> None:
    house.world.krav = {f"K{n}": "old" for n in range(3)}
    house.find(*(arbeid(f"K{n}") for n in range(3)))
    house.world.plan_faults = [DISPUTED]
    await house.drain()
    queues.set_release_level(house.database, QUEUE, ReleaseLevel.EVERY_EFFECT, KARI, "look at each")
    assert house.states() == {"business": 1, "completed": 2}
    mine = held(house)[QUEUE]
    assert (mine.queued, mine.oldest, mine.waiting, mine.proposed) == (0, None, 1, 0)
    house.queue("K9")
    await house.drain()
    assert held(house)[QUEUE].proposed == 1


async def test_what_is_postponed_is_counted_by_itself_and_presses_nobody(house: House) -> None:
    house.queue("K1", "K2")
    house.world.plan_faults = [DISPUTED] * 2
    await house.drain()
    house.sql("UPDATE work_item SET frist = :day", day=(NIGHT - timedelta(days=1)).isoformat())
    house.people.postpone(1, night(3), KARI, "the owner answers on Thursday")
    mine = held(house)[QUEUE]
    assert (mine.waiting, mine.postponed, mine.overdue) == (1, 1, 1)
    with house.database.read() as c:
        (later,) = backlog.backlogs(house.database, c, night(3)).values()
    assert (later.waiting, later.postponed, later.overdue) == (2, 0, 2)


def test_a_pause_is_lifted_by_who_has_seen_it(house: House) -> None:
    queues.pause(house.database, QUEUE, "person", KARI, "first", seen=0)
    with pytest.raises(Overtaken):
        queues.pause(house.database, QUEUE, "person", OLA, "too late", seen=0)
    queues.release(house.database, QUEUE, OLA, "go", seen=1)
    with pytest.raises(Overtaken):
        queues.release(house.database, QUEUE, KARI, "it goes already", seen=1)
    queues.pause(house.database, QUEUE, "person", KARI, "second", seen=1)
    with pytest.raises(Overtaken):
        queues.release(house.database, QUEUE, OLA, "the first is over", seen=1)
    assert [row.reason for row in house.rows("queue_event")] == ["first", "go", "second"]


def test_the_emergency_stop_is_lifted_by_who_has_seen_it(house: House) -> None:
    queues.pause(house.database, EVERYTHING, "person", KARI, "stop", seen=0)
    with pytest.raises(Overtaken):
        queues.pause(house.database, EVERYTHING, "person", OLA, "stop too", seen=0)
    assert queues.release(house.database, EVERYTHING, OLA, "go", seen=1)


def test_a_level_is_changed_from_the_one_that_was_seen(house: House) -> None:
    queues.set_release_level(house.database, QUEUE, ReleaseLevel.DRY, KARI, "wait", seen=ReleaseLevel.LIVE)
    with pytest.raises(Overtaken):
        queues.set_release_level(house.database, QUEUE, ReleaseLevel.SAMPLE, OLA, "go", seen=ReleaseLevel.LIVE)


def test_a_system_is_opened_by_who_has_seen_its_last_stop(house: House) -> None:
    targets.block(house.database, "WORLD", "login rejected")
    with house.database.read() as c:
        (seen,) = targets.last_blocks(c).values()
    targets.unblock(house.database, "WORLD", KARI, "new password", seen=seen)
    targets.block(house.database, "WORLD", "login rejected")
    with pytest.raises(Overtaken):
        targets.unblock(house.database, "WORLD", OLA, "new password", seen=seen)
    assert targets.blocked(house.database) == {"WORLD"}


def test_what_was_done_is_told_newest_first_and_the_pause_that_stands_by_itself(house: House) -> None:
    queues.pause(house.database, QUEUE, "person", KARI, "old")
    queues.release(house.database, QUEUE, OLA, "over")
    targets.block(house.database, "WORLD", "login rejected")
    queues.pause(house.database, QUEUE, "person", OLA, "new")
    with house.database.read() as c:
        acts = queues.history(c, 2)
        older = queues.history(c, 9, before=acts[-1][0])
        mine = queues.history(c, 9, queue=QUEUE)
        standing = queues.paused_by(c)
    assert [(told.queue, told.action) for _, told in acts] == [(QUEUE, "pause"), ("WORLD", "block")]
    assert [told.action for _, told in older] == ["release", "pause"]
    assert [told.reason for _, told in mine] == ["new", "over", "old"]
    assert {name: (told.actor, told.reason) for name, told in standing.items()} == {QUEUE: ("ola", "new")}


def test_who_has_released_a_volume_pause_is_known_until_it_is_lifted(house: House) -> None:
    house.find(arbeid("K1"), max_effects=0)
    queues.release(house.database, QUEUE, KARI, "right")
    with house.database.read() as c:
        queue = queues.get(c, QUEUE)
        assert queue is not None
        assert queues.needed_to_release(queue) == 2
        assert queues.released_by(c, queue) == ["kari"]


async def test_a_run_says_what_came_of_its_attempts(house: House) -> None:
    house.queue("K1", "K2", "K3")
    house.world.plan_faults = [DISPUTED]
    await house.drain()
    with house.database.read() as c:
        newest = run_list.page(c, QUEUE, None, 1)[0]
        tried = run_list.items(c, newest.row.id, 0, 50)
        shown = run_list.show(c, newest.row.id)
        with pytest.raises(NoSuch):
            run_list.show(c, 999)
    assert dict(newest.attempts) == dict(shown.attempts) == {"business": 1, "complete": 2}
    assert [row.krav for row in tried] == ["K1", "K2", "K3"]
    house.queue("K4")
    house.run_id = newest.row.id
    house.claim()
    with house.database.read() as c:
        assert run_list.show(c, newest.row.id).attempts[run_list.GOING] == 1


def test_runs_are_listed_newest_first_a_page_at_a_time(house: House) -> None:
    first = house.run_id
    for n in range(3):
        house.find(as_of=night(n))
    everything = run_ids(house)
    assert everything == sorted(everything, reverse=True)
    assert len(everything) == 4
    assert run_ids(house, limit=2) == everything[:2]
    assert run_ids(house, before=everything[1]) == everything[2:]
    assert run_ids(house, queue="other") == []
    assert everything[-1] == first


def test_a_drain_that_had_nothing_to_do_is_not_kept(house: House) -> None:
    idle, failed, worked = (runs.begin(house.database, QUEUE, "drain", NIGHT, "test", None) for _ in range(3))
    house.queue("K1")
    house.run_id = worked
    house.claim()
    for run_id, outcome in ((idle, "completed"), (failed, "failed"), (worked, "completed")):
        runs.end_drain(house.database, run_id, outcome)
    assert idle not in run_ids(house)
    assert {failed, worked} <= set(run_ids(house))


def test_the_nights_of_which_there_is_a_run(house: House) -> None:
    house.find(as_of=night(0))
    house.find(as_of=night(2))
    runs.begin(house.database, "other", "dry", night(1), "test", None)
    runs.begin(house.database, "other", "drain", night(2), "test", None)
    with house.database.read() as c:
        assert run_list.nights(c, night(0).isoformat()) == {
            QUEUE: {"2026-11-23", "2026-11-25"},
            "other": {"2026-11-24"},
        }
        assert run_list.nights(c, night(1).isoformat()) == {QUEUE: {"2026-11-25"}, "other": {"2026-11-24"}}
