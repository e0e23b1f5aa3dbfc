"""A dry run: every unit of work is planned from fresh facts, and nothing is done. What would be done is reported."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from domain.errors import BusinessException, LoginRejected, SystemException
from hub.automation import Arbeid, Automation, Line, ProtectedFound, WorkItem
from hub.ports import Systems
from hub.runner import code_of
from hub.sessions import Sessions
from hub.storage import runs
from hub.storage.database import Database, StoreAway
from hub.storage.intake import counted_lines, found_lines
from hub.storage.thread import StoreThread
from hub.target import TargetSpec

log = logging.getLogger(__name__)
SESSION = 600.0
"""Seconds an account is leased at a time. It is renewed three times as often."""


async def dry_run(
    database: Database,
    automation: Automation[Any],
    systems: Systems,
    specs: Sequence[TargetSpec],
    lines: Sequence[Line],
    as_of: date,
    run_id: int,
) -> Counter[str]:
    """Plan each Arbeid; returns how many would end in which way, and keeps it as lines of the run's report.

    Raises LoginRejected, and SystemException when a system cannot be prepared or has no free account.
    """
    counts: Counter[str] = Counter()
    report = found_lines(lines)
    protected = 0
    for spec in specs:
        mine = [line for line in lines if isinstance(line, Arbeid) and line.target == spec.name]
        if not mine:
            continue
        async with prepared(database, systems, spec):
            for work in mine:
                code = await _plan(automation, systems, work, as_of)
                counts[code] += 1
                if code == "PROTECTED":
                    protected += len(work.krav)
                else:
                    report += [{"code": f"WOULD_{code}", "krav": krav} for krav in work.krav]
    with database.begin() as c:
        runs.add_lines(c, run_id, [*report, *counted_lines(lines, protected)])
    return counts


@asynccontextmanager
async def prepared(database: Database, systems: Systems, spec: TargetSpec) -> AsyncIterator[None]:
    """Hold an account of the target, if it has any, and be logged in for as long as the block lasts.

    Raises SystemException when no account is free, or ours has become somebody else's meanwhile.
    """
    store = StoreThread(database)
    sessions = Sessions(database, store, f"{socket.gethostname()}-{os.getpid()}-dry", SESSION)
    keeper = asyncio.create_task(_keep(sessions, systems, spec.name))
    try:
        account = await sessions.account(spec) if spec.accounts else None
        if spec.accounts and account is None:
            raise SystemException(spec.name, "connect", "every robot account is in use")
        try:
            await systems.prepare(spec.name, account)
            yield
        finally:
            await systems.leave(spec.name)
    finally:
        keeper.cancel()
        await asyncio.wait({keeper})
        await sessions.give_back()
        store.close()
        if not keeper.cancelled():
            keeper.result()


async def _keep(sessions: Sessions, systems: Systems, target: str) -> None:
    """Renew the lease of the account. When it is no longer ours whatever goes on is broken off: one more login would
    throw the other out."""
    while True:
        await asyncio.sleep(SESSION / 3)
        try:
            lost = await sessions.tend()
        except StoreAway as error:
            log.warning("%s: the robot account is not renewed: %s", target, error)
            continue
        if lost:
            await systems.abandon()
            raise SystemException(target, "connect", "somebody else has taken the robot account")


def unsaved(work: Arbeid, as_of: date) -> WorkItem:
    """The unit as an item that stands in no queue."""
    return WorkItem(0, "", work.target, work.reference, 1, work.payload, 0, as_of)


async def _plan(automation: Automation[Any], systems: Systems, work: Arbeid, as_of: date) -> str:
    try:
        return (await automation.plan(unsaved(work, as_of), systems, as_of)).result
    except BusinessException as error:
        return error.code
    except ProtectedFound:
        return "PROTECTED"
    except LoginRejected:
        raise
    except SystemException as error:
        return code_of(error)
