"""Slettereglene after the night: what has had its time is emptied, with a line in the log."""

from __future__ import annotations

import asyncio

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from flows import registry
from flows.installation import Installation
from hub.audit import MACHINE, Actor
from hub.retention import Terms
from hub.storage import trail
from hub.storage.retention import Retention, Tally


def retention_of(installation: Installation) -> Retention:
    """What the office's terms say of this environment today."""
    terms = Terms(**installation.settings.retention.model_dump())
    codes = {name: registry.module(name).METADATA.foelges_opp for name in registry.MODULES}
    return Retention(installation.database, terms, installation.today, codes, installation.evidence_dir)


def carry_out(installation: Installation, actor: Actor) -> Tally:
    """Empty what has had its time; that it was done, and by whom, is kept in the trail."""
    done = retention_of(installation).carry_out()
    if done.counts:
        trail.note(installation.database, actor, "retention", str(done))
    return done


@task(name="retention", cache_policy=NO_CACHE, persist_result=False)
async def retention(installation: Installation) -> None:
    """On a thread of its own: Prefect hears from the run meanwhile."""
    done = await asyncio.to_thread(carry_out, installation, MACHINE)
    get_run_logger().info("slettereglene: %s", done)
