"""Runs asked for, limited, cancelled and started again, and what becomes of them when a process is killed.

| killed            | what becomes of the run                                                              |
|-------------------|--------------------------------------------------------------------------------------|
| flow process      | Crashed at once, by its worker                                                       |
| worker            | goes on and is Completed; a new worker takes the next run                            |
| server            | goes on and is Completed, also when it ends while the server is away                 |
| worker and flow   | Crashed, by the automation for silent runs, also when the flow had not yet begun     |
| flow is stopped   | Crashed, by the automation; Completed after all when it goes on                      |


All in one file, so that all share one server. `lab` and `house` come from conftest.py.
"""

from __future__ import annotations

import http.client
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import time as time_of_day
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from console.timetable import Changed, NoAnswer
from domain.kalender import OSLO
from flows.person import orderer
from kraftverk import prefect_http
from kraftverk.prefect_http import PrefectHttp
from kraftverk.prefect_runs import OtherRun, cancel_runs, request_run, wait_for_run
from kraftverk.prefect_setup import read_deployments, set_up
from tests.integration.prefect.conftest import until

PREFECT_YAML = Path(__file__).parents[3] / "prefect.yaml"
SERVER = "prefect-server"
WORKER = "prefect-worker-1"
PATIENCE = 120
"""Seconds for what a calm machine does in a few."""
TO_NOTICE = 120
"""Seconds: the silence of conftest.py, five between evaluations, and room for a busy machine."""
pytestmark = pytest.mark.timeout(600)
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")


async def test_a_run_started_again_from_the_user_interface_runs_again(lab: Any) -> None:
    from prefect.states import AwaitingRetry

    run = await lab.begin()
    assert (await wait_for_run(lab.client, run, within=PATIENCE)).name == "Completed"
    await lab.client.set_flow_run_state(run, AwaitingRetry())
    assert (await wait_for_run(lab.client, run, within=PATIENCE)).name == "Completed"
    assert len(set(lab.notes(run, "start"))) == 2


async def test_a_cancelled_flow_is_told_and_may_clean_up(lab: Any) -> None:
    run = await lab.begin(seconds=60)
    await lab.process_of(run)
    assert await cancel_runs(lab.client) == 1
    assert (await lab.state(run)).name == "Cancelled"
    assert len(lab.notes(run, "cancelled")) == 1


async def test_a_second_run_of_a_limited_deployment_is_cancelled_and_a_request_gives_back_the_first(lab: Any) -> None:
    from prefect.states import Cancelled

    gate = lab.diary.with_name("gate")
    parameters = {"diary": str(lab.diary), "seconds": 120, "gate": str(gate)}
    first, is_new = await request_run(lab.client, "work/single", parameters)
    assert is_new
    assert await request_run(lab.client, "work/single", parameters) == (first, False)
    await lab.process_of(first)
    assert await request_run(lab.client, "work/single", parameters) == (first, False)
    with pytest.raises(OtherRun) as other:
        await request_run(lab.client, "work/single", {**parameters, "as_of": "2026-12-02", "dry_run": True})
    assert other.value.run == first
    second = await lab.begin("single")
    assert (await wait_for_run(lab.client, second, within=PATIENCE)).name == "Cancelled"
    assert lab.notes(second, "start") == []
    gate.touch()
    assert (await wait_for_run(lab.client, first, within=PATIENCE)).name == "Completed"
    again, is_new = await request_run(lab.client, "work/single", {"diary": str(lab.diary)})
    assert is_new
    await lab.client.set_flow_run_state(again, Cancelled(), force=True)


async def test_set_up_may_be_repeated_and_leaves_a_paused_schedule_paused(lab: Any, house: Any) -> None:
    from prefect.client.schemas.filters import DeploymentFilter

    single = await lab.client.read_deployment_by_name("work/single")
    await lab.client.update_deployment_schedule(single.id, single.schedules[0].id, active=False)
    wanted = {
        "name": "single",
        "entrypoint": "toy_flows.work",
        "work_pool": {"name": "kraftverk"},
        "schedules": [{"slug": "yearly", "cron": "0 5 1 1 *", "timezone": "Europe/Oslo"}],
    }
    before = await lab.client.read_deployments(deployment_filter=DeploymentFilter())
    await set_up(lab.client, [wanted], house.service.silent_after, {"single": 4})
    again = await lab.client.read_deployment_by_name("work/single")
    assert [(each.schedule.cron, each.active) for each in again.schedules] == [("0 5 1 1 *", False)]
    assert again.id == single.id
    assert again.global_concurrency_limit.limit == 4
    assert len(await lab.client.read_deployments(deployment_filter=DeploymentFilter())) == len(before)
    assert len(await lab.client.read_automations()) == 1


async def test_the_server_asks_for_its_secret_and_leaves_the_user_alone(lab: Any, house: Any) -> None:
    assert _status(house.service.port, "/api/flow_runs/count") == http.client.UNAUTHORIZED
    assert house.service.is_healthy()
    await lab.begin()
    assert list(house.user_home.iterdir()) == []
    secret = house.service.auth_string.partition(":")[2]
    logs = b"".join(log.read_bytes() for log in (house.folder / "logs").iterdir())
    assert b"Worker" in logs
    assert secret.encode() not in logs
    assert secret not in repr(house.service)


def test_every_entrypoint_of_the_product_is_a_module_path_that_loads() -> None:
    from prefect.flows import Flow, load_flow_from_entrypoint

    deployments = read_deployments(PREFECT_YAML)
    assert {each["name"] for each in deployments} == {"nightly", "morning", "morgenmelding", "drain"}
    for deployment in deployments:
        assert ":" not in deployment["entrypoint"]
        flow: Flow[..., Any] = load_flow_from_entrypoint(deployment["entrypoint"], use_placeholder_flow=False)
        assert flow.isasync
        assert not flow.retries


@pytest.fixture
def prefect(house: Any, monkeypatch: pytest.MonkeyPatch) -> PrefectHttp:
    """On a busy machine a real server may take longer than anybody would wait for a page."""
    monkeypatch.setattr(prefect_http, "TIMEOUT", PATIENCE)
    return PrefectHttp(house.service.api_url, house.service.auth_string)


def test_prefect_is_asked_over_plain_http(prefect: PrefectHttp) -> None:
    """`PrefectHttp` against a real server: what is planned, and who answers for it."""
    (plan,) = prefect.timetables(["single", "plain", "nothing"])
    assert plan.deployment == "single", "one without a schedule has no timetable"
    prefect.change(plan, "30 4 1 1 *", True, "kari")
    (moved,) = prefect.timetables(["single"])
    assert (moved.cron, moved.active, moved.changed_by) == ("30 4 1 1 *", True, "kari")
    with pytest.raises(Changed):
        prefect.change(plan, "0 5 1 1 *", True, "ola")
    prefect.change(moved, None, False, "ola")
    (off,) = prefect.timetables(["single"])
    assert (off.cron, off.active, off.changed_by) == ("30 4 1 1 *", False, "ola")


async def test_what_the_schedule_orders_after_a_change_is_on_the_responsibility_of_who_changed_it(
    lab: Any, prefect: PrefectHttp
) -> None:
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName, FlowRunFilter

    (plan,) = prefect.timetables(["daily"])
    daily = DeploymentFilter(name=DeploymentFilterName(any_=["daily"]))

    async def planned() -> list[tuple[str, int, int]]:
        """Who answers for each run that is planned, and its time of day in Oslo."""
        runs = await lab.client.read_flow_runs(flow_run_filter=FlowRunFilter(), deployment_filter=daily)
        starts = [(orderer(run.tags), run.expected_start_time.astimezone(OSLO)) for run in runs]
        return [(person, start.hour, start.minute) for person, start in starts]

    async def all_planned_by(person: str, hour: int, minute: int) -> bool:
        return set(await planned()) == {(person, hour, minute)}

    await until(lambda: all_planned_by("ukjent", 4, 0), PATIENCE)
    prefect.change(plan, plan.moved(time_of_day(4, 30)), True, "kari")
    await until(lambda: all_planned_by("kari", 4, 30), PATIENCE)
    (moved,) = prefect.timetables(["daily"])
    prefect.change(moved, None, False, "ola")
    assert await planned() == [], "what was planned is not to run, and nothing new is"


async def test_a_run_asked_for_over_http_is_never_the_second_at_once(lab: Any, prefect: PrefectHttp) -> None:
    from prefect.states import Cancelled

    gate = lab.diary.with_name("gate")
    parameters = {"diary": str(lab.diary), "seconds": 120.0, "gate": str(gate)}
    with ThreadPoolExecutor(2) as pool:
        asked = list(pool.map(lambda _: prefect.run_now("single", parameters), range(2)))
    assert len({run for run, _ in asked}) == 1
    assert [new for _, new in asked].count(True) == 1
    run = asked[0][0]
    assert prefect.run_now("single", parameters) == (run, False)
    (listed,) = [each for each in prefect.runs(["single"], 10) if each.id == run]
    assert listed.planned is None, "nobody planned it: it was asked for"
    assert listed.state in ("SCHEDULED", "PENDING", "RUNNING")
    gate.touch()
    assert (await wait_for_run(lab.client, UUID(run), within=PATIENCE)).name == "Completed"
    assert prefect.states([run, str(uuid4())]) == {run: "COMPLETED"}
    listed = next(each for each in prefect.runs(["single"], 10) if each.id == run)
    assert listed.started is not None
    assert listed.ended is not None
    assert listed.asked <= listed.started <= listed.ended
    again, new = prefect.run_now("single", parameters)
    assert new
    await lab.client.set_flow_run_state(UUID(again), Cancelled(), force=True)


def test_a_server_that_is_not_there_or_refuses_is_no_answer(house: Any) -> None:
    with pytest.raises(NoAnswer, match="ConnectError"):
        PrefectHttp("http://127.0.0.1:1/api", "a:b").timetables(["single"])
    with pytest.raises(NoAnswer, match="it said 401"):
        PrefectHttp(house.service.api_url, "kraftverk:wrong").run_now("single", {})


@posix
async def test_a_killed_flow_process_is_crashed_by_its_worker(lab: Any, house: Any) -> None:
    run = await lab.begin(seconds=60)
    kill(await lab.process_of(run))
    started = time.monotonic()
    state = await wait_for_run(lab.client, run, within=PATIENCE)
    assert state.name == "Crashed"
    assert "SIGKILL" in (state.message or "")
    assert time.monotonic() - started < house.service.silent_after.total_seconds()


@posix
async def test_a_flow_outlives_its_worker_and_the_next_worker_takes_the_next_run(lab: Any, house: Any) -> None:
    run = await lab.begin(seconds=3)
    process = await lab.process_of(run)
    kill(house.supervisor.pid(WORKER))
    next_run = await lab.begin()
    assert (await wait_for_run(lab.client, run, within=PATIENCE)).name == "Completed"
    assert lab.notes(run, "start") == [str(process)]
    assert (await wait_for_run(lab.client, next_run, within=PATIENCE)).name == "Completed"


@posix
async def test_a_flow_outlives_the_server(lab: Any, house: Any) -> None:
    run = await lab.begin(seconds=2)
    await lab.process_of(run)
    kill(house.supervisor.pid(SERVER))
    await lab.comes_to(run, "Completed", PATIENCE)
    assert len(lab.notes(run, "start")) == len(lab.notes(run, "end")) == 1


@posix
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
    await lab.comes_to(stopped, "Completed", PATIENCE)
    assert (await lab.history(stopped))[-2:] == ["Crashed", "Completed"]
    assert (await lab.state(killed)).name == "Crashed"
    assert lab.notes(unborn, "start") == []


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", path, "{}", {"Content-Type": "application/json"})
    status = connection.getresponse().status
    connection.close()
    return status
