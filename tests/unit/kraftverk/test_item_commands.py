"""`kraftverk items`: what is done to an item is done to the item that was seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import Result

from domain.errors import BusinessException, SystemException
from hub.retry import RetryPolicy
from hub.storage.moves import Conflict
from kraftverk.item_commands import app
from tests.unit.hub.behaviours.house import KARI, House
from tests.unit.hub.fake_world import arbeid
from tests.unit.kraftverk.terminal import installed, order

BROKEN = SystemException("WORLD", "answer", "500")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with installed(tmp_path, monkeypatch, ["saksbehandler"]) as made:
        made.policy = replace(made.policy, retry=RetryPolicy(1, backoff=0.0))
        yield made


def seen() -> str:
    """What `show` tells to act with."""
    told = re.search(r"--seen (\d+)", order(app, "show", "1").stdout)
    assert told
    return told[1]


def act(name: str, seen: str, *more: str) -> Result:
    return order(app, name, "1", *more, "--seen", seen, "--reason", "sett i fagsystemet")


async def test_what_was_said_of_one_doubt_is_not_taken_for_the_next(house: House) -> None:
    house.queue("K1")
    house.world.save_faults = [BROKEN, BROKEN]
    assert await house.drain() == {"uncertain": 1}
    word = seen()
    assert act("settle", word, "--not-done").exit_code == 0
    assert await house.drain() == {"uncertain": 1}
    assert isinstance(act("settle", word, "--not-done").exception, Conflict)
    assert house.states() == {"uncertain": 1}
    assert act("settle", seen(), "--not-done").exit_code == 0
    assert await house.drain() == {"completed": 1}


@pytest.mark.parametrize("name", ["retry", "close"])
async def test_what_somebody_has_done_since_it_was_seen_stops_the_act(house: House, name: str) -> None:
    house.queue("K1")
    house.world.plan_faults = [BusinessException("ESTATE")]
    assert await house.drain() == {"business": 1}
    word = seen()
    house.people.take(1, KARI)
    assert isinstance(act(name, word).exception, Conflict)
    assert house.states() == {"business": 1}
    assert act(name, seen()).exit_code == 0
    assert house.states() == {{"retry": "ready", "close": "handled_manually"}[name]: 1}


async def test_of_several_effects_each_is_settled_with_the_word_the_one_before_gave(house: House) -> None:
    house.world.krav = {"K1": "old", "K2": "old"}
    house.find(arbeid("K1", "K2"))
    house.world.save_faults = [BROKEN]
    assert await house.drain() == {"uncertain": 1}
    said = act("settle", seen(), "move:K1", "--not-done")
    told = re.search(r"still uncertain is move:K2: go on with --seen (\d+)", said.stdout)
    assert told
    assert act("settle", told[1], "move:K2", "--not-done").exit_code == 0
    assert house.states() == {"ready": 1}
