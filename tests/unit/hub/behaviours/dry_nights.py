"""A dry run plans and reports, and changes nothing."""

from __future__ import annotations

from datetime import date

import pytest

from domain.errors import BusinessException, LoginRejected, SystemException
from hub.automation import Line, ProtectedFound, Utelatt, Varsel, Vernet
from hub.dry_run import dry_run
from hub.storage import runs
from hub.target import TargetSpec
from tests.unit.hub.behaviours.house import NIGHT, QUEUE, House
from tests.unit.hub.fake_world import arbeid


async def dry(house: House, *lines: Line) -> dict[str, int]:
    run_id = runs.begin(house.database, QUEUE, "dry", NIGHT, "test", None)
    counts = await dry_run(house.database, house.automation, house.world, house.specs, lines, NIGHT, run_id)
    return dict(counts)


def reported(house: House) -> list[tuple[str, str | int]]:
    return sorted((line.code, line.krav or line.antall) for line in house.rows("report_line"))


async def test_it_says_what_would_happen_and_does_nothing(house: House) -> None:
    house.world.krav = {"K1": "old", "K2": "new", "K3": "old"}
    lines = (arbeid("K1"), arbeid("K2"), Utelatt("K4", "MINOR"), Varsel("K5", "WARN", date(2026, 12, 1)), Vernet("K6"))
    assert await dry(house, *lines) == {"MOVED": 1, "NOTHING_TO_DO": 1}
    assert reported(house) == [
        ("MINOR", "K4"),
        ("PROTECTED", 1),
        ("WARN", "K5"),
        ("WOULD_MOVED", "K1"),
        ("WOULD_NOTHING_TO_DO", "K2"),
    ]
    assert house.world.krav == {"K1": "old", "K2": "new", "K3": "old"}
    assert not house.world.effects
    assert house.world.reached["act"] == 0
    assert house.rows("work_item") == house.rows("step") == house.rows("attempt") == []


async def test_one_unit_that_fails_does_not_hide_the_others(house: House) -> None:
    house.world.krav = {"K1": "old", "K2": "old", "K3": "old"}
    house.world.plan_faults = [SystemException("WORLD", "answer", "500"), BusinessException("ESTATE")]
    counts = await dry(house, arbeid("K1"), arbeid("K2"), arbeid("K3"))
    assert counts == {"WORLD_ANSWER": 1, "ESTATE": 1, "MOVED": 1}


async def test_a_protected_one_is_counted_and_not_named(house: House) -> None:
    house.world.krav = {"K1": "old", "K2": "old"}
    house.world.plan_faults = [ProtectedFound()]
    assert await dry(house, arbeid("K1", "K2"), Vernet("K3")) == {"PROTECTED": 1}
    assert reported(house) == [("PROTECTED", 3)]


@pytest.mark.parametrize("fault", [None, LoginRejected("WORLD", "refused")])
async def test_the_account_is_held_and_given_back(house: House, fault: Exception | None) -> None:
    house.specs = (TargetSpec("WORLD", ("WORLD",), ("robot1",)),)
    house.know_targets()
    house.world.krav = {"K1": "old"}
    seen: list[str | None] = []
    house.world.hooks["plan"] = lambda: seen.append(house.rows("target_session")[0].holder)
    house.world.plan_faults = [fault] if fault else []
    if fault:
        with pytest.raises(LoginRejected):
            await dry(house, arbeid("K1"))
    else:
        await dry(house, arbeid("K1"))
    assert house.world.logins == ["robot1"]
    assert seen[0] is not None
    assert house.rows("target_session")[0].holder is None


async def test_with_every_account_in_use_it_says_so(house: House) -> None:
    house.specs = (TargetSpec("WORLD", ("WORLD",), ("robot1",)),)
    house.know_targets()
    house.sql("UPDATE target_session SET holder = 'another', lease_until = 9e9")
    with pytest.raises(SystemException, match="every robot account is in use"):
        await dry(house, arbeid("K1"))
