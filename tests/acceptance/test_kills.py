"""A night in which everything is killed, one thing after another, in the middle of a merge in PAX.

The whole of it is real: Prefect's server, worker and flow processes, a browser, simulators over sockets. Each case
waits until an effect of an item has *started*, kills, and asks what became of that very item.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from rich.console import Console

from hub.audit import Actor
from hub.storage import queues
from hub.storage.schema import attempt, run, step, work_item
from kraftverk.house import House
from kraftverk.prefect_runs import request_run
from kraftverk.prefect_setup import set_up
from kraftverk.world import make_empty
from sandbox.generator import generate

pytestmark = pytest.mark.timeout(600)
QUEUE = "parking-merge"
KARI = Actor("kari", "power")
KRAV = 3000
"""A world in which there is still something to be killed at when the last case comes."""
AS_OF = date(2026, 11, 23)
QUICK = {"lease": "5.0", "act_limit": "4.0", "backoff": "0.5", "settle": "1.0", "breaker_pause": "1.0", "lanes": "1"}
SILENT_AFTER = timedelta(seconds=45)
"""Prefect calls a run Crashed after this silence: more than its heartbeat of 30 s, so that no live run is."""
ASK_PREFECT_EVERY = 1.0
"""Seconds: asking its server takes the processor from what is waited for."""
LATENCY_MS = 60
"""Makes a merge last long enough to be met in the middle."""


@dataclass(frozen=True)
class Victim:
    """An item with a started effect, and who held it."""

    item: int
    attempt: int
    keys: frozenset[str]
    pid: int
    prefect_run: str


class Night:
    """The running house, and what a test asks of it."""

    def __init__(self, house: House) -> None:
        self.house = house

    def ask_for_a_drain(self) -> None:
        asyncio.run(self._drain())

    def catch(self) -> Victim:
        """Wait until some item in PAX is in the middle of an effect."""
        return self._until(self._in_the_middle, 150, again=self.ask_for_a_drain)

    def settled(self, victim: Victim) -> Any:
        """The victim's row once it is at rest. Drains take it up as they do in production."""
        return self._until(lambda: self._at_rest(victim.item), 240, again=self.ask_for_a_drain)

    def state_of(self, prefect_run: str, within: float) -> str:
        """The run's final state in Prefect."""
        return self._until(lambda: asyncio.run(self._final(prefect_run)), within, pause=ASK_PREFECT_EVERY)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While only Prefect is waited for: what robots do meanwhile nobody looks at, and it takes the processor."""
        database = self.house.installation.database
        queues.pause(database, QUEUE, "person", KARI, "waiting for Prefect")
        yield
        queues.release(database, QUEUE, KARI, "it has answered")

    def effects(self) -> Counter[str]:
        return Counter(effect["key"] for effect in self.house.simulators.effects() if effect["system"] == "PAX")

    def attempts(self, item: int) -> list[str]:
        with self.house.installation.database.read() as c:
            return list(c.execute(sa.select(attempt.c.outcome).where(attempt.c.item_id == item)).scalars())

    def _in_the_middle(self) -> Victim | None:
        with self.house.installation.database.read() as c:
            held = sa.and_(work_item.c.state == "running", work_item.c.target == "PAX", work_item.c.attempts == 1)
            for row in c.execute(sa.select(work_item).where(held)):
                kinds: dict[str, set[str]] = {"started": set(), "done": set()}
                for kind, key in c.execute(sa.select(step.c.kind, step.c.key).where(step.c.item_id == row.id)):
                    kinds.setdefault(kind, set()).add(key)
                if kinds["started"] - kinds["done"]:
                    run_id = c.execute(sa.select(attempt.c.run_id).where(attempt.c.item_id == row.id)).scalar_one()
                    prefect_run = c.execute(sa.select(run.c.prefect_run).where(run.c.id == run_id)).scalar_one()
                    pid = int(row.holder.split("-")[-3])
                    return Victim(row.id, row.attempts, frozenset(kinds["started"]), pid, prefect_run)
        return None

    def _at_rest(self, item: int) -> Any:
        with self.house.installation.database.read() as c:
            row = c.execute(sa.select(work_item).where(work_item.c.id == item)).one()
        return row if row.state in ("completed", "waiting", "cancelled") else None

    @staticmethod
    def _until(
        look: Callable[[], Any], seconds: float, again: Callable[[], None] | None = None, pause: float = 0.02
    ) -> Any:
        deadline, ask_at = time.monotonic() + seconds, time.monotonic() + 3
        while time.monotonic() < deadline:
            found = look()
            if found is not None:
                return found
            if again is not None and time.monotonic() > ask_at:
                again()
                ask_at = time.monotonic() + 5
            time.sleep(pause)
        raise AssertionError(f"not seen within {seconds:.0f} s")

    async def _drain(self) -> None:
        async with self.house.prefect.client() as client:
            try:
                await request_run(client, "drain/drain")
            except Exception:  # the server is being killed or is on its way up: asked again in a moment
                return

    async def _final(self, prefect_run: str) -> str | None:
        try:
            async with self.house.prefect.client() as client:
                state = (await client.read_flow_run(UUID(prefect_run))).state
        except httpx.HTTPError:  # the server is on its way up
            return None
        return state.type.value if state is not None and state.is_final() else None


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("kills")
    population, world = folder / "population", make_empty(folder / "state")
    generate(population, krav=KRAV, seed=1, as_of=AS_OF)
    with House(world, workers=1, postgres=False, out=Console(file=io.StringIO())) as house:
        house.open(population, AS_OF, 0.0)
        text = world.config.read_text(encoding="utf-8")
        for name, value in QUICK.items():
            text = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
        world.config.write_text(text, encoding="utf-8")
        house.simulators.set_fault("PAX", "latency_ms", 1.0, latency_ms=LATENCY_MS)
        asyncio.run(_begin(house))
        yield Night(house)


async def _begin(house: House) -> None:
    async with house.prefect.client() as client:
        await set_up(client, [], SILENT_AFTER)
        await request_run(client, "nightly/nightly", {"as_of": AS_OF.isoformat(), "automations": [QUEUE]})


def kill_worker(night: Night, victim: Victim) -> None:
    _kill(night.house.pid("worker-1"))


def kill_flow(night: Night, victim: Victim) -> None:
    _kill(victim.pid)


def kill_both(night: Night, victim: Victim) -> None:
    _kill(night.house.pid("worker-1"))
    _kill(victim.pid)


def kill_browser(night: Night, victim: Victim) -> None:
    for pid in _descendants(victim.pid):
        if "chrom" in _command(pid):
            _kill(pid)


def kill_server(night: Night, victim: Victim) -> None:
    _kill(night.house.pid("prefect"))


def stop_past_the_lease(night: Night, victim: Victim) -> None:
    # A process stopped in the middle of a transaction would hold its locks for as long as it is stopped.
    with night.house.installation.database.begin():
        os.kill(victim.pid, signal.SIGSTOP)
    try:
        night.settled(victim)
    finally:
        os.kill(victim.pid, signal.SIGCONT)


CASES = {
    # what is killed: (how, what Prefect calls the run afterwards; None where the run may well go on)
    "browser": (kill_browser, None),
    # while the night's run and a drain are both there: alone, Prefect must first call the stopped one Crashed
    "stopped past the lease, then continued": (stop_past_the_lease, None),
    "flow process": (kill_flow, "CRASHED"),
    "worker": (kill_worker, None),
    "worker and flow process": (kill_both, "CRASHED"),
    "Prefect's server": (kill_server, None),
}


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize("what", CASES)
def test_what_a_killed_attempt_had_begun_is_finished_once(night: Night, what: str) -> None:
    how, called = CASES[what]
    victim = night.catch()
    before = night.effects()
    how(night, victim)

    item = night.settled(victim)

    assert (item.state, item.result) == ("completed", "MERGED"), night.attempts(victim.item)
    saved = night.effects()
    assert {key: saved[key.removeprefix("merge:")] for key in victim.keys} == dict.fromkeys(victim.keys, 1), before
    if called:
        with night.paused():
            assert night.state_of(victim.prefect_run, within=120) == called


def test_nothing_was_done_twice_in_the_whole_night(night: Night) -> None:
    assert night.effects()
    assert max(night.effects().values()) == 1


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):  # one of a killed browser's own children, gone with it
        os.kill(pid, signal.SIGKILL)


def _descendants(pid: int) -> list[int]:
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in table.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found, waiting = [], [pid]
    while waiting:
        waiting = [child for parent in waiting for child in children.get(parent, [])]
        found += waiting
    return found


def _command(pid: int) -> str:
    return subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True).stdout
