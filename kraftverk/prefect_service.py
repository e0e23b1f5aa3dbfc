"""Our own Prefect: its environment, its commands, its set-up, and what we ask of it.

It has its own home and address and a secret, sends nothing to anybody, and never reads the user's profile. Importing
Prefect takes two seconds and reads the environment once and for all, so it is imported inside the functions that need
it, after `PrefectService.adopt`.
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.objects import State

POOL = "kraftverk"
SILENT = "kraftverk: stille kjøringer"
Deployment = Mapping[str, Any]
"""One entry of prefect.yaml, in its words."""

_LOOPBACK = "127.0.0.1"
LOG_LEVEL = "KRAFTVERK_LOG_LEVEL"
"""Environment variable: how much every process logs, such as DEBUG. Without it Prefect's own levels hold."""
_FLOW_COMMAND = "python -m prefect.engine"
_PROBE_TIMEOUT = 2.0
_SIGNS_OF_LIFE = ("Pending", "Submitting", "Running", "heartbeat")


@dataclass(frozen=True, slots=True)
class PrefectService:
    """One Prefect server at 127.0.0.1 with its workers."""

    home: Path
    """PREFECT_HOME: database, leases and memo of this server alone."""
    port: int
    auth_string: str = field(repr=False)
    """`user:password`, asked for by the API and typed into the login page of the user interface."""
    code: Path
    """The folder `flows` is imported from."""
    database_url: str | None = field(default=None, repr=False)
    """`postgresql+asyncpg://…`; None is SQLite in the home."""
    query_seconds: float = 2.0
    """How often a worker looks for runs. Picking one up takes half of this on average."""
    heartbeat_seconds: int = 30
    """How often a flow run says that it lives. Prefect allows no less than 30."""
    silent_after: timedelta = timedelta(seconds=90)
    """A run silent for this long is marked Crashed: two heartbeats may be lost. Up to five seconds are added.

    At least 10 seconds, says Prefect; and longer than a run takes to begin, prefetch included.
    """

    @property
    def ui_url(self) -> str:
        return f"http://{_LOOPBACK}:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.ui_url}/api"

    def environment(self, base: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The whole environment of a worker, its flow runs, and every other program that talks to this server."""
        return _without_prefect(base) | {
            "PREFECT_HOME": str(self.home),
            "PREFECT_PROFILES_PATH": str(self.home / "profiles.toml"),
            "PREFECT_API_URL": self.api_url,
            "PREFECT_API_AUTH_STRING": self.auth_string,
            "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
            "PREFECT_CLI_PROMPT": "false",
            "PREFECT_CLI_COLORS": "false",
            # Nothing is reported to anybody.
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
            "DO_NOT_TRACK": "1",
            "NO_PROXY": _with_loopback(base.get("NO_PROXY") or base.get("no_proxy") or ""),
            # A run: the code it imports, and the logs of our packages on its page.
            "PYTHONPATH": os.pathsep.join(filter(None, [str(self.code), base.get("PYTHONPATH", "")])),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), base.get("PATH", os.defpath)]),
            "PREFECT_LOGGING_EXTRA_LOGGERS": "flows,hub,connectors,robots",
            "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
            "PREFECT_LOGGING_COLORS": "false",
            **log_levels(base),
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(self.heartbeat_seconds),
            "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
            "PREFECT_WORKER_QUERY_SECONDS": str(self.query_seconds),
            # A run is taken, and holds its place, this long before its time. It then waits in its process.
            "PREFECT_WORKER_PREFETCH_SECONDS": "5",
        }

    def server_environment(self, base: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The whole environment of the server."""
        database = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": self.database_url} if self.database_url else {}
        return (
            self.environment(base)
            | database
            | {
                "PREFECT_SERVER_API_HOST": _LOOPBACK,
                "PREFECT_SERVER_API_PORT": str(self.port),
                "PREFECT_SERVER_API_AUTH_STRING": self.auth_string,
                "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
                # The second user interface asks amplitude.com for its settings whatever we say; the first asks nobody.
                "PREFECT_SERVER_UI_V2_ENABLED": "false",
                # Kept in memory, the places of limited deployments are forgotten when the server restarts, and Prefect
                # then cancels the runs that hold them.
                "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
                # Without it, a run that died while the server was down for two minutes or more stays Running for ever.
                "PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER": "P7D",
                # A cancelled run whose worker has gone would otherwise be Cancelling for five minutes.
                "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_CANCELLING_TIMEOUT_SECONDS": "60",
                # A drain a minute is half a million runs a year: those older than 90 days are deleted.
                "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
            }
        )

    def server_command(self) -> list[str]:
        return [sys.executable, "-m", "prefect", "server", "start"]

    def worker_command(self, name: str) -> list[str]:
        """A worker taking runs from our work pool. Two workers must not share a name."""
        return [
            *(sys.executable, "-m", "prefect", "worker", "start", "--name", name),
            *("--pool", POOL, "--type", "process", "--install-policy", "never"),
        ]

    def is_healthy(self) -> bool:
        """Whether our server answers, with its database migrated. Another server at the port refuses our secret."""
        return self._ask("GET", "/admin/version") is not None

    def worker_is_online(self, name: str) -> bool:
        """Whether the worker has reported to the server in the last minute and a half."""
        workers = self._ask("POST", f"/work_pools/{POOL}/workers/filter", {})
        return any(each["name"] == name and each["status"] == "ONLINE" for each in workers or [])

    def adopt(self) -> None:
        """Make Prefect in this process ours. Call it before anything imports prefect; after that it has no effect."""
        ours = self.environment()
        for name in set(os.environ) - set(ours):
            del os.environ[name]
        os.environ.update(ours)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[PrefectClient]:
        """A client of this server, whatever else the process knows of Prefect."""
        if "prefect" not in sys.modules:
            self.adopt()
        async with client_of(self.api_url, self.auth_string) as client:
            yield client

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        """The server's answer as JSON, or None when it gives none. A probe: no error is worth more than «not yet»."""
        secret = base64.b64encode(self.auth_string.encode()).decode()
        headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(_LOOPBACK, self.port, timeout=_PROBE_TIMEOUT)
        try:
            connection.request(method, f"/api{path}", json.dumps(body), headers)
            answer = connection.getresponse()
            return json.load(answer) if answer.status == http.client.OK else None
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()


@asynccontextmanager
async def client_of(api_url: str, auth_string: str) -> AsyncIterator[PrefectClient]:
    """A client of the server at `api_url`, whatever the user's own profile says."""
    from prefect.client.orchestration import PrefectClient

    settings = {"trust_env": False}
    async with PrefectClient(api_url, auth_string=auth_string, httpx_settings=settings) as client:
        yield client


def new_auth_string() -> str:
    """A fresh secret for one server."""
    return f"kraftverk:{secrets.token_urlsafe(24)}"


def read_deployments(file: Path) -> list[Deployment]:
    """The deployments of a prefect.yaml."""
    import yaml

    deployments: list[Deployment] = yaml.safe_load(file.read_text("utf-8"))["deployments"]
    return deployments


async def set_up(
    client: PrefectClient,
    deployments: Iterable[Deployment],
    silent_after: timedelta,
    limits: Mapping[str, int] | None = None,
) -> None:
    """Create or update the work pool, the deployments and the automation for silent runs. May be repeated.

    `limits` changes how many runs of a deployment may go at once (as many drains as there are workers). A schedule
    somebody has paused stays paused. The flows are imported, for their names and parameters.
    """
    await _set_up_pool(client)
    for deployment in deployments:
        await _set_up_deployment(client, deployment, (limits or {}).get(deployment["name"]))
    await _set_up_automation(client, silent_after)


async def request_run(
    client: PrefectClient, deployment: str, parameters: Mapping[str, object] | None = None
) -> tuple[UUID, bool]:
    """Ask for a run now. Returns its id, and whether it is new.

    A run that is due, pending or running already is given back instead of a new one: it takes what is ready, and there
    are never two queued. `deployment` is «flow/name».
    """
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
    from prefect.client.schemas.sorting import FlowRunSort

    found = await client.read_deployment_by_name(deployment)
    begun = await client.read_flow_runs(
        flow_run_filter=_unfinished_and_due(),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[found.id])),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
        limit=1,
    )
    if begun:
        return begun[0].id, False
    run = await client.create_flow_run_from_deployment(found.id, parameters=dict(parameters or {}))
    return run.id, True


async def wait_for_run(
    client: PrefectClient, run: UUID, within: float, on_state: Callable[[str], None] | None = None
) -> State[Any]:
    """Wait for the run to reach a final state and return it. `on_state(name)` is called at every look.

    Survives a restart of the server. Raises TimeoutError after `within` seconds. A run marked Crashed while its process
    was stopped may still become Completed when the process goes on.
    """
    import httpx

    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            state = (await client.read_flow_run(run)).state
        except httpx.HTTPError:
            state = None
        if state is not None and state.is_final():
            return state
        if on_state is not None:
            on_state(state.name or state.type.value if state else "?")
        await asyncio.sleep(0.3)
    raise TimeoutError(f"flow run {run} was not finished within {within:.0f} s")


async def cancel_runs(client: PrefectClient, within: float = 35.0) -> int:
    """Ask every running flow run to stop, and wait until they have. Returns how many there were.

    Each worker sends SIGTERM, which the flow sees as CancelledError, and kills it after 30 seconds. To be called before
    the workers are stopped: a worker that is told to end kills its flow runs at once.
    """
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
    from prefect.client.schemas.objects import StateType
    from prefect.states import Cancelling

    going = FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])
    runs = await client.read_flow_runs(flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=going)))
    for run in runs:
        await client.set_flow_run_state(run.id, Cancelling())
    for run in runs:
        await wait_for_run(client, run.id, within)
    return len(runs)


async def _set_up_pool(client: PrefectClient) -> None:
    """The pool's template holds what every flow run needs.

    With an explicit command a run starts in 2.3 s, not 4.0 (one Python process, not two), and stays in its worker's
    process group. Its output is not piped through the worker: the pipe breaks when the worker is killed, and the next
    line logged then ends the run. Logs reach the run's page anyway.
    """
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    template["variables"]["properties"]["command"]["default"] = _FLOW_COMMAND
    template["variables"]["properties"]["stream_output"]["default"] = False
    await client.create_work_pool(WorkPoolCreate(name=POOL, type="process", base_job_template=template), overwrite=True)


async def _set_up_deployment(client: PrefectClient, wanted: Deployment, limit: int | None) -> None:
    from prefect.client.schemas.objects import ConcurrencyOptions
    from prefect.flows import Flow, load_flow_from_entrypoint
    from prefect.utilities.callables import parameter_schema

    flow: Flow[..., Any] = load_flow_from_entrypoint(wanted["entrypoint"])
    bound = wanted.get("concurrency_limit") or {}
    name = wanted["name"]
    await client.create_deployment(
        await client.create_flow_from_name(flow.name),
        name=name,
        entrypoint=wanted["entrypoint"],
        description=wanted.get("description"),
        parameters=wanted.get("parameters") or {},
        parameter_openapi_schema=parameter_schema(flow).model_dump(),
        enforce_parameter_schema=True,
        work_pool_name=wanted["work_pool"]["name"],
        schedules=await _schedules(client, f"{flow.name}/{name}", wanted.get("schedules") or []),
        concurrency_limit=limit or bound.get("limit"),
        concurrency_options=ConcurrencyOptions(collision_strategy=bound["collision_strategy"]) if bound else None,
        pull_steps=[],
    )


async def _schedules(
    client: PrefectClient, deployment: str, wanted: list[Mapping[str, str]]
) -> list[DeploymentScheduleCreate]:
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.exceptions import ObjectNotFound

    try:
        known = {each.slug: each.active for each in (await client.read_deployment_by_name(deployment)).schedules}
    except ObjectNotFound:
        known = {}
    return [
        DeploymentScheduleCreate(
            slug=each["slug"],
            schedule=CronSchedule(cron=each["cron"], timezone=each["timezone"]),
            active=known.get(each["slug"], True),
        )
        for each in wanted
    ]


async def _set_up_automation(client: PrefectClient, silent_after: timedelta) -> None:
    """Prefect marks no killed run by itself, so: a sign of life, and then nothing, means Crashed.

    Any event of the run ends the wait; only the signs of life begin a new one, so that a finished run is left alone.
    """
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

    wanted = AutomationCore(
        name=SILENT,
        description="Setter kjøringer uten livstegn til Crashed.",
        trigger=EventTrigger(
            match={"prefect.resource.id": "prefect.flow-run.*"},
            for_each={"prefect.resource.id"},
            after={f"prefect.flow-run.{each}" for each in _SIGNS_OF_LIFE},
            expect={"prefect.flow-run.*"},
            posture=Posture.Proactive,
            threshold=1,
            within=silent_after,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message="Ingen livstegn fra kjøringen.")],
    )
    known = await client.read_automations_by_name(SILENT)
    if known:
        await client.update_automation(known[0].id, wanted)
    else:
        await client.create_automation(wanted)


def _unfinished_and_due() -> Any:
    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterExpectedStartTime,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType

    unfinished = FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING])
    return FlowRunFilter(
        state=FlowRunFilterState(type=unfinished),
        expected_start_time=FlowRunFilterExpectedStartTime(before_=datetime.now(UTC)),
    )


def log_levels(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What Prefect is to be told of the level, in its own words."""
    names = ("PREFECT_LOGGING_LEVEL", "PREFECT_LOGGING_ROOT_LEVEL", "PREFECT_SERVER_LOGGING_LEVEL")
    return dict.fromkeys(names, base[LOG_LEVEL]) if base.get(LOG_LEVEL) else {}


def _without_prefect(base: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in base.items() if not name.startswith("PREFECT_")}


def _with_loopback(no_proxy: str) -> str:
    return ",".join(filter(None, [no_proxy, _LOOPBACK, "localhost"]))
