"""A worker as a process of its own, over a world kept in a file: what the process did is there when it is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Any

import hub
from hub.policy import Policy
from hub.retry import RetryPolicy
from hub.storage import targets
from hub.storage.claims import Claims
from hub.storage.database import Database
from hub.target import TargetSpec
from tests.unit.hub.behaviours.house import House
from tests.unit.hub.fake_world import MoveAutomation, World
from tests.warm import TURN, forks

HUB = str(Path(hub.__file__).parent)
LEASE, ACT_LIMIT = 1.5, 0.4
STANDING = "standing"
"""Name of the file, beside the world's, that a worker makes when it has come to where it is to be stopped."""
POLICY = Policy(lease=LEASE, act_limit=ACT_LIMIT, retry=RetryPolicy(backoff=0.0, free_wait=0.0))


@dataclass
class FileWorld(World):
    """The same world in a file, so that several processes live in it."""

    file: Path = Path()

    @classmethod
    def make(cls, file: Path, krav: list[str]) -> FileWorld:
        world = cls(file=file)
        with closing(world._connect()) as c:
            c.execute("CREATE TABLE krav (nr TEXT PRIMARY KEY, place TEXT, effects INTEGER DEFAULT 0)")
            c.execute("CREATE TABLE session (account TEXT PRIMARY KEY)")
            c.execute("CREATE TABLE thrown_out (account TEXT)")
            c.executemany("INSERT INTO krav (nr, place) VALUES (?, 'old')", [(nr,) for nr in krav])
        return world

    def place(self, krav: str) -> str:
        return str(self._ask("SELECT place FROM krav WHERE nr = ?", krav)[0][0])

    def move(self, krav: str) -> None:
        self._ask("UPDATE krav SET place = 'new', effects = effects + 1 WHERE nr = ?", krav)

    def counted(self) -> dict[str, int]:
        """How often each krav was moved."""
        return dict(self._ask("SELECT nr, effects FROM krav"))

    def thrown(self) -> list[Any]:
        """Accounts somebody logged in with while another was logged in with them."""
        return self._ask("SELECT account FROM thrown_out")

    async def prepare(self, target: str, account: str | None) -> None:
        self.log_out()
        await self.reach("prepare")
        if account is not None:
            try:
                self._ask("INSERT INTO session VALUES (?)", account)
            except sqlite3.IntegrityError:
                self._ask("INSERT INTO thrown_out VALUES (?)", account)
            self.account = account

    def log_out(self) -> None:
        if self.account is not None:
            self._ask("DELETE FROM session WHERE account = ?", self.account)
            self.account = None

    def _ask(self, text: str, *values: str) -> list[Any]:
        with closing(self._connect()) as c:
            return c.execute(text, values).fetchall()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.file, timeout=30, isolation_level=None)
        connection.execute("PRAGMA synchronous = OFF")  # the machine stays up; only processes die
        return connection


@dataclass(frozen=True)
class Job:
    """What a worker process is to do, and where it is to die or stop."""

    url: str
    world: Path
    die_at: str | None = None
    """A point of the world, or `finish`: the last word of an attempt."""
    die_after_calls: int = 0
    """So many calls of functions of the hub."""
    stop_at: str | None = None
    lanes: int = 1
    patience: float = 0.0
    accounts: tuple[str, ...] = ()
    calls: Path | None = None
    """Where to write how many calls it took."""
    policy: Policy = field(default=POLICY)


def start(job: Job) -> BaseProcess:
    process = forks().Process(target=work, args=(job,))
    with TURN:
        process.start()
    return process


def run(job: Job, within: float = 60.0) -> int | None:
    """Returns how the process ended: 0, or minus the signal that killed it."""
    process = start(job)
    wait([process.sentinel], within)
    with TURN:
        assert process.exitcode is not None, "the worker does not end"
        return process.exitcode


def work(job: Job) -> None:
    """The body of the process."""
    house = House(Database(job.url), job.world.with_name("evidence"), world=FileWorld(file=job.world))
    house.automation = MoveAutomation(separately=True)
    house.policy = job.policy
    house.specs = (TargetSpec("WORLD", ("WORLD",), job.accounts),)
    targets.ensure(house.database, "WORLD", job.accounts)
    if job.die_at == "finish":
        Claims._finish = lambda *_: _send(signal.SIGKILL)  # type: ignore[method-assign]
    elif job.die_at:
        house.world.hooks[job.die_at] = lambda: _send(signal.SIGKILL)
    if job.stop_at:
        house.world.hooks[job.stop_at] = _once(lambda: _stand_still(job.world.with_name(STANDING)))
    counter = _Calls(job.die_after_calls)
    if job.die_after_calls or job.calls:
        threading.setprofile(counter)
        sys.setprofile(counter)
    asyncio.run(house.drain(lanes=job.lanes, patience=job.patience))
    sys.setprofile(None)
    if job.calls:
        job.calls.write_text(str(counter.seen))


class _Calls:
    """Counts calls of the hub's own functions, in every thread, and kills the process at the one it was told."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.seen = 0

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(HUB):
            self.seen += 1
            if self.seen == self.fatal:
                _send(signal.SIGKILL)


def _once(act: Callable[[], None]) -> Callable[[], None]:
    left = [act]
    return lambda: left.pop()() if left else None


def _stand_still(sign: Path) -> None:
    """Say that the point is reached, and go no further until the sign is gone: whoever watches stops the process."""
    sign.touch()
    while sign.exists():
        time.sleep(0.01)


def _send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)
