"""The night: the automations that change krav, in ROUTINES' order."""

from __future__ import annotations

from prefect import flow

from flows import registry
from flows.installation import Installation
from flows.retention import retention
from flows.rounds import run_round
from flows.runtime import night_name
from hub.automation import Json


@flow(name="nightly", flow_run_name=night_name)
async def nightly(
    as_of: str | None = None,
    dry_run: bool = False,
    automations: list[str] | None = None,
    ordered_by: str | None = None,
) -> Json:
    """`automations` names those to run; None is all of this round. What has had its time is emptied after it, also
    when an automation has failed."""
    try:
        return await run_round(registry.NIGHT if automations is None else automations, as_of, dry_run, ordered_by)
    finally:
        if not dry_run:
            await retention(Installation.open())
