"""The supervisor, with small real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kraftverk.processes import Child, ChildFailed, Supervisor, free_ports, log_tail

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

ROOT = Path(__file__).parents[3]
PARENT = """
import sys, time
from pathlib import Path
from kraftverk.processes import Child, Supervisor
folder = Path(sys.argv[1])
body = "import os, subprocess, sys, time; f = open('pids', 'a'); " \\
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); " \\
    "f.write(f'{os.getpid()} {p.pid}'); f.close(); time.sleep(600)"
with Supervisor(folder) as supervisor:
    supervisor.start(Child("child", [sys.executable, "-c", body], {}, cwd=folder))
    time.sleep(600)
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path / "logs") as started:
        yield started


def child(body: str, **more: object) -> Child:
    return Child("child", [sys.executable, "-c", body], {"GREETING": "hello"}, **more)  # type: ignore[arg-type]


def until(condition: Callable[[], bool], within: float = 20.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lives(process: int) -> bool:
    """Zombies are dead: whoever should have waited for them has gone."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        return subprocess.run(["ps", "-p", str(process)], capture_output=True, check=False).returncode == 0
    return state != "Z"


def test_a_child_gets_its_environment_alone_and_its_output_is_logged(supervisor: Supervisor) -> None:
    supervisor.start(child("import os, time; print(sorted(os.environ), flush=True); time.sleep(600)"))
    log = supervisor.log("child")
    until(lambda: "GREETING" in log_tail(log))
    assert "HOME" not in log_tail(log)
    assert log.stat().st_mode & 0o077 == 0


def test_waiting_for_a_child_tells_how_long_and_ends_when_its_probe_says_yes(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    sign = tmp_path / "sign"
    seen: list[float] = []
    body = f"import pathlib, time; time.sleep(0.5); pathlib.Path({str(sign)!r}).touch(); time.sleep(600)"
    supervisor.start(child(body, ready=sign.exists))
    assert supervisor.wait_ready("child", seen.append) >= 0.5
    assert seen == sorted(seen)
    assert seen


def test_a_child_that_ends_before_it_is_ready_is_named_with_its_log_and_not_started_again(
    supervisor: Supervisor,
) -> None:
    supervisor.start(child("raise SystemExit('the port is busy')", ready=lambda: False))
    with pytest.raises(
        ChildFailed, match=r"^child ended \(code 1\) before it was ready: see .*child\.log\.$"
    ) as failed:
        supervisor.wait_ready("child")
    assert log_tail(failed.value.log).strip() == "the port is busy"


def test_a_child_that_is_never_ready_is_given_up(supervisor: Supervisor) -> None:
    supervisor.start(child("import time; time.sleep(600)", ready=lambda: False, ready_within=0.5))
    with pytest.raises(ChildFailed, match="was not ready within"):
        supervisor.wait_ready("child")


def test_a_killed_child_is_started_again_until_the_limit(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    with Supervisor(tmp_path, lambda *what: told.append(what)) as supervisor:
        supervisor.start(child("import time; time.sleep(600)", restarts=1))
        first = supervisor.pid("child")
        os.kill(first, signal.SIGKILL)
        until(lambda: supervisor.pid("child") != first)
        supervisor.wait_ready("child")
        os.kill(supervisor.pid("child"), signal.SIGKILL)
        until(lambda: len(told) == 2)
        assert told == [("child", "restarted"), ("child", "gave up")]
        assert not supervisor.is_alive("child")


def test_stop_ends_a_child_that_will_not_and_what_it_has_started(supervisor: Supervisor, tmp_path: Path) -> None:
    sleeper = "import time; time.sleep(600)"
    body = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"p = subprocess.Popen([sys.executable, '-c', {sleeper!r}]); print(p.pid, flush=True); time.sleep(600)"
    )
    supervisor.start(child(body, grace=0.3))
    log = supervisor.log("child")
    until(lambda: "\n" in log_tail(log))
    both = [supervisor.pid("child"), int(log_tail(log))]
    supervisor.stop()
    until(lambda: not any(lives(each) for each in both))


@pytest.mark.parametrize("guard_killed_first", [False, True])
def test_children_do_not_outlive_a_killed_parent(tmp_path: Path, guard_killed_first: bool) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], cwd=ROOT)
    pids = tmp_path / "pids"
    until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    both = [int(each) for each in pids.read_text().split()]
    if guard_killed_first:
        guard = _guard_of(parent.pid, besides=both[0])
        os.kill(guard, signal.SIGKILL)
        until(lambda: _guard_of(parent.pid, besides=both[0]) not in (0, guard))
    assert all(lives(each) for each in both)
    parent.kill()
    parent.wait()
    until(lambda: not any(lives(each) for each in both))


def test_free_ports_are_different() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5


def _guard_of(parent: int, besides: int) -> int:
    """The parent's other living child, or 0."""
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
    others = [each for each in map(int, listing.stdout.split()) if each != besides and lives(each)]
    return others[0] if others else 0
