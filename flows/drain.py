"""Carries out what is ready in every queue: after the night, after a retry, after an approval."""

from __future__ import annotations

from prefect import flow

from flows import registry
from flows.runtime import perform, start_night
from hub.automation import Json


@flow(name="drain")
async def drain() -> Json:
    """Ends when nothing is ready; what is deferred waits for the next one."""
    results: Json = {}
    for name in registry.MODULES:
        module = registry.module(name)
        night = await start_night(module.METADATA, module.AUTOMATION, None, False)
        results[name] = await perform(night, patience=0.0)
    return results
