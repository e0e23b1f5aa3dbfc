"""The night: every automation in ROUTINES' order, each as a run of its own."""

from __future__ import annotations

from datetime import date

from prefect import flow, get_run_logger
from prefect.runtime import flow_run

from flows import registry
from flows.installation import Installation
from flows.person import orderer
from flows.runtime import default_night, night_name, report_of_the_night
from hub.automation import Json


@flow(name="nightly", flow_run_name=night_name)
async def nightly(
    as_of: str | None = None,
    dry_run: bool = False,
    automations: list[str] | None = None,
    ordered_by: str | None = None,
) -> Json:
    """One automation that fails does not stop the next; the night is then failed, with their names.

    `automations` names those to run, in the night's order all the same; None is all of them. All are of the same night,
    also when midnight passes between them. `ordered_by`: the person who asked for the run; None is the schedule.
    """
    night = as_of or default_night(Installation.open()).isoformat()
    person = ordered_by or orderer(flow_run.tags or [])
    results: Json = {}
    failed = []
    for name in registry.chosen(automations):
        try:
            results[name] = await registry.module(name).FLOW(as_of=night, dry_run=dry_run, ordered_by=person)
        except Exception:
            get_run_logger().exception("%s failed", name)
            failed.append(name)
    ran = [registry.module(name).METADATA for name in registry.chosen(automations) if name not in failed]
    if ran and not dry_run:
        await report_of_the_night(Installation.open(), ran, date.fromisoformat(night))
    if failed:
        raise RuntimeError(f"failed: {', '.join(failed)}")
    return results
