"""Flows for the tests of Prefect itself: they write down what happens to them in a file, line by line."""

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
        file.write(f"{what} {os.getpid()} {flow_run.get_id()} {time.time():.3f}\n")


@contextmanager
def beating(every: float) -> Iterator[None]:
    """Prefect's own heartbeat, only faster: its shortest interval is 30 seconds."""
    resource = {"prefect.resource.id": f"prefect.flow-run.{flow_run.get_id()}"}
    done = threading.Event()

    def beat() -> None:
        while not done.wait(every):
            emit_event("prefect.flow-run.heartbeat", resource=resource)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()


@task
async def step(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return seconds


@flow(retries=0)
async def inner(diary: str, seconds: float) -> None:
    note(diary, "inner")
    await step(seconds)


@flow(retries=0)
async def work(diary: str, seconds: float = 0.0, fail: bool = False, beat: float = 1.0, api: bool = False) -> str:
    note(diary, "start")
    try:
        with beating(beat):
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                await asyncio.sleep(0.1)
                if api:
                    await step(0.5)
            await step(0.0)
            if api:
                await inner(diary, 0.1)
    except BaseException as error:
        note(diary, type(error).__name__)
        raise
    if fail:
        raise ValueError("as asked")
    note(diary, "end")
    return "done"
