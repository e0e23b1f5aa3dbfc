"""A dry run: every unit of work is planned from fresh facts, and nothing is done. What would be done is reported."""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from domain.errors import BusinessException, SystemException
from hub.automation import Arbeid, Automation, Line, ProtectedFound, Utelatt, Vernet, WorkItem
from hub.ports import Systems
from hub.storage import runs, targets
from hub.storage.database import Database
from hub.target import TargetSpec

SESSION = 3600.0
"""Seconds an account is leased for the whole of a dry run."""


async def dry_run(
    database: Database,
    automation: Automation[Any],
    systems: Systems,
    specs: Sequence[TargetSpec],
    lines: Sequence[Line],
    as_of: date,
    run_id: int,
) -> Counter[str]:
    """Plan each Arbeid; returns how many would end in which way, and keeps it as lines of the run's report."""
    works = [line for line in lines if isinstance(line, Arbeid)]
    counts: Counter[str] = Counter()
    report: list[dict[str, object]] = [
        {"code": line.reason, "krav": line.krav} for line in lines if isinstance(line, Utelatt)
    ]
    for spec in specs:
        mine = [work for work in works if work.target == spec.name]
        if not mine:
            continue
        async with prepared(database, systems, spec):
            for work in mine:
                code = await _plan(automation, systems, work, as_of)
                counts[code] += 1
                report += [{"code": f"WOULD_{code}", "krav": krav} for krav in work.krav if code != "PROTECTED"]
    report.append({"code": "PROTECTED", "antall": sum(isinstance(line, Vernet) for line in lines)})
    with database.begin() as c:
        runs.add_lines(c, run_id, report)
    return counts


@asynccontextmanager
async def prepared(database: Database, systems: Systems, spec: TargetSpec) -> AsyncIterator[None]:
    """Hold an account of the target, if it has any, and be logged in."""
    holder = f"{socket.gethostname()}-{os.getpid()}-dry"
    account = targets.take_session(database, spec.name, holder, SESSION) if spec.accounts else None
    if spec.accounts and account is None:
        raise SystemException(spec.name, "connect", "every robot account is in use")
    try:
        await systems.prepare(spec.name, account)
        yield
    finally:
        if account is not None:
            targets.give_session(database, spec.name, account, holder)


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
