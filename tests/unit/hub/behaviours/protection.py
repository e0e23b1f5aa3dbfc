"""VERN-2: a protected person's item is cancelled and erased, and nothing that is stored tells which it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import BusinessException, SystemException
from hub.automation import ProtectedFound, Utelatt, Varsel, Vernet
from hub.storage import unfinished
from hub.storage.moves import Conflict
from hub.storage.proof import prove
from tests.unit.hub.behaviours.house import KARI, NIGHT, QUEUE, House, night
from tests.unit.hub.fake_world import Fault, arbeid

SECRET, PARTNER = "KRAV-7431-HEMMELIG", "KRAV-7432-HEMMELIG"


LOCKED = SystemException("WORLD", "answer", f"case of {SECRET} is locked")


def with_a_past(house: House) -> None:
    """An item that has been reported on, and will leave pictures when it fails."""
    house.find(Utelatt(SECRET, "DISPUTED"), Varsel(PARTNER, "WARN"), as_of=night(-1))
    house.world.krav = {SECRET: "old", PARTNER: "old"}
    house.find(arbeid(SECRET, PARTNER))
    house.world.shot = b"a masked picture"


def at_plan(house: House, number: int, fault: Exception) -> None:
    """What the plan of that number meets."""
    met = house.world.plan_faults
    house.world.hooks["plan"] = lambda: met.append(fault) if house.world.reached["plan"] == number else None


def assert_erased(house: House) -> None:
    assert_rows_gone(house)
    assert house.rows("evidence") == []
    assert not house.evidence.exists() or list(house.evidence.iterdir()) == []


def assert_rows_gone(house: House) -> None:
    kept = house.everything()
    assert SECRET not in kept
    assert PARTNER not in kept
    row = house.item()
    assert (row.state, row.krav, row.payload, row.fingerprint) == ("cancelled", "", "{}", "")
    assert row.lease_until is None
    assert house.rows("step", item_id=1) == []
    assert {(row.salt, row.content) for row in house.rows("event", item_id=1)} == {(None, None)}
    assert house.rows("evidence", item_id=1) == []
    with house.database.read() as c:
        assert prove(c, house.chain).broken == [], "the chain still holds without its content"


async def test_found_protected_when_it_is_planned(house: House) -> None:
    with_a_past(house)
    house.world.look_faults = [LOCKED, LOCKED]
    at_plan(house, 3, ProtectedFound())
    assert SECRET in house.everything()
    assert await house.drain() == {"deferred": 2, "cancelled": 1}
    assert_erased(house)
    assert not house.world.effects
    assert [row.outcome for row in house.rows("attempt")] == ["retry", "retry", "cancel"]
    assert all(row.ended_at for row in house.rows("attempt"))


@pytest.mark.parametrize("begun", [False, True])
async def test_found_protected_by_the_next_find(house: House, begun: bool) -> None:
    with_a_past(house)
    house.world.look_faults = [] if begun else [LOCKED]
    house.world.save_faults = [Fault.SAVES_HALF]
    at_plan(house, 2, BusinessException("ESTATE", SECRET))
    house.policy = replace(house.policy, under_way={"WORLD": 3000.0})
    await house.drain()
    assert house.rows("evidence")[0].file == "1-1.png"
    assert ("started" in house.kinds()) == begun
    taken = house.find(Vernet(SECRET), as_of=night(1))
    for file in taken.erased_files:
        (house.evidence / file).unlink()
    assert_erased(house)


async def test_only_the_count_is_reported(house: House) -> None:
    house.find(Vernet("K1"), Vernet("K2"), Utelatt("K3", "MINOR"))
    lines = house.rows("report_line")
    assert [(line.code, line.krav, line.antall) for line in lines] == [("MINOR", "K3", None), ("PROTECTED", None, 2)]


async def test_what_somebody_must_find_in_the_system_itself_is_counted_besides(house: House) -> None:
    house.find(Vernet("K1", "DEATH_ANNULLED_PROTECTED"), Vernet("K2"), Vernet("K3", "DEATH_ANNULLED_PROTECTED"))
    lines = house.rows("report_line")
    assert {(line.code, line.krav, line.antall) for line in lines} == {
        ("PROTECTED", None, 3),
        ("DEATH_ANNULLED_PROTECTED", None, 2),
    }


def test_the_krav_of_what_is_not_finished_can_be_asked_for(house: House) -> None:
    house.find(arbeid("K1", "K2"), arbeid("K3"), arbeid("K4"))
    house.people.close(2, KARI, "done by hand", NIGHT)
    house.find(arbeid("K1", "K2"), Vernet("K4"), as_of=night(1))
    assert unfinished.read(house.database, QUEUE) == {"K1", "K2"}
    assert unfinished.read(house.database, "another") == frozenset()


def test_a_running_item_is_its_workers_to_cancel(house: House) -> None:
    house.queue("K1")
    held = house.claim()
    house.find(Vernet("K1"), as_of=night(1))
    assert house.item().state == "running"
    house.items.cancel_protected(1, NIGHT, held.seq)
    assert house.item().state == "cancelled"


def test_a_worker_that_lost_the_item_does_not_cancel_it(house: House) -> None:
    house.queue("K1")
    held = house.claim()
    house.expire(1)
    house.take_back()
    with pytest.raises(Conflict):
        house.items.cancel_protected(1, NIGHT, held.seq)
    assert house.item().state == "ready"
    assert house.item().krav == "K1"


def test_a_picture_that_comes_after_the_erasure_is_not_kept(house: House) -> None:
    house.queue("K1")
    held = house.claim()
    assert house.items.add_evidence(1, 1, "1-1.png", None)
    house.items.cancel_protected(1, NIGHT, held.seq)
    assert not house.items.add_evidence(1, 1, "1-1.png", None)
    assert house.rows("evidence") == []


async def test_a_picture_whose_eraser_died_is_swept_up_later(house: House) -> None:
    with_a_past(house)
    house.world.krav["K2"] = "old"
    house.find(arbeid(SECRET, PARTNER), arbeid("K2"))
    house.world.plan_faults = [LOCKED, SystemException("WORLD", "answer", "500")]
    house.policy = replace(house.policy, retry=replace(house.policy.retry, backoff=60.0))
    assert await house.drain() == {"deferred": 2}
    house.find(Vernet(SECRET), arbeid("K2"), as_of=night(1))
    assert sorted(file.name for file in house.evidence.iterdir()) == ["1-1.png", "2-1.png"]
    assert house.items.sweep_pictures(house.evidence) == 1
    assert [file.name for file in house.evidence.iterdir()] == ["2-1.png"], "the other item's stays"
    assert_rows_gone(house)


async def test_protection_that_ends_is_a_new_occasion(house: House) -> None:
    house.queue("K1")
    house.find(Vernet("K1"), as_of=night(1))
    house.find(arbeid("K1"), as_of=night(2))
    assert [(row.reference, row.state) for row in house.rows("work_item", queue=QUEUE)] == [
        ("slettet:1", "cancelled"),
        ("WORLD:K1", "ready"),
    ]
    assert await house.drain(as_of=night(2)) == {"completed": 1}
