"""Processes of ours that begin at once: each is forked from one that has imported what they need.

To start Python and import ours takes up to three seconds of CPU, and the tests start hundreds of processes. What a
process does, its environment, its output and its end are its own all the same. That they also start from a shell is
shown by the tests of the whole: the nights, the demo, `test_sandbox_process`.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext
from pathlib import Path
from threading import Lock

from flows.registry import MODULES
from kraftverk.prefect_service import LOG_LEVEL, log_levels

PRELOADED = [
    *("pytest", "tests.integration.hub.worker", "kraftverk.demo", "kraftverk.doctor", "sandbox.__main__"),
    *MODULES.values(),
    "tests.frozen",
]
"""The automations bring Prefect, which reads its settings when it is imported: whoever gives it other settings than the
tests have, but for how much to log, starts from a shell.
"""
MAIN = {"kraftverk": "kraftverk.cli", "sandbox": "sandbox.__main__"}
TURN = Lock()
"""To start a process is to ask every other how it ended, and only the first to ask is told: the next is told 255."""


def forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


class Warm:
    """As much of `subprocess.Popen` as the tests use. What the process says is in the files `out` and `err`."""

    def __init__(
        self,
        program: str,
        arguments: Sequence[object],
        environment: Mapping[str, str],
        folder: Path,
        out: Path,
        err: Path,
    ) -> None:
        self.out, self.err = out, err
        for file in (out, err):
            file.write_bytes(b"")
        given = (program, [str(each) for each in arguments], dict(environment), folder, out, err)
        self._process = forks().Process(target=_body, args=given, daemon=True)
        with TURN:
            self._process.start()
        self.pid = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        with TURN:
            return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        wait([self._process.sentinel], timeout)
        code = self.returncode
        if code is None:
            raise TimeoutError(f"process {self.pid} does not end")
        return code

    def terminate(self) -> None:
        with TURN:
            self._process.terminate()

    def kill(self) -> None:
        with TURN:
            self._process.kill()

    def first_line(self, within: float = 30) -> str:
        """The first line on its standard output; nothing when it ends or the time is up before it has said one."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            said, ended = self.out.read_text(encoding="utf-8"), self.returncode is not None
            if "\n" in said:
                return said.partition("\n")[0]
            if ended:
                break
            time.sleep(0.01)
        return ""


def _body(program: str, arguments: list[str], environment: dict[str, str], folder: Path, out: Path, err: Path) -> None:
    """What the process does: what the operating system would have set up, and then the program."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, file in ((1, out), (2, err)):
        opened = os.open(file, os.O_WRONLY | os.O_APPEND)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = [program, *arguments]
    if environment.get(LOG_LEVEL):
        _log_as_told()
    code = _run(program)
    gc.collect()  # as a process that ends in the ordinary way closes its files and connections
    sys.exit(code)


def _log_as_told() -> None:
    """As Prefect does when it is imported in a process of its own."""
    from prefect.context import refresh_global_settings_context
    from prefect.logging.configuration import setup_logging

    os.environ.update(log_levels())
    refresh_global_settings_context()
    setup_logging(incremental=False)


def _run(program: str) -> int | str | None:
    try:
        code: int | str | None = import_module(MAIN[program]).main()
    except SystemExit as end:
        code = end.code
    return code
