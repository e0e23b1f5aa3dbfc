"""Carries out what is ready in every queue: after the night, after a retry, after an approval."""

from __future__ import annotations

from prefect import flow, get_run_logger

from flows import registry
from flows.runtime import perform, start_night
from hub.audit import MACHINE
from hub.automation import Json


@flow(name="drain")
async def drain() -> Json:
    """Ends when nothing is ready; what is deferred waits for the next one. One queue that fails stops no other."""
    results: Json = {}
    failed = []
    for name in registry.MODULES:
        try:
            module = registry.module(name)
            night = await start_night(module.METADATA, module.AUTOMATION, None, False, MACHINE.name)
            results[name] = await perform(night, patience=0.0)
        except Exception:
            get_run_logger().exception("%s failed", name)
            failed.append(name)
    if failed:
        raise RuntimeError(f"failed: {', '.join(failed)}")
    return results
