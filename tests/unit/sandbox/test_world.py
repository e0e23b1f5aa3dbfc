"""The world: its effect log, versions and late saves."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from pathlib import Path

import pytest

from sandbox.population import Population, load
from sandbox.world import World

KRAV, OTHER = "PC0075054", "PC0174390"


@pytest.fixture
def population(root: Path) -> Population:
    return load(root / "tests" / "population" / "liten")


async def test_every_effect_is_written_down_also_a_repeated_one(population: Population) -> None:
    world = World(population)
    for _time in range(2):
        world.effect("PAX", "merge", KRAV, saksnr="C1", fra="C2")
    first, second = world.effects()
    assert (first["n"], second["n"]) == (1, 2)
    assert {**first, "n": 2, "at": second["at"]} == second
    assert (first["system"], first["kind"], first["key"]) == ("PAX", "merge", KRAV)
    assert first["detail"] == {"saksnr": "C1", "fra": "C2"}


async def test_a_krav_gets_a_new_version_whenever_it_is_written(population: Population) -> None:
    world = World(population)
    same = world.krav[KRAV]["saksnr"]
    world.change_krav(KRAV, saksnr="C1")
    world.change_krav(KRAV, saksnr=same)
    world.change_krav(KRAV, saksnr=same)
    assert (world.versjon(KRAV), world.versjon(OTHER)) == (4, 1)
    assert world.krav[KRAV]["saksnr"] == same


async def test_another_day_raises_the_version_of_what_differs(population: Population) -> None:
    world, tomorrow = World(population), deepcopy(population)
    tomorrow.krav[KRAV]["saksnr"] = "C1"
    tomorrow.krav["PC0000001"] = {**tomorrow.krav[KRAV], "kravnr": "PC0000001"}
    world.move_to(tomorrow)
    assert [world.versjon(kravnr) for kravnr in (KRAV, OTHER, "PC0000001")] == [2, 1, 1]
    assert world.krav[KRAV]["saksnr"] == "C1"


async def test_why_a_krav_was_written_off_lasts_as_long_as_it_is(population: Population) -> None:
    world, extract = World(population), [population.krav[KRAV], population.krav[OTHER]]
    world.write_off(KRAV, "FORELDET")
    assert (world.krav[KRAV]["tilstand"], world.versjon(KRAV), world.avskrivingskode(KRAV)) == (
        "AVSKREVET",
        2,
        "FORELDET",
    )
    tomorrow = deepcopy(world.population)
    tomorrow.pax_uttrekk = [{**row, "tilstand": "AAPEN"} for row in extract]
    world.move_to(tomorrow)
    assert [row["tilstand"] for row in world.pax_uttrekk] == ["AVSKREVET", "AAPEN"]
    reopened = deepcopy(tomorrow)
    reopened.krav[KRAV]["tilstand"] = "AAPEN"
    reopened.pax_uttrekk = [{**row, "tilstand": "AAPEN"} for row in extract]
    world.move_to(reopened)
    assert world.avskrivingskode(KRAV) == ""
    assert [row["tilstand"] for row in world.pax_uttrekk] == ["AAPEN", "AAPEN"]


async def test_a_late_save_is_pending_until_done_and_waits_for_the_lock(population: Population) -> None:
    world, done = World(population), asyncio.Event()
    async with world.lock:
        world.later(0, done.set)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(done.wait(), 0.05)
        assert world.pending == 1
    await asyncio.wait_for(done.wait(), 5)
    await asyncio.sleep(0)
    assert world.pending == 0
