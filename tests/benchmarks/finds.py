"""find of each automation in a world of 50,000 krav, the simulators in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows import registry
from hub.storage import migrate
from hub.storage.database import Database
from kraftverk import world
from kraftverk.processes import free_ports
from kraftverk.simulators import Simulators
from kraftverk.world import World
from sandbox.generator import generate

ROOT = Path(__file__).resolve().parents[2]
AS_OF = date(2026, 11, 23)
KRAV = 50_000
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Find:
    """`cpu`, `browser`, `wall` and `simulators` (CPU) in seconds, `memory` in MB."""

    name: str
    cpu: float
    browser: float
    wall: float
    simulators: float
    memory: float
    found: dict[str, Any]

    @property
    def outside(self) -> float:
        """Seconds in which the simulators did not work. At least our own: limitation works while PAX answers."""
        return max(self.wall - self.simulators, self.cpu)


def measure() -> Iterator[Find]:
    """Each automation's first night in the same world; nothing is performed between them."""
    with tempfile.TemporaryDirectory(prefix="kraftverk-bench-") as folder:
        population = Path(folder, "population")
        generate(population, krav=KRAV, seed=1, as_of=AS_OF)
        here = world.make_empty(Path(folder, "state"))
        world.write_secrets(here, accounts=1)
        with _simulators(here, population) as simulators:
            for name in registry.MODULES:
                yield _find(here, name, simulators)


def _find(here: World, name: str, simulators: subprocess.Popen[bytes]) -> Find:
    before = _cpu_seconds(simulators.pid)
    command = [sys.executable, "-m", "tests.benchmarks.finding", name]
    child = subprocess.run(
        command, cwd=ROOT, env=world.environment(here), check=True, stdout=subprocess.PIPE, text=True
    )
    return Find(name=name, simulators=_cpu_seconds(simulators.pid) - before, **json.loads(child.stdout))


@contextmanager
def _simulators(here: World, population: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Running, with settings that lead to them and an empty database."""
    [port] = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    database = f"sqlite:///{here.folder / 'hub.db'}"
    world.write_settings(here, url, database, AS_OF, None, lanes=1)
    migrate.upgrade(Database(database))
    command: list[str | Path] = [sys.executable, "-m", "sandbox", "--population", population, "--port", str(port)]
    command += ["--state-dir", here.folder / "sandbox"]
    process = subprocess.Popen(command, cwd=ROOT, env=world.sandbox_environment(here), stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        assert Simulators(url).is_ready(), "the simulators have not started"
        yield process
    finally:
        process.terminate()
        process.communicate()


def _cpu_seconds(pid: int) -> float:
    """What the process has used so far (as Linux tells)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
