"""The morning: what the registers have told since yesterday, and what follows from it."""

from __future__ import annotations

from prefect import flow

from flows import registry
from flows.rounds import run_round
from flows.runtime import night_name
from hub.automation import Json


@flow(name="morning", flow_run_name=night_name)
async def morning(
    as_of: str | None = None,
    dry_run: bool = False,
    automations: list[str] | None = None,
    ordered_by: str | None = None,
) -> Json:
    """`automations` names those to run; None is all of this round."""
    return await run_round(registry.MORNING if automations is None else automations, as_of, dry_run, ordered_by)
