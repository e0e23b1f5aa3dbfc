"""The agency as its users have it: a state folder with settings and secrets, a database, and the outside systems."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from config.settings import load
from flows import registry, routine
from flows.installation import Installation
from flows.routine import Night
from hub.storage import migrate
from hub.storage.database import Database
from kraftverk.export import export_run
from kraftverk.simulators import Simulators
from kraftverk.world import World, environment, make_empty, sandbox_environment, write_secrets, write_settings
from tests.warm import Warm

ROOT = Path(__file__).resolve().parents[2]
KRAFTVERK = Path(sys.executable).with_name("kraftverk")
PARKING = "parking-merge"
Row = dict[str, str]

QUICK = {
    "settle": "1.2",
    "under_way": "1.2",
    "lease": "14.0",
    "act_limit": "10.0",
    "backoff": "0.2",
    "free_wait": "0.2",
    "breaker_pause": "0.5",
    "patience": "60.0",
}
"""Settings that make a night with faults short. Saves that come late come within 400 ms (`Office.misbehave`)."""
LATE_MS = 400


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass
class Office:
    """One installation in a world of its own."""

    world: World
    population: Path
    base: str
    process: Warm
    as_of: date

    @property
    def simulators(self) -> Simulators:
        return Simulators(self.base)

    @property
    def environment(self) -> dict[str, str]:
        return {**environment(self.world), "PYTHONPATH": str(ROOT)}

    def installation(self) -> Installation:
        return Installation.open(load(self.world.config, self.world.secrets))

    def from_shell(self, *arguments: str, **environment: str) -> Said:
        return _from_shell(arguments, self.environment | environment)

    def kraftverk(self, *arguments: str, **environment: str) -> Said:
        """Run the real command in this installation; from a shell where it is to find other code than ours."""
        if "PYTHONPATH" in environment:
            return self.from_shell(*arguments, **environment)
        return _said_at_once(arguments, self.environment | environment)

    def done(self, *arguments: str) -> str:
        """Run the real command, which must not refuse, and return what it answers."""
        said = self.kraftverk(*arguments, COLUMNS="200")
        assert said.code == 0, said
        return said.out

    def item(self, kravnr: str) -> str:
        """The number of its open item."""
        (row,) = self.rows("SELECT id FROM work_item WHERE krav = :krav AND closed_as_of IS NULL", krav=kravnr)
        return str(row["id"])

    def seen(self, liste: str) -> str:
        """The word `approvals show` gives for a list as it stands."""
        told = re.search(r"--seen (\w+)", self.done("approvals", "show", liste))
        assert told
        return told[1]

    def act(self, action: str, item: str, *more: str) -> Said:
        """`items retry`, `settle` or `close`, just after looking at the item."""
        told = re.search(r"--seen (\d+)", self.done("items", "show", item))
        assert told
        return self.kraftverk("items", action, item, *more, "--seen", told[1])

    def approve(self, liste: str, *more: str) -> str:
        """Approve a list just after looking at it."""
        return self.done("approvals", "approve", liste, "--reason", "kontrollert", "--seen", self.seen(liste), *more)

    def reject(self, liste: str, item: str, reason: str) -> str:
        """Reject one proposal just after looking at its list."""
        return self.done("approvals", "reject", liste, item, "--reason", reason, "--seen", self.seen(liste))

    async def night(self, *names: str, find: bool = True) -> int:
        """A night of these automations, or of all, in this process, which saves the time to start one.

        Ordered by «natt», whom no system user is called. Returns how many items are still open.
        """
        installation, still_open = self.installation(), 0
        for name in registry.chosen(names or registry.NIGHT):
            module = registry.module(name)
            night = Night(module.METADATA, module.AUTOMATION, installation, self.as_of, "natt")
            if find:
                await routine.find(night)
            await routine.perform(night, installation.settings.queue(name).patience)
            still_open += routine.report(night).still_open
        return still_open

    def nights(self, workers: int, name: str = PARKING, **environment: str) -> list[Said]:
        """The night in so many processes at once. All of them look for work, and share it."""
        with ThreadPoolExecutor(workers) as together:
            night = partial(self.kraftverk, "run", name, "--local", **environment)
            return [each.result() for each in [together.submit(night) for _ in range(workers)]]

    def move_to(self, day: Path) -> None:
        """The morning of a day of a moving world."""
        self.simulators.move_to(day)
        self.as_of = as_of(day)
        self.set(as_of=self.as_of.isoformat())

    def set(self, **settings: str) -> None:
        """Change settings wherever they stand; one that stands nowhere becomes one of every queue's."""
        text = self.world.config.read_text(encoding="utf-8")
        for name, value in settings.items():
            text, changed = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
            if not changed:
                text = re.sub(r"(?m)^\[queues\..*$", rf"\g<0>\n{name} = {value}", text)
        self.world.config.write_text(text, encoding="utf-8")

    def passwords(self) -> dict[str, str]:
        """The robots' accounts in PAX, as we know them."""
        known: dict[str, str] = json.loads((self.world.secrets / "pax.json").read_text(encoding="utf-8"))
        return known

    def set_passwords(self, passwords: dict[str, str]) -> None:
        """Store other passwords for the robots; PAX is not told."""
        (self.world.secrets / "pax.json").write_text(json.dumps(passwords), encoding="utf-8")

    def control(self, path: str, **body: Any) -> dict[str, Any]:
        """The simulators' own control side."""
        url = f"{self.base}/_sandbox/{path}"
        answer = httpx.request("POST" if body else "GET", url, json=body or None, timeout=10, verify=False)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def misbehave(self, knob: str, rate: float, system: str = "*", **more: int) -> None:
        late = {"saves_late_ms": LATE_MS} if knob == "saves_late" else {}
        self.control("faults", system=system, knob=knob, rate=rate, **late, **more)

    def calm(self) -> None:
        httpx.delete(f"{self.base}/_sandbox/faults", timeout=10, verify=False).raise_for_status()

    def wait_for_late_saves(self) -> None:
        """Until every save that was answered has taken place."""
        deadline = time.monotonic() + 10
        while self.control("health")["pending"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def krav(self) -> dict[str, Row]:
        """The truth about every krav, now."""
        return {row["kravnr"]: row for row in _rows(self.simulators.krav())}

    def letters(self) -> Counter[tuple[str, str]]:
        """(kravnr, fødselsnummer) -> how many letters SvarUt has taken in since the day began."""
        return Counter((row["kravnr"], row["mottaker"]) for row in _rows(self.simulators.brev()))

    def sms(self) -> list[tuple[str, str, str]]:
        """(kravnr, number, text) of every SMS ordered since the day began."""
        return [(row["kravnr"], row["mobil"], row["tekst"]) for row in _rows(self.simulators.sms())]

    def effects(self) -> Counter[tuple[str, str, str]]:
        """(system, kind, kravnr) -> how many times that was carried out.

        Of a change in Procasso the kinds are the fields that became other than they were.
        """
        return Counter(
            (effect["system"], kind, effect["key"].partition(":")[0])
            for effect in self.simulators.effects()
            for kind in _kinds(effect)
        )

    def merges(self) -> Counter[tuple[str, str]]:
        """(kravnr, into) -> how many times that save was carried out."""
        merges = [effect for effect in self.simulators.effects() if effect["kind"] == "merge"]
        return Counter((effect["key"], effect["detail"]["saksnr"]) for effect in merges)

    def export(self) -> Path:
        """What the world and the hub look like after the night."""
        folder = self.world.folder / "ut"
        export_run(self.installation(), folder)
        return folder

    def rows(self, query: str, **values: object) -> list[Mapping[str, Any]]:
        """Read the hub's database."""
        with self._connection() as c:
            return [dict(row._mapping) for row in c.execute(sa.text(query), values)]

    def write(self, statement: str) -> None:
        """Change the hub's database by hand."""
        with self._connection() as c:
            c.execute(sa.text(statement))

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        engine = sa.create_engine(load(self.world.config, self.world.secrets).database)
        try:
            with engine.begin() as c:
                yield c
        finally:
            engine.dispose()


def run(*arguments: object, **environment: str) -> Said:
    """Run the real command from a shell, where no installation is set up."""
    return _from_shell(arguments, _nothing_set_up() | environment)


def order(*arguments: object, **environment: str) -> Said:
    """The same without a shell, for what has little to do."""
    return _said_at_once(arguments, _nothing_set_up() | environment)


@contextmanager
def office(
    folder: Path, population: Path, *, lanes: int = 1, workers: int = 1, quick: bool = False
) -> Iterator[Office]:
    """Open the installation: simulators started, database brought up to date, nothing run yet."""
    world = make_empty(folder)
    write_secrets(world, lanes * workers + 1)
    today = as_of(population)
    with _sandbox(world, population) as (base, process):
        write_settings(world, base, f"sqlite:///{world.folder / 'hub.db'}", today, None, lanes, workers)
        made = Office(world, population, base, process, today)
        if quick:
            made.set(**QUICK)
        migrate.upgrade(Database(load(world.config, world.secrets).database))
        yield made


@contextmanager
def _sandbox(world: World, population: Path) -> Iterator[tuple[str, Warm]]:
    state, out, log = (world.folder / name for name in ("sandbox", "sandbox.out", "sandbox.log"))
    arguments = ("--population", population, "--port", "0", "--state-dir", state)
    ours = sandbox_environment(world) | {"SANDBOX_PARENT_PID": str(os.getpid())}
    process = Warm("sandbox", arguments, ours, ROOT, out, log)
    try:
        line = process.first_line()
        assert line.startswith("sandbox ready on "), log.read_text()
        yield line.split()[-1], process
    finally:
        process.kill()
        process.wait()


def _rows(content: bytes) -> Iterator[Row]:
    yield from csv.DictReader(io.StringIO(content.decode("utf-8")))


def _kinds(effect: Mapping[str, Any]) -> list[str]:
    if effect["kind"] != "change":
        return [effect["kind"]]
    detail = effect["detail"]
    return [field for field, before in detail["fra"].items() if detail[field] != before]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Sequence[Row], columns: Sequence[str] = ()) -> None:
    """`columns`: for a file that may be without rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns or list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def as_of(population: Path) -> date:
    """Its today."""
    return date.fromisoformat(json.loads((population / "population.json").read_text(encoding="utf-8"))["as_of"])


def _nothing_set_up() -> dict[str, str]:
    settings = ("KRAFTVERK_CONFIG", "KRAFTVERK_SECRETS")
    bare = {name: value for name, value in os.environ.items() if name not in settings}
    return bare | {"PYTHONPATH": str(ROOT)}


def _said_at_once(arguments: Sequence[object], environment: Mapping[str, str], limit: float = 500) -> Said:
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = Warm("kraftverk", arguments, environment, ROOT, out, err)
        try:
            code = process.wait(limit)
        finally:
            process.kill()
        return Said(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


def _from_shell(arguments: Sequence[object], environment: Mapping[str, str], limit: float = 500) -> Said:
    done = subprocess.run(
        [str(KRAFTVERK), *map(str, arguments)], env=environment, cwd=ROOT, text=True, capture_output=True, timeout=limit
    )
    return Said(done.returncode, done.stdout, done.stderr)
