"""Flows for the tests of Prefect itself: they note what happens to them in a diary, one line each."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect import flow, task
from prefect.events import emit_event
from prefect.runtime import flow_run


def note(diary: str, what: str) -> None:
    with Path(diary).open("a", encoding="utf-8") as file:
        file.write(f"{flow_run.get_id()} {os.getpid()} {what}\n")


def opened(gate: str | None) -> bool:
    return gate is not None and Path(gate).exists()


@contextmanager
def beating(every: float) -> Iterator[None]:
    """Prefect's own heartbeat, only faster: its shortest interval is 30 seconds."""
    resource = {"prefect.resource.id": f"prefect.flow-run.{flow_run.get_id()}"}
    done = threading.Event()

    def beat() -> None:
        while not done.wait(every):
            emit_event("prefect.flow-run.heartbeat", resource=resource)

    threading.Thread(target=beat, daemon=True).start()
    try:
        yield
    finally:
        done.set()


@task
async def step() -> None:
    await asyncio.sleep(0)


@flow
async def work(
    diary: str, seconds: float = 0.0, gate: str | None = None, as_of: str | None = None, dry_run: bool = False
) -> None:
    """Lasts so many seconds, or until there is a file `gate`. The rest is as a night has it."""
    note(diary, "start")
    try:
        with beating(every=1.0):
            end = time.monotonic() + seconds
            while time.monotonic() < end and not opened(gate):
                await asyncio.sleep(0.1)
        await step()
    except asyncio.CancelledError:
        note(diary, "cancelled")
        raise
    note(diary, "end")
