"""Child processes that start, live and end together with us: the sandbox, Prefect's server and workers, the console.

No child outlives us, however we end. A child cannot promise that itself (most are not our programs), and
PR_SET_PDEATHSIG needs code between fork and exec, which is not safe beside threads and exists on Linux only. So one
small guard process reads a pipe we hold open: the kernel closes the pipe when we die, also by `kill -9`, and the guard
then ends every process group it was told of. It polls nothing and imports the standard library only.

Each child leads its own group (POSIX session), so Ctrl-C in the terminal reaches us alone and we stop the children in
order. On Windows a tree is ended by `taskkill`, which finds only what still hangs together.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

_WINDOWS = sys.platform == "win32"
_TICK = 0.2
_GUARD_GRACE = 5.0
_GROUP_GRACE = 1.0
_RESTART_WINDOW = 600.0
_LOG_TAIL = 2_000
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class ChildFailed(Exception):
    """A child ended, or was not ready in time. The text is one sentence for the person at the terminal."""

    def __init__(self, name: str, reason: str, log: Path) -> None:
        super().__init__(f"{name} {reason}: see {log}.")
        self.name = name
        self.log = log


@dataclass(frozen=True, slots=True)
class Child:
    """How to start one process. `env` is its whole environment, the only place for secrets."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    ready: Callable[[], bool] | None = None
    ready_within: float = 180.0
    """Seconds from start to the first yes from `ready`."""
    restarts: int = 3
    """How many times in ten minutes it is started again after an unexpected end. Not before its probe has said yes."""
    grace: float = 10.0
    """Seconds between the polite request to end and the kill."""
    cwd: Path | None = None


class Supervisor:
    """Starts children, keeps them alive, and stops them all in reverse order. Used from one thread.

    `notify(name, what)` is called from a thread of our own when a child was «restarted» or «gave up».
    """

    def __init__(self, logs: Path, notify: Callable[[str, str], None] | None = None) -> None:
        self._logs = logs
        self._notify = notify or (lambda _name, _what: None)
        self._running: dict[str, _Running] = {}
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._guard = _Guard()
        self._monitor = threading.Thread(target=self._watch, name="children", daemon=True)

    def __enter__(self) -> Supervisor:
        self._logs.mkdir(parents=True, exist_ok=True)
        self._guard.start()
        self._monitor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, child: Child) -> int:
        """Start the child and return its process id; call `wait_ready` to know that it works."""
        running = _Running(child, self._logs / f"{child.name}.log")
        with self._lock:
            self._running[child.name] = running
            self._guard.add(running.launch())
        return running.pid

    def wait_ready(self, name: str, on_wait: Callable[[float], None] | None = None) -> float:
        """Wait for the child's probe and return the seconds it took. `on_wait(seconds)` is called while waiting.

        Raises ChildFailed when the child ends first or its time is up.
        """
        running = self._running[name]
        while not running.is_ready():
            waited = time.monotonic() - running.started
            if running.has_ended() and not running.will_be_restarted():
                raise ChildFailed(name, f"ended (code {running.code}) before it was ready", running.log)
            if waited > running.child.ready_within:
                raise ChildFailed(name, f"was not ready within {running.child.ready_within:.0f} seconds", running.log)
            if on_wait:
                on_wait(waited)
            time.sleep(_TICK)
        return time.monotonic() - running.started

    def pid(self, name: str) -> int:
        """The process id now; another one after a restart."""
        return self._running[name].pid

    def is_alive(self, name: str) -> bool:
        return not self._running[name].has_ended()

    def log(self, name: str) -> Path:
        return self._running[name].log

    def stop(self) -> None:
        """Stop every child, last started first. Safe to call twice."""
        self._stopping.set()
        if self._monitor.is_alive():
            self._monitor.join()
        with self._lock:
            while self._running:
                _, running = self._running.popitem()
                running.stop()
                self._guard.forget(running.groups)
            self._guard.stop()

    def _watch(self) -> None:
        while not self._stopping.wait(_TICK):
            with self._lock:
                self._guard.keep_alive(group for running in self._running.values() for group in running.groups)
                for running in self._running.values():
                    self._guard.forget(running.drop_empty_groups())
                    if running.has_ended() and running.will_be_restarted():
                        self._restart(running)

    def _restart(self, running: _Running) -> None:
        running.gave_up = running.restarts_lately() >= running.child.restarts
        if not running.gave_up:
            self._guard.add(running.launch())
        self._notify(running.child.name, "gave up" if running.gave_up else "restarted")


class _Running:
    """One child and every process group it has left behind.

    A worker that is killed leaves its flow run in its group, doing useful work: the group is kept, and ended at `stop`.
    """

    def __init__(self, child: Child, log: Path) -> None:
        self.child = child
        self.log = log
        self.groups: set[int] = set()
        self.started = 0.0
        self.was_ready = child.ready is None
        self.gave_up = False
        self._starts: list[float] = []
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def code(self) -> int | None:
        return self._process.poll() if self._process else None

    def launch(self) -> int:
        """Start the process in a group of its own and return the group's number."""
        self.started = time.monotonic()
        self._starts.append(self.started)
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as log:
            self._process = _popen(self.child.command, env=self.child.env, cwd=self.child.cwd, stdout=log)
        self.groups.add(self._process.pid)
        return self._process.pid

    def has_ended(self) -> bool:
        return self.code is not None

    def is_ready(self) -> bool:
        ready = not self.has_ended() and (self.child.ready is None or self.child.ready())
        self.was_ready = self.was_ready or ready
        return ready

    def will_be_restarted(self) -> bool:
        return self.was_ready and not self.gave_up

    def restarts_lately(self) -> int:
        return sum(time.monotonic() - at < _RESTART_WINDOW for at in self._starts[1:])

    def drop_empty_groups(self) -> set[int]:
        """Forget groups nobody is in, before the kernel gives their number to somebody else."""
        empty = {group for group in self.groups if group != self.pid and not _has_members(group)}
        self.groups -= empty
        return empty

    def stop(self) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            _ask_to_end(self._process)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(self.child.grace)
        _end_groups(self.groups, _GROUP_GRACE)
        self._process.wait()


class _Guard:
    """Our end of the pipe to the guard process. A line is a group to end with us; with a minus, one to forget."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, groups: Iterable[int] = ()) -> None:
        """`groups` are known to it from its birth, so that we may be killed at any moment."""
        command = [sys.executable, "-IS", __file__, *map(str, groups)]
        self._process = _popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)

    def add(self, group: int) -> None:
        self._tell(f"{group}\n")

    def forget(self, groups: Iterable[int]) -> None:
        for group in groups:
            self._tell(f"-{group}\n")

    def keep_alive(self, groups: Iterable[int]) -> None:
        """Start a new guard when somebody has killed it."""
        if self._process is not None and self._process.poll() is not None:
            self.start(groups)

    def stop(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
            self._process.wait()

    def _tell(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):  # A dead guard is replaced, and told everything, at the next tick.
                self._process.stdin.write(line.encode())
                self._process.stdin.flush()


def free_ports(count: int) -> list[int]:
    """`count` different ports nobody listens on at 127.0.0.1 right now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def free_port() -> int:
    """One port nobody listens on at 127.0.0.1 right now."""
    return free_ports(1)[0]


def log_tail(log: Path) -> str:
    """The end of a child's log, to show under the sentence of a ChildFailed."""
    with log.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - _LOG_TAIL))
        return file.read().decode("utf-8", "replace")


def _popen(
    command: Sequence[str],
    *,
    stdout: IO[bytes] | int,
    stdin: int = subprocess.DEVNULL,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(command),
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        env=env,
        cwd=cwd,
        start_new_session=not _WINDOWS,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _ask_to_end(process: subprocess.Popen[bytes]) -> None:
    """Ask the leader only: it knows in which order to stop what it has started itself."""
    with suppress(OSError):
        process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))


def _end_groups(groups: Iterable[int], grace: float) -> None:
    """Give the groups `grace` seconds to empty, then kill what is left."""
    left = set(groups)
    deadline = time.monotonic() + grace
    while any(_has_members(group) for group in left) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in left:
        _signal_group(group, _KILL)


def _has_members(group: int) -> bool:
    """Whether anybody is in the group; a leader that has ended but is not yet waited for counts."""
    if _WINDOWS:
        return False
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _signal_group(group: int, number: int) -> None:
    if _WINDOWS:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(group)], capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def _guard(known: Iterable[str], lines: Iterable[str]) -> None:
    """The guard process: remember groups until the pipe closes, then end them."""
    for number in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, number):
            signal.signal(getattr(signal, number), signal.SIG_IGN)
    groups = {int(group) for group in known}
    for line in lines:
        group = int(line)
        groups.add(group) if group > 0 else groups.discard(-group)
    for group in groups:
        _signal_group(group, signal.SIGTERM)
    _end_groups(groups, _GUARD_GRACE)


if __name__ == "__main__":
    _guard(sys.argv[1:], sys.stdin)
