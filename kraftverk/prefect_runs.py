"""Runs of our flows, as Prefect's server is asked for them: begin one, wait for it, stop them all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import State

WORK: Mapping[str, object] = {"automations": None, "as_of": None, "dry_run": False}
"""The parameters that say what a run does, as they are when nobody gives them. Who ordered it is none of them."""


class OtherRun(Exception):
    """The deployment has a run under way that does something else than what was asked for."""

    def __init__(self, run: UUID, work: Mapping[str, object]) -> None:
        super().__init__(f"flow run {run} does something else")
        self.run = run
        self.work = work
        """Its values of WORK."""


async def knows_us(client: PrefectClient) -> bool:
    """Whether the server takes our password: its word of how it is it gives to anybody."""
    from prefect.exceptions import PrefectHTTPStatusError

    try:
        await client.api_version()
    except PrefectHTTPStatusError as error:
        return error.response.status_code != 401
    return True


async def request_run(
    client: PrefectClient, deployment: str, parameters: Mapping[str, object] | None = None
) -> tuple[UUID, bool]:
    """Ask for a run now. Returns its id, and whether it is new.

    A run that is due, pending or running already is given back instead of a new one when it does the same, so that
    there are never two queued. Raises OtherRun when it does not. `deployment` is «flow/name».
    """
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
    from prefect.client.schemas.sorting import FlowRunSort

    found = await client.read_deployment_by_name(deployment)
    begun = await client.read_flow_runs(
        flow_run_filter=_unfinished_and_due(),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[found.id])),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
    )
    wanted = dict(parameters or {})
    same = next((run for run in begun if _work(run.parameters) == _work(wanted)), None)
    if same is not None:
        return same.id, False
    if begun:
        raise OtherRun(begun[0].id, _work(begun[0].parameters))
    run = await client.create_flow_run_from_deployment(found.id, parameters=wanted)
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


def _work(parameters: Mapping[str, object]) -> dict[str, object]:
    return {name: parameters.get(name, default) for name, default in WORK.items()}


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
