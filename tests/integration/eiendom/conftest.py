"""A sandbox with a few properties of our own making; with the published WSDL too, where there is one."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.credentials import BasicLogin
from connectors.grunnboken.client import GrunnbokClient
from connectors.http import build_client
from connectors.matrikkelen.client import MatrikkelClient
from connectors.retry import CallPolicy
from connectors.soap import UsernameToken
from tests.integration.eiendom.world import write_world

SHARED = Path(os.environ.get("KRAFTVERK_SHARED", Path(__file__).parents[4] / "shared")) / "contracts"
LOGIN, PASSORD = "kraftverk", "hemmelig-passord-17"
ONCE = CallPolicy(tries=1, read=10.0, whole_call=30.0)


@dataclass(frozen=True)
class Registers:
    """The running simulators."""

    base: str
    folder: Path

    def matrikkelen(self, http: httpx.AsyncClient, passord: str = PASSORD) -> MatrikkelClient:
        login = BasicLogin(LOGIN, passord)
        url = f"{self.base}/matrikkel/matrikkelapi/wsapi/v1"
        return MatrikkelClient(url, http, ONCE, login, klient="kraftverk", system_version="4.4")

    def grunnboken(self, http: httpx.AsyncClient, passord: str = PASSORD) -> GrunnbokClient:
        token = UsernameToken(LOGIN, passord)
        url = f"{self.base}/grunnbok/grunnbok/wsapi/v2"
        return GrunnbokClient(url, http, ONCE, token, klient="kraftverk", system_version="3.14")

    def go_on(self, day: Path) -> None:
        """The next day of the world."""
        httpx.post(f"{self.base}/_sandbox/day", json={"folder": str(day)}, timeout=10, verify=False).raise_for_status()

    def turn(self, system: str, knob: str, rate: float, **more: Any) -> None:
        body = {"system": system, "knob": knob, "rate": rate, **more}
        httpx.post(f"{self.base}/_sandbox/faults", json=body, timeout=10, verify=False).raise_for_status()


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(False, id="alone"),
        pytest.param(True, id="published", marks=pytest.mark.needs_shared),
    ],
)
def start(request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Any]:
    """Starts a world of its own, for a test that lets days pass."""
    environment = dict(os.environ)
    for name in ("MATRIKKEL", "GRUNNBOK"):
        environment[f"SANDBOX_{name}_LOGIN"] = f"{LOGIN}:{PASSORD}"
    if request.param:
        environment["SANDBOX_WSDL"] = str(SHARED)

    def started() -> tuple[subprocess.Popen[str], Registers]:
        folder = tmp_path_factory.mktemp("eiendom")
        write_world(folder / "population")
        command = [sys.executable, "-m", "sandbox", "--population", str(folder / "population"), "--port", "0"]
        process = subprocess.Popen(
            [*command, "--state-dir", str(folder)], cwd=root, text=True, stdout=subprocess.PIPE, env=environment
        )
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            line = process.stdout.readline() if selector.select(20) else ""
        assert line.startswith("sandbox ready on ")
        return process, Registers(line.split()[-1], folder)

    return started


@pytest.fixture(scope="session")
def registers(start: Callable[[], tuple[subprocess.Popen[str], Registers]]) -> Iterator[Registers]:
    """One world for those who only read."""
    process, running = start()
    yield running
    process.kill()
    process.wait()


@pytest.fixture
def moving(start: Callable[[], tuple[subprocess.Popen[str], Registers]]) -> Iterator[Registers]:
    """A world that only this test lets go on."""
    process, running = start()
    yield running
    process.kill()
    process.wait()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with build_client(verify=False) as client:
        yield client
