"""A round: several automations one after the other, each as a run of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from prefect import get_run_logger
from prefect.runtime import flow_run

from flows import registry
from flows.installation import Installation
from flows.person import orderer
from flows.runtime import default_night, report_of_the_night, seal
from hub.automation import Json
from hub.failure import log_unforeseen


async def run_round(automations: Iterable[str], as_of: str | None, dry_run: bool, ordered_by: str | None) -> Json:
    """One automation that fails does not stop the next, nor the seal and the report of the night that end the round;
    the round is then failed, with the names of what failed.

    They run in the order of `registry.MODULES`. All are of the same night, also when midnight passes between them.
    `ordered_by`: the person who asked for the run; None is the schedule.
    """
    names = registry.chosen(automations)
    night = as_of or default_night(Installation.open()).isoformat()
    person = ordered_by or orderer(flow_run.tags or [])
    results: Json = {}
    failed: list[str] = []

    @contextmanager
    def going_on(what: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            log_unforeseen(get_run_logger(), f"{what} failed", error)
            failed.append(what)

    for name in names:
        with going_on(name):
            results[name] = await registry.module(name).FLOW(as_of=night, dry_run=dry_run, ordered_by=person)
    if not dry_run:
        with going_on("seal"):
            await seal(Installation.open())
        if ran := [registry.module(name).METADATA for name in results]:
            with going_on("report"):
                await report_of_the_night(Installation.open(), ran, date.fromisoformat(night))
    if failed:
        raise RuntimeError(f"failed: {', '.join(failed)}")
    return results
