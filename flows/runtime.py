"""Runs an automation under Prefect: its steps as tasks, its progress and outcome as artifacts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import httpx
from prefect import get_run_logger, task
from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectException
from prefect.runtime import flow_run

from domain.errors import SystemException
from domain.kalender import OSLO
from flows import routine
from flows.installation import Installation
from flows.metadata import Metadata
from flows.person import orderer
from flows.rapport.dagsrapport import Dagsrapport, make_dagsrapport
from flows.rapport.fersk import Lest, read_fresh
from flows.rapport.markdown import seal_to_markdown, to_markdown
from flows.routine import Night
from hub.automation import Automation, Json
from hub.report import NightReport, night_report
from hub.storage import seals
from hub.storage.orders import Order

DRAIN = "drain/drain"


def night_name() -> str:
    """What Prefect calls a run: the flow and the night it is of."""
    return f"{flow_run.flow_name} {(flow_run.parameters or {}).get('as_of') or _scheduled_date()}"


def default_night(installation: Installation) -> date:
    """The fixed one of an invented world, or the Oslo date this run was planned to start."""
    return installation.settings.as_of or _scheduled_date()


async def start_night(
    metadata: Metadata, automation: Automation[Any], as_of: str | None, dry_run: bool, ordered_by: str | None
) -> Night:
    """as_of is the Oslo date of the scheduled start, so that a run begun late or again is of the same night."""
    installation = Installation.open()
    installation.targets(metadata)
    day = date.fromisoformat(as_of) if as_of else default_night(installation)
    dry = dry_run or routine.is_dry(installation, metadata)
    return Night(metadata, automation, installation, day, ordered_by or orderer(flow_run.tags or []), flow_run.id, dry)


@task(name="find", cache_policy=NO_CACHE, persist_result=False)
async def find(night: Night) -> Json:
    found = await routine.find(night)
    get_run_logger().info("%s: found %s", night.name, found)
    return found


@task(name="order", cache_policy=NO_CACHE, persist_result=False)
async def carry_out(night: Night, order: Order) -> Json:
    taken = await routine.carry_out(night, order)
    get_run_logger().info("%s: order %s: %s", night.name, order.id, taken)
    return taken


@task(name="perform", cache_policy=NO_CACHE, persist_result=False)
async def perform(night: Night, patience: float | None = None) -> Json:
    """Carry out what is ready. A dry night has nothing to carry out."""
    if night.dry:
        return {}
    artifact: Any = await acreate_progress_artifact(progress=0.0, description=f"{night.metadata.tittel}: oppgaver")
    wait = night.installation.settings.queue(night.name).patience if patience is None else patience

    async def progress(counts: Json) -> None:
        open_now = await asyncio.to_thread(night.installation.pending, night.name, wait)
        ended = sum(counts.values())
        await aupdate_progress_artifact(artifact_id=artifact, progress=100.0 * ended / (ended + open_now or 1))

    if patience is None:
        await _invite_other_workers(night)
    counts = await routine.perform(night, wait, Every(20, progress))
    await aupdate_progress_artifact(artifact_id=artifact, progress=100.0)
    get_run_logger().info("%s: %s", night.name, dict(counts))
    return dict(counts)


@task(name="report", cache_policy=NO_CACHE, persist_result=False)
async def report(night: Night) -> Json:
    """The table of outcomes and the control report, as artifacts of this run."""
    made = routine.report(night)
    outcomes: dict[tuple[str, str], int] = {}
    for item in made.items:
        outcome = item.status, item.result or item.reason
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    table = [{"utfall": status, "resultat": what, "antall": n} for (status, what), n in sorted(outcomes.items())]
    await acreate_table_artifact(
        table=table, key=f"{night.name}-utfall", description=f"{night.metadata.tittel}, {made.as_of}"
    )
    explained = to_markdown(_rapport(night.installation, [night.metadata], night.as_of), night.installation.explain)
    await acreate_markdown_artifact(markdown=explained, key=f"{night.name}-kontrollrapport")
    return {state: n for state, n in made.states.items() if n}


@task(name="seal", cache_policy=NO_CACHE, persist_result=False)
async def seal(installation: Installation) -> None:
    """Seal the trail, and show the seal where whoever could change the hub's database has not kept it."""
    taken = seals.take(installation.database, installation.chain)
    if taken is not None:
        await acreate_markdown_artifact(markdown=seal_to_markdown(taken), key="segl")


@task(name="report of the night", cache_policy=NO_CACHE, persist_result=False)
async def report_of_the_night(installation: Installation, metadata: Sequence[Metadata], as_of: date) -> None:
    """Every automation together, and what was done held against a fresh read of the systems, to the øre.

    A system that does not answer is held against the receipts alone: a report without it is better than none.
    """
    netter = _netter(installation, metadata, as_of)
    try:
        lest = await read_fresh(installation, netter)
    except SystemException as error:
        get_run_logger().warning("the systems could not be read again: %s", error)
        lest = Lest({}, frozenset())
    made = make_dagsrapport(as_of, netter, {each.name: each.tittel for each in metadata}, lest.krav, lest.vernede)
    await acreate_markdown_artifact(markdown=to_markdown(made, installation.explain), key="kontrollrapport")
    if not made.stemmer:
        get_run_logger().error("the control report of %s does not balance, or a krav deviates", as_of)


class Every:
    """Passes every n-th call on: progress is for people, and each report costs a call to Prefect."""

    def __init__(self, n: int, then: Any) -> None:
        self._n, self._then, self._seen = n, then, 0

    async def __call__(self, counts: Json) -> None:
        self._seen += 1
        if self._seen % self._n == 0:
            await self._then(counts)


async def _invite_other_workers(night: Night) -> None:
    """The night's other workers drain beside it. Without their help it only takes longer.

    The deployment's own limit cancels what is asked for beyond it.
    """
    others = night.installation.settings.workers - 1
    if not others:
        return
    try:
        async with get_client() as client:
            deployment = await client.read_deployment_by_name(DRAIN)
            for _ in range(others):
                await client.create_flow_run_from_deployment(deployment.id)
    except (PrefectException, httpx.HTTPError) as error:
        get_run_logger().warning("no other worker could be asked to help: %s", type(error).__name__)


def _netter(installation: Installation, metadata: Sequence[Metadata], as_of: date) -> list[NightReport]:
    with installation.database.read() as c:
        return [night_report(c, each.name, as_of) for each in metadata]


def _rapport(installation: Installation, metadata: Sequence[Metadata], as_of: date) -> Dagsrapport:
    titler = {each.name: each.tittel for each in metadata}
    return make_dagsrapport(as_of, _netter(installation, metadata, as_of), titler)


def _scheduled_date() -> date:
    planned = flow_run.scheduled_start_time
    return (planned or datetime.now(OSLO)).astimezone(OSLO).date()
