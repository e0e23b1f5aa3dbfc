"""What a Prefect server must hold before the night: work pool, deployments, and the automation for silent runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.person import FROM_PREFECT, SCHEDULED_BY
from kraftverk.prefect_service import POOL

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.actions import DeploymentScheduleCreate

SILENT = "kraftverk: stille kjøringer"
Deployment = Mapping[str, Any]
"""One entry of prefect.yaml, in its words."""

_FLOW_COMMAND = "python -m prefect.engine"
_SIGNS_OF_LIFE = ("Pending", "Submitting", "Running", "heartbeat")


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
    changed_by: str = FROM_PREFECT,
) -> None:
    """Create or update the work pool, the deployments and the automation for silent runs. May be repeated.

    `changed_by` answers for what the schedules order. `limits` changes how many runs of a deployment may go at once
    (as many drains as there are workers). A schedule somebody has paused stays paused. The flows are imported, for
    their names and parameters.
    """
    await _set_up_pool(client)
    for deployment in deployments:
        await _set_up_deployment(client, deployment, (limits or {}).get(deployment["name"]), changed_by)
    await _set_up_automation(client, silent_after)


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


async def _set_up_deployment(client: PrefectClient, wanted: Deployment, limit: int | None, changed_by: str) -> None:
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
        tags=[f"{SCHEDULED_BY}{changed_by}"],
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
