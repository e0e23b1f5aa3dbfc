"""The processes of a demo, and what happens in them: simulators, database, Prefect server, workers."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Collection
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import UUID

from rich.console import Console

from flows import registry
from flows.installation import Installation
from flows.person import system_user
from hub.report import ControlReport, control_report
from hub.storage import migrate
from hub.storage.database import Database
from kraftverk.console_server import is_up, links
from kraftverk.export import export_run
from kraftverk.prefect_runs import OtherRun, cancel_runs, request_run, wait_for_run
from kraftverk.prefect_service import PrefectService
from kraftverk.prefect_setup import read_deployments, set_up
from kraftverk.processes import Child, Supervisor, free_ports
from kraftverk.progress import RunProgress
from kraftverk.simulators import Simulators
from kraftverk.trouble import Trouble
from kraftverk.world import World, environment, exports, sandbox_environment, write_secrets, write_settings
from sandbox.faults import KNOBS

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

LANES = 2
ORDERED_BY = "demo"
"""Nobody at the terminal: so that the person there may approve what the night proposes."""
NIGHT_LIMIT = 3 * 3600.0
REST_LIMIT = 600.0
"""Seconds without any change after which what is left is called deferred."""
CONSOLE = [sys.executable, "-m", "kraftverk.console_server"]
CODE = Path(__file__).resolve().parent.parent


@dataclass
class House:
    """Opened once; a night or several are run in it."""

    world: World
    workers: int
    postgres: bool
    out: Console
    _stack: ExitStack = field(default_factory=ExitStack)
    _started: float = field(default_factory=time.monotonic)
    _seen_effect: bool = False
    _up: bool = False
    _trouble: Trouble | None = None

    def __enter__(self) -> Self:
        self._stack.__enter__()
        self._children = self._stack.enter_context(Supervisor(self.world.logs, self._told))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.out.print("Stopping …")
        if kind is KeyboardInterrupt and self._up:
            # a worker that is told to end kills its flows at once; asked by Prefect, they clean up first
            with suppress(Exception):
                asyncio.run(self._cancel())
        self._stack.__exit__(kind, error, trace)

    def open(self, population: Path, as_of: date, faults: float) -> None:
        """Start everything. Says what is waited for."""
        accounts = LANES * self.workers + 1
        write_secrets(self.world, accounts)
        sandbox_port, prefect_port, self._console_port = free_ports(3)
        self.sandbox = f"http://127.0.0.1:{sandbox_port}"
        self.simulators = Simulators(self.sandbox)
        self.database = self._database_url()
        self.prefect = PrefectService(
            home=self.world.folder / "prefect",
            port=prefect_port,
            auth_string=(self.world.secrets / "prefect.auth").read_text(encoding="utf-8"),
            code=CODE,
            query_seconds=1.0,
        )
        self.prefect.home.mkdir()
        self._write_settings(as_of)
        os.environ.update(environment(self.world))
        self._start_sandbox(population, sandbox_port)
        self._children.start(
            Child("prefect", self.prefect.server_command(), self.prefect.server_environment(), self.prefect.is_healthy)
        )
        importing = threading.Thread(target=self._import_prefect)
        importing.start()
        migrate.upgrade(Database(self.database))
        self.installation = Installation.open()
        self._wait("sandbox", "the simulated systems (PAX, Pilen, the registers)")
        for knob in KNOBS if faults else ():
            self.simulators.set_fault("*", knob, faults)
        self._wait("prefect", "Prefect's server (12-25 s)")
        importing.join()
        asyncio.run(self._set_up_prefect())
        for number in range(1, self.workers + 1):
            name = f"worker-{number}"
            self._children.start(Child(name, self.prefect.worker_command(name), self.prefect.environment()))
        self._children.start(
            Child("console", CONSOLE, environment(self.world), partial(is_up, self.installation.settings.console.url))
        )
        self.out.print(f"Prefect: {self.prefect.ui_url}  (log in with {self.prefect.auth_string})")
        self.out.print(f"PAX:     {self.sandbox}/pax/")
        self._wait("console", "the console")
        self._up = True

    def night(self, as_of: date, export: Path | None) -> int:
        """Run the night through its Prefect deployment and wait until all is at rest; 0 when it came through."""
        came_through = self._round("night", "nightly/nightly", registry.NIGHT, as_of)
        if export is not None and came_through:
            for path in export_run(self.installation, export, as_of):
                self.out.print(f"wrote {path}")
        return 0 if came_through else 1

    def make_trouble(self) -> None:
        """Let two things go wrong this night, see `kraftverk.trouble`."""
        self._trouble = Trouble(self.installation, self.simulators)

    def lose_an_answer(self) -> None:
        """Once the night is over."""
        if self._trouble is not None:
            self.out.print("Somebody puts one of the failed oppgaver back, and Pilen goes down in the middle of it …")
            asyncio.run(self._trouble.lose_an_answer(partial(self._run_quietly, "drain/drain")))
            self._trouble = None

    def morning(self, as_of: date) -> int:
        """The same for the round after the night."""
        return 0 if self._round("morning", "morning/morning", registry.MORNING, as_of) else 1

    def next_day(self, day: Path, as_of: date) -> None:
        """Let the outside world move on to the morning of `day`, and today with it."""
        self.simulators.move_to(day)
        self._write_settings(as_of)

    def pid(self, name: str) -> int:
        """The process id of «prefect», «sandbox» or «worker-N» now."""
        return self._children.pid(name)

    def stay(self) -> None:
        """Until Ctrl-C."""
        user, password = list(json.loads((self.world.secrets / "pax.json").read_text(encoding="utf-8")).items())[-1]
        self.out.print("The console, a link for each role; it logs in once, within a quarter of an hour:")
        for role, link in links(self.installation.settings).items():
            self.out.print(f"  {role:14s} {link}", soft_wrap=True)
        self.out.print(f"Everything stays up; logs are in {self.world.logs}. Stop with Ctrl-C.")
        self.out.print(f"To look around in PAX: user {user}, password {password} (three wrong ones lock it).")
        self.out.print("To try commands in another terminal, first:")
        self.out.print(f"  {exports(self.world)}", soft_wrap=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
        asyncio.run(self._cancel())

    def _write_settings(self, as_of: date) -> None:
        write_settings(
            self.world,
            self.sandbox,
            self.database,
            as_of,
            self.prefect.api_url,
            LANES,
            self.workers,
            self._console_port,
        )

    def _database_url(self) -> str:
        """The hub's database. Prefect keeps its own SQLite: it needs pg_trgm, which the packaged PostgreSQL lacks."""
        if not self.postgres:
            return f"sqlite:///{self.world.folder / 'hub.db'}"
        from kraftverk.postgres import PostgresServer

        self.out.print("Starting a PostgreSQL server …")
        return self._stack.enter_context(PostgresServer()).create("kraftverk")

    def _start_sandbox(self, population: Path, port: int) -> None:
        command = [sys.executable, "-m", "sandbox", "--population", str(population), "--port", str(port)]
        command += ["--state-dir", str(self.world.folder / "sandbox")]
        # restarted it would have forgotten everything, so it is not
        child = Child(
            "sandbox", command, sandbox_environment(self.world), self.simulators.is_ready, restarts=0, cwd=CODE
        )
        self._children.start(child)

    def _import_prefect(self) -> None:
        """Two seconds that pass while the server starts."""
        self.prefect.adopt()
        for name in registry.MODULES:
            registry.module(name)

    async def _set_up_prefect(self) -> None:
        async with self.prefect.client() as client:
            deployments = read_deployments(CODE / "prefect.yaml")
            await set_up(client, deployments, self.prefect.silent_after, {"drain": self.workers}, system_user())

    async def _run(self, deployment: str, parameters: dict[str, object]) -> str:
        async with self.prefect.client() as client:
            run = await begin(client, deployment, parameters)
            watching = asyncio.create_task(self._watch(run))
            try:
                state = await wait_for_run(client, run, NIGHT_LIMIT)
            finally:
                watching.cancel()
            return state.name or state.type.value

    async def _watch(self, run: UUID) -> None:
        """Say at each moment what is happening: nothing yet, the first effect, so many done."""
        self.out.print(f"Its page: {self.prefect.ui_url}/runs/flow-run/{run}")
        with RunProgress(self.out, "The run") as bar:
            while True:
                effects = len(await asyncio.to_thread(self.simulators.effects))
                if self._trouble is not None:
                    await asyncio.to_thread(self._trouble.begin)
                if effects and not self._seen_effect:
                    self._seen_effect = True
                    self.out.print(f"First effect seen {time.monotonic() - self._started:.0f} s after the start.")
                bar.show(self.installation.states, f"; {effects} effects in the simulated systems")
                await asyncio.sleep(2)

    def _round(self, name: str, deployment: str, automations: Collection[str], as_of: date) -> bool:
        self.out.print(f"The {name} of {as_of}: asking Prefect for a run, waiting for a worker to take it …")
        state = asyncio.run(self._run(deployment, {"as_of": as_of.isoformat(), "ordered_by": ORDERED_BY}))
        self.out.print(f"The {name} of {as_of}: Prefect calls it {state}.")
        still_open = self._rest(as_of)
        reports = [report for report in self._reports(as_of) if report.automation in automations]
        for report in reports:
            self._tell(report)
        return not still_open and all(report.found for report in reports)

    def _rest(self, as_of: date) -> int:
        """Wait for what was deferred: drains take it up when it is due. Returns how much is left on its way."""
        left, since = -1, time.monotonic()
        while True:
            open_now = sum(report.still_open for report in self._reports(as_of))
            if open_now == 0:
                return 0
            if open_now != left:
                left, since = open_now, time.monotonic()
                self.out.print(f"  {open_now} not at rest yet: waiting for what was deferred …")
            if time.monotonic() - since > REST_LIMIT:
                return open_now
            asyncio.run(self._run_quietly("drain/drain"))
            time.sleep(2)

    async def _run_quietly(self, deployment: str) -> None:
        async with self.prefect.client() as client:
            run, _ = await request_run(client, deployment)
            await wait_for_run(client, run, NIGHT_LIMIT)

    async def _cancel(self) -> None:
        async with self.prefect.client() as client:
            await cancel_runs(client)

    def _reports(self, as_of: date) -> list[ControlReport]:
        with self.installation.database.read() as c:
            return [control_report(c, name, as_of) for name in registry.MODULES]

    def _tell(self, report: ControlReport) -> None:
        self.out.print(f"{report.automation}: {report.came_in} in")
        for state, n in report.states.items():
            if n:
                self.out.print(f"  {n:5d} {state}")
        for code, n in report.counts.items():
            self.out.print(f"  {n:5d} in the control report: {code}")

    def _wait(self, name: str, what: str) -> None:
        self.out.print(f"Waiting for {what} …")
        seconds = self._children.wait_ready(name)
        self.out.print(f"  ready after {seconds:.0f} s")

    def _told(self, name: str, what: str) -> None:
        self.out.print(f"«{name}» {what}; its log is {self.world.logs / name}.log")


async def begin(client: PrefectClient, deployment: str, parameters: dict[str, object]) -> UUID:
    """Its own timetable may just have begun a night of the same house: that one goes first."""
    while True:
        try:
            run, _ = await request_run(client, deployment, parameters)
        except OtherRun as other:
            await wait_for_run(client, other.run, NIGHT_LIMIT)
        else:
            return run
