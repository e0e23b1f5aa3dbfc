"""`python -m sandbox`: how it starts, refuses to start, and stops."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest


def run(
    root: Path, population: Path, state_dir: Path, port: int = 0, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Start a sandbox that is expected to give up by itself."""
    return subprocess.run(
        [sys.executable, "-m", "sandbox", "--population", population, "--port", str(port), "--state-dir", state_dir],
        cwd=root, env={**os.environ, **environment}, capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.rstrip().endswith(".")
    for word in words:
        assert word in done.stderr


@contextmanager
def started(root: Path, population: Path, state_dir: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Its address, and the process."""
    arguments = ["--population", str(population), "--port", "0", "--state-dir", str(state_dir)]
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments], cwd=root, text=True, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("sandbox ready on http://127.0.0.1:"), line
            yield line.split()[-1], process
        finally:
            process.kill()


def test_it_says_when_it_is_ready_and_serves_the_world_it_was_given(root: Path, liten: Path, tmp_path: Path) -> None:
    with started(root, liten, tmp_path / "state") as (base, _):
        assert httpx.get(f"{base}/_sandbox/health").json() == {
            "ready": True, "population": "liten", "as_of": "2026-11-23", "pending": 0,
        }  # fmt: skip
        assert httpx.get(f"{base}/_sandbox/krav.csv").text == (liten / "krav.csv").read_text(encoding="utf-8")


def test_the_nightly_files_are_there_at_start(root: Path, small_world: Path, tmp_path: Path) -> None:
    files = tmp_path / "state" / "pax-filer"
    with started(root, small_world, tmp_path / "state"):
        assert (files / "krav.csv").read_bytes() == (small_world / "pax_uttrekk.csv").read_bytes()
        assert (files / "hendelser.csv").read_bytes() == (small_world / "hendelser.csv").read_bytes()
        assert sorted(path.name for path in files.iterdir()) == ["hendelser.csv", "krav.csv"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_when_told_to(root: Path, small_world: Path, tmp_path: Path, number: signal.Signals) -> None:
    with started(root, small_world, tmp_path / "state") as (_, process):
        process.send_signal(number)
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize("name", ["krav.csv", "population.json"])
def test_a_missing_file_is_named(root: Path, small_world: Path, tmp_path: Path, name: str) -> None:
    (small_world / name).unlink()
    assert_one_sentence(run(root, small_world, tmp_path / "state"), name, "missing")


def test_a_missing_folder_is_named(root: Path, tmp_path: Path) -> None:
    assert_one_sentence(run(root, tmp_path / "nowhere", tmp_path / "state"), "nowhere", "not a folder")


def test_a_bad_cell_is_named_and_nothing_is_written(root: Path, liten: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(liten, tmp_path / "population")
    lines = (folder / "krav.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    lines[16] = lines[16].replace(",AAPEN,", ",OPEN,")
    (folder / "krav.csv").write_text("".join(lines), encoding="utf-8")
    assert_one_sentence(run(root, folder, tmp_path / "state"), "krav.csv", "row 17", "column tilstand")
    assert not (tmp_path / "state").exists()


def test_a_busy_port_is_named(root: Path, small_world: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_one_sentence(run(root, small_world, tmp_path / "state", port), f"Port {port}", "--port")


@pytest.mark.parametrize(("variable", "value"), [("SANDBOX_PAX_ACCOUNTS", "robot1"), ("SANDBOX_PARENT_PID", "mother")])
def test_a_bad_variable_is_named_and_its_value_is_not(
    root: Path, small_world: Path, tmp_path: Path, variable: str, value: str
) -> None:
    done = run(root, small_world, tmp_path / "state", 0, **{variable: value})
    assert_one_sentence(done, variable)
    assert value not in done.stderr


def test_a_state_folder_that_cannot_be_made_is_named(root: Path, small_world: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, not a folder")
    assert_one_sentence(run(root, small_world, tmp_path / "state"), "state", "--state-dir")


PARENT = """
import os, subprocess, sys
os.environ["SANDBOX_PARENT_PID"] = str(os.getpid())
subprocess.Popen([sys.executable, "-m", "sandbox", *sys.argv[1:]]).wait()
"""


def test_it_dies_with_its_parent(
    root: Path, small_world: Path, tmp_path: Path, eventually: Callable[..., bool]
) -> None:
    arguments = ["--population", str(small_world), "--port", "0", "--state-dir", str(tmp_path / "state")]
    parent = subprocess.Popen([sys.executable, "-c", PARENT, *arguments], cwd=root, text=True, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    base = parent.stdout.readline().split()[-1]
    assert httpx.get(f"{base}/_sandbox/health").json()["ready"] is True
    parent.kill()
    parent.wait()
    parent.stdout.close()

    def gone() -> bool:
        try:
            httpx.get(f"{base}/_sandbox/health", timeout=1)
        except httpx.TransportError:
            return True
        return False

    assert eventually(gone)
