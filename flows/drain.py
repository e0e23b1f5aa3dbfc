"""Carries out what people have ordered, and what is ready in every queue: after the night, a retry, an approval."""

from __future__ import annotations

from prefect import flow, get_run_logger

from flows import registry
from flows.installation import Installation
from flows.runtime import carry_out, perform, start_night
from hub.audit import MACHINE
from hub.automation import Json
from hub.failure import log_unforeseen
from hub.storage import orders


@flow(name="drain")
async def drain() -> Json:
    """Ends when nothing is ready; what is deferred waits for the next one. One queue that fails stops no other, and of
    one with nothing to do Prefect is told nothing: there is a drain every minute of the year."""
    results: Json = {}
    failed = []
    installation = Installation.open()
    database = installation.database
    today = installation.today.isoformat()  # also of a drain that was planned for yesterday and begins late
    for order in orders.waiting(database):
        try:
            module = registry.module(order.automation)
            night = await start_night(module.METADATA, module.AUTOMATION, today, False, order.person)
            results[f"order {order.id}"] = await carry_out(night, order)
        except Exception as error:
            log_unforeseen(get_run_logger(), f"order {order.id} failed", error)
            failed.append(f"order {order.id}")
            if isinstance(error, registry.UnknownAutomation):
                orders.give_up(database, order.id, orders.FAILED, "AUTOMATION_GONE")
    installation.release_more()
    for name in registry.MODULES:
        try:
            module = registry.module(name)
            night = await start_night(module.METADATA, module.AUTOMATION, today, False, MACHINE.name)
            if installation.pending(name):
                results[name] = await perform(night, patience=0.0)
        except Exception as error:
            log_unforeseen(get_run_logger(), f"{name} failed", error)
            failed.append(name)
    if failed:
        raise RuntimeError(f"failed: {', '.join(failed)}")
    return results
