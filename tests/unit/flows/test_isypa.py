"""Changes to ISY-PA by file, against the simulator in the same process: it takes files when the test says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from connectors.isypa_filer.files import IsypaFiler
from connectors.isypa_filer.mapping import Endring
from domain.errors import BusinessException, SystemException
from flows.effekter.isypa import EndreIsypa
from hub.automation import Look
from sandbox.columns import KRAV
from sandbox.faults import Faults
from sandbox.isypa import Isypa
from sandbox.population import Population
from sandbox.world import World

KEYS = ("merknad:IS1", "merknad:IS2")


class Open:
    def check(self) -> None:
        """The lease holds."""


class Closed:
    def check(self) -> None:
        raise RuntimeError("the lease is lost")


@pytest.fixture
def world() -> World:
    filled = dict.fromkeys(KRAV.columns, "") | {"fagsystem": "ISYPA", "tilstand": "AAPEN"}
    krav = {nr: filled | {"kravnr": nr, "saksnr": f"Y{nr}"} for nr in ("IS1", "IS2")}
    return World(Population("prøve", date(2026, 11, 23), 1, {}, {}, [], krav, {}, []))


@pytest.fixture
def isypa(world: World, tmp_path: Path) -> Isypa:
    return Isypa(world, Faults(1), tmp_path)


@pytest.fixture
def action(tmp_path: Path) -> EndreIsypa:
    rows = {key: Endring("merknad", "Slettet", "ref", kravnr=key.partition(":")[2]) for key in KEYS}
    return EndreIsypa(rows, "cw-bcd", IsypaFiler(tmp_path), settle=1.0)


def remarks(world: World) -> list[str]:
    return [effect["key"] for effect in world.effects()]


async def test_put_down_taken_and_read_back(action: EndreIsypa, isypa: Isypa, world: World) -> None:
    assert await action.look() == dict.fromkeys(KEYS, Look.NONE)
    await action.act(KEYS, Open())
    assert await action.look() == dict.fromkeys(KEYS, Look.ALL)
    with pytest.raises(SystemException) as caught:
        await action.verify(KEYS)
    assert (caught.value.system, caught.value.phase) == ("ISYPA", "verify")
    isypa.take_all()
    assert await action.verify(KEYS) == {key: {"fil": "cw-bcd-1.csv"} for key in KEYS}
    assert await action.look() == dict.fromkeys(KEYS, Look.ALL)
    assert remarks(world) == ["IS1", "IS2"]


async def test_put_down_twice_is_done_once(action: EndreIsypa, isypa: Isypa, world: World) -> None:
    await action.act(KEYS, Open())
    await action.act(KEYS, Open())  # a worker that died just after the first, and lost what it knew
    isypa.take_all()
    isypa.take_all()
    assert remarks(world) == ["IS1", "IS2"]


async def test_a_row_that_was_refused_goes_alone_in_the_next_file(
    action: EndreIsypa, isypa: Isypa, world: World
) -> None:
    world.locked_cases = {"YIS2"}
    await action.act(KEYS, Open())
    isypa.take_all()
    with pytest.raises(BusinessException) as caught:
        await action.verify(KEYS)
    assert (caught.value.code, caught.value.detail) == ("ISYPA_ROW_REFUSED", "merknad:IS2 SAK_I_BRUK")
    assert await action.look() == {"merknad:IS1": Look.ALL, "merknad:IS2": Look.NONE}
    world.locked_cases = set()
    await action.act(["merknad:IS2"], Open())
    isypa.take_all()
    assert await action.verify(KEYS) == {
        "merknad:IS1": {"fil": "cw-bcd-1.csv"},
        "merknad:IS2": {"fil": "cw-bcd-2.csv"},
    }
    assert remarks(world) == ["IS1", "IS2"]


async def test_what_a_person_has_done_by_hand_is_not_put_down_again_with_the_rest(
    action: EndreIsypa, isypa: Isypa, world: World
) -> None:
    with pytest.raises(BusinessException, match="ISYPA_ROWS_BY_HAND: merknad:IS2") as raised:
        await action.act(["merknad:IS2"], Open())
    isypa.take_all()
    assert (raised.value.nothing_done, remarks(world)) == (True, [])


async def test_nothing_is_put_down_without_the_lease(action: EndreIsypa, isypa: Isypa, world: World) -> None:
    with pytest.raises(RuntimeError):
        await action.act(KEYS, Closed())
    isypa.take_all()
    assert remarks(world) == []
