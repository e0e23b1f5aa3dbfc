"""The drill for the day Procasso is replaced: another contract, and the nights come out as before.

The code of the product is copied, the files of `connectors/procasso` give place to those of another API, and the
real command runs there. That nothing else had to change is what is shown.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from kraftverk.processes import free_port
from tests.acceptance.answers import exported, right_answers
from tests.acceptance.office import ROOT, office
from tests.acceptance.shared_claims import Side
from tests.acceptance.worlds import cut

pytestmark = pytest.mark.timeout(400)

OTHER = Path(__file__).parent / "procasso"
PACKAGES = ("config", "connectors", "domain", "flows", "hub", "kraftverk", "robots", "sandbox")


@pytest.fixture(scope="module")
def other_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product with another connector in Procasso's place."""
    code = tmp_path_factory.mktemp("code")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, code / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(code / "connectors" / "procasso")
    shutil.copytree(OTHER, code / "connectors" / "procasso", ignore=shutil.ignore_patterns("__pycache__"))
    return code


@contextmanager
def other_api(procasso: str) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.swap.server", procasso, str(port)], cwd=ROOT)
    try:
        base = f"http://127.0.0.1:{port}"
        until_it_answers(f"{base}/served")
        yield base
    finally:
        process.kill()
        process.wait()


def until_it_answers(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx.get(url, timeout=5)
            return
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_nights_over_another_contract_come_out_as_over_the_first(root: Path, other_code: Path, tmp_path: Path) -> None:
    world = cut(root / "tests" / "population" / "liten", tmp_path / "population", minors=1, foreldet=1)
    answers = right_answers(world)
    with office(tmp_path / "state", world) as agency, other_api(f"{agency.base}/procasso/api/v1") as base:
        config = agency.world.config
        text = config.read_text(encoding="utf-8")
        assert f"{agency.base}/procasso/api/v1" in text
        config.write_text(text.replace(f"{agency.base}/procasso/api/v1", base), encoding="utf-8")
        said = agency.kraftverk("run", "nightly", "--local", PYTHONPATH=str(other_code))
        assert said.code == 0, said
        outcome = exported(agency.export())
        assert (outcome.items, outcome.krav) == (answers.items, answers.krav)
        assert agency.letters() == answers.letters
        for name in ("claims-sync", "payments-sync"):
            assert agency.kraftverk("run", name, "--local", PYTHONPATH=str(other_code)).code == 0
        assert Side(agency, "pilen").sums() == Side(agency, "procasso").sums() != {}
        served = httpx.get(f"{base}/served", timeout=5).json()
    assert {"claims.find", "claims.get", "claims.update", "notes.add", "files.add", "shared.open"} <= served.keys()
