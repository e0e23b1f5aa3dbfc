"""What Prefect makes of a process that is killed. Each test is one row:

| killed            | what becomes of the run                                                              |
|-------------------|--------------------------------------------------------------------------------------|
| flow process      | Crashed at once, by its worker                                                       |
| worker            | goes on and is Completed; a new worker takes the next run                            |
| server            | goes on and is Completed, also when it ends while the server is away                 |
| worker and flow   | Crashed, by the automation for silent runs, also when the flow had not yet begun     |
| flow is stopped   | Crashed, by the automation; Completed after all when it goes on                      |

`lab` and `house` come from conftest.py.
"""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import pytest

from kraftverk.prefect_runs import wait_for_run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

SERVER = "prefect-server"
WORKER = "prefect-worker-1"
TO_NOTICE = 60
"""Seconds: the silence of conftest.py, five between evaluations, and room for a busy machine."""


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)


async def test_a_killed_flow_process_is_crashed_by_its_worker(lab: Any, house: Any) -> None:
    run = await lab.begin(seconds=60)
    kill(await lab.process_of(run))
    started = time.monotonic()
    state = await wait_for_run(lab.client, run, within=60)
    assert state.name == "Crashed"
    assert "SIGKILL" in (state.message or "")
    assert time.monotonic() - started < house.service.silent_after.total_seconds()


async def test_a_flow_outlives_its_worker_and_the_next_worker_takes_the_next_run(lab: Any, house: Any) -> None:
    run = await lab.begin(seconds=3)
    process = await lab.process_of(run)
    kill(house.supervisor.pid(WORKER))
    next_run = await lab.begin()
    assert (await wait_for_run(lab.client, run, within=60)).name == "Completed"
    assert lab.notes(run, "start") == [str(process)]
    assert (await wait_for_run(lab.client, next_run, within=90)).name == "Completed"


async def test_a_flow_outlives_the_server(lab: Any, house: Any) -> None:
    run = await lab.begin(seconds=2)
    await lab.process_of(run)
    kill(house.supervisor.pid(SERVER))
    await lab.comes_to(run, "Completed", 90)
    assert len(lab.notes(run, "start")) == len(lab.notes(run, "end")) == 1


async def test_silent_runs_are_crashed_and_one_that_goes_on_is_completed_after_all(lab: Any, house: Any) -> None:
    killed, stopped = await lab.begin(seconds=120), await lab.begin(seconds=5)
    stopped_process = await lab.process_of(stopped)
    os.kill(stopped_process, signal.SIGSTOP)
    killed_process = await lab.process_of(killed)
    unborn = await lab.begin()
    unborn_process = await lab.infrastructure_of(unborn)
    for process in (house.supervisor.pid(WORKER), unborn_process, killed_process):
        kill(process)
    for run in (stopped, killed, unborn):
        await lab.comes_to(run, "Crashed", TO_NOTICE)
    os.kill(stopped_process, signal.SIGCONT)
    await lab.comes_to(stopped, "Completed", 30)
    assert (await lab.history(stopped))[-2:] == ["Crashed", "Completed"]
    assert (await lab.state(killed)).name == "Crashed"
    assert lab.notes(unborn, "start") == []
