"""Proposals of improvements: versions, two people on one, and since when one is in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from hub.improvement import Improvement, Status
from hub.missing import NoSuch
from hub.storage import completed, improvements
from hub.storage.moves import Conflict
from tests.unit.hub.behaviours.house import KARI, NIGHT, OLA, QUEUE, House, night

WASH = Improvement(
    "Adressevask", "Vask mot Folkeregisteret", "Nei", 2000, 12.0, 80, 100, 80.0, 10.0, "Færre returer", "Lav",
    Status.FORESLAATT, None,
)  # fmt: skip


def test_every_change_is_kept_with_who_and_why(house: House) -> None:
    number = improvements.add(house.database, WASH, KARI, "idea of the customer centre")
    dearer = replace(WASH, innsats=120.0, status=Status.VURDERES)
    improvements.change(house.database, number, 1, dearer, OLA, "more systems than we thought")
    with house.database.read() as c:
        shown = improvements.show(c, number)
        assert improvements.every(c) == [shown]
    assert shown.now == dearer
    assert [(v.no, v.content, v.person, v.role, v.reason) for v in shown.versions] == [
        (1, WASH, "kari", "power", "idea of the customer centre"),
        (2, dearer, "ola", "power", "more systems than we thought"),
    ]


def test_of_two_people_the_second_is_told(house: House) -> None:
    number = improvements.add(house.database, WASH, KARI, "new")
    improvements.change(house.database, number, 1, replace(WASH, saker=1), KARI, "counted")
    with pytest.raises(Conflict):
        improvements.change(house.database, number, 1, replace(WASH, saker=2), OLA, "counted")
    with pytest.raises(NoSuch):
        improvements.change(house.database, 99, 1, WASH, OLA, "nothing there")
    with house.database.read() as c:
        assert improvements.show(c, number).now.saker == 1


def test_it_is_in_use_since_it_last_came_into_use(house: House) -> None:
    number = improvements.add(house.database, WASH, KARI, "new")
    live = replace(WASH, status=Status.I_DRIFT)
    for no, content in enumerate([live, replace(WASH, status=Status.AVVIST), live, replace(live, saker=5)], 1):
        improvements.change(house.database, number, no, content, KARI, "so it went")
    with house.database.read() as c:
        shown = improvements.show(c, number)
    assert shown.live_since == shown.versions[3].at
    assert replace(shown, versions=shown.versions[:3]).live_since is None


async def test_what_the_robot_has_completed_since_a_day_is_counted(house: House) -> None:
    house.queue("K1", "K2")
    await house.drain()
    house.queue("K3", "K4", as_of=night(1))
    house.find(as_of=night(2))  # K3 and K4 are not found again: there was nothing to do with them
    house.queue("K5", as_of=night(3))
    await house.drain(night(3))
    with house.database.read() as c:
        assert completed.count_since(c, QUEUE, NIGHT) == 3
        assert completed.count_since(c, QUEUE, NIGHT + timedelta(days=1)) == 1


@pytest.mark.parametrize("statement", ["UPDATE improvement_version SET saker = 1", "DELETE FROM improvement_version"])
def test_no_version_is_changed_or_taken_away(house: House, statement: str) -> None:
    improvements.add(house.database, WASH, KARI, "new")
    with pytest.raises(DBAPIError):
        house.sql(statement)
