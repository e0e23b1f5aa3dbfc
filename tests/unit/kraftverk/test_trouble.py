"""The trouble of the demo's own world bears that something else has become of the item it wants to put back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hub.audit import Chain
from hub.automation import Arbeid
from hub.release import ReleaseLevel
from hub.states import State, WaitingKind
from hub.storage import migrate, queues, runs, targets
from hub.storage.claims import Claims, Outcome, StepEntry, Wanted
from hub.storage.database import Database
from hub.storage.intake import take_in
from kraftverk.trouble import QUEUE, Trouble

NIGHT = date(2026, 11, 23)
CHAIN = Chain(b"k" * 32)


@dataclass
class Simulators:
    """Which cases are held open, and the knobs as they stand."""

    held: list[str] = field(default_factory=list)
    knobs: dict[tuple[str, str], float] = field(default_factory=dict)

    def hold_open(self, saker: list[str]) -> None:
        self.held = saker

    def set_fault(self, system: str, knob: str, rate: float, **_more: int) -> None:
        self.knobs[system, knob] = rate

    def effects(self) -> list[object]:
        return []


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'hub.db'}")
    migrate.upgrade(database)
    queues.ensure(database, QUEUE, ReleaseLevel.LIVE)
    targets.ensure(database, "PILEN")
    run = runs.begin(database, QUEUE, "find", NIGHT, "demo", None)
    work = [Arbeid("g1", "PILEN", ("PI1",), {"krav": {"PI1": "S1"}}, "facts", 1)]
    take_in(database, CHAIN, QUEUE, run, work, NIGHT, 100, NIGHT)
    return database


async def test_an_item_that_is_in_doubt_already_is_left_and_the_knobs_are_off(database: Database) -> None:
    simulators, drained = Simulators(), []
    trouble = Trouble(SimpleNamespace(database=database, chain=CHAIN), simulators)  # type: ignore[arg-type]
    trouble.begin()
    assert simulators.held == ["S1"]
    claims = Claims(database, CHAIN, 60.0)
    held = claims.claim(Wanted(QUEUE, ("PILEN",), "worker"))
    assert held is not None
    effect = {"key": "merge:PI1", "system": "PILEN", "before": {}, "after": {}}
    plan = {"result": "MERGED", "krav": [], "rules": [], "as_of": NIGHT.isoformat(), "effects": [effect]}
    started = StepEntry("started", "merge:PI1", json.dumps({"system": "PILEN"}))
    claims.write_steps(held, [StepEntry("plan", "MERGED", json.dumps(plan)), started])
    doubt = Outcome(State.WAITING, "uncertain", WaitingKind.UNCERTAIN, reason="EFFECT_NOT_SETTLED", spent=True)
    claims.finish(held, doubt, NIGHT)
    claims.close()

    async def drain() -> Any:
        drained.append(1)

    await trouble.lose_an_answer(drain)
    assert (simulators.held, drained) == ([], [])
    assert not any(simulators.knobs.values())
