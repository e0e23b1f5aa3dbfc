"""One night's run of one automation, step by step, without Prefect: find, perform, report."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from domain.errors import LoginRejected, SystemException
from domain.kalender import OSLO, add_bankdager
from flows.installation import Installation
from flows.metadata import Metadata
from hub.automation import Arbeid, Automation, Json, Line, Plan
from hub.drain import Drain, Order
from hub.dry_run import dry_run, prepared, unsaved
from hub.ports import Progress
from hub.release import ReleaseLevel
from hub.report import ControlReport, control_report
from hub.runner import as_system_exception, code_of
from hub.storage import orders, queues, runs, targets
from hub.storage.intake import take_in, take_in_ordered
from hub.storage.items import delete_pictures
from hub.storage.orders import Order as WorkOrder
from hub.target import TargetSpec

log = logging.getLogger(__name__)
FIND_PAUSES = (2.0, 10.0)
"""Seconds before looking for the night's work again."""
MAY_PASS = frozenset({"connect", "unavailable", "answer"})


class NotYet(Exception):
    """A night that has not come: its rente has not accrued, and who is 18 then is a minor today. One sentence."""


@dataclass
class Night:
    """What one run of one automation needs to know. Raises NotYet for a date to come, unless it is dry."""

    metadata: Metadata
    automation: Automation[Any]
    installation: Installation
    as_of: date
    ordered_by: str
    prefect_run: str | None = None
    dry: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if not self.dry and self.as_of > self.installation.today:
            raise NotYet(f"The night of {self.as_of} has not come: only a dry run can be made of it.")

    @property
    def name(self) -> str:
        return self.metadata.name

    def begin(self, kind: str) -> int:
        return runs.begin(self.installation.database, self.name, kind, self.as_of, self.ordered_by, self.prefect_run)


def is_dry(installation: Installation, metadata: Metadata) -> bool:
    """Whether the automation's release level lets it plan and report only."""
    with installation.database.read() as c:
        queue = queues.get(c, metadata.name)
    return queue is not None and queue.release_level is ReleaseLevel.DRY


async def find(night: Night) -> Json:
    """Find the work of the night and take it in, all or nothing. A dry night plans each unit and does nothing."""
    database = night.installation.database
    specs = night.installation.targets(night.metadata)
    _refuse_stopped(night, specs, robots=night.dry or bool(night.metadata.find_reads))
    if not night.dry:
        # so that what a lost worker held is found like anything else: renewed, closed or, if protected, erased
        night.installation.take_back(night.name)
        night.installation.sweep_pictures()
    run_id = night.begin("dry" if night.dry else "find")
    outcome = "failed"
    try:
        with _stopping_what_rejects(night):
            async with night.installation.workshop(night.name) as open_lane, open_lane() as systems:
                lines = await _look_for_work(night, systems, specs)
                if night.dry:
                    found = dict(await dry_run(database, night.automation, systems, specs, lines, night.as_of, run_id))
                else:
                    found = _take_in(night, run_id, lines)
        outcome = "completed"
        return found
    finally:
        runs.end(database, run_id, outcome)


async def carry_out(night: Night, order: WorkOrder) -> Json:
    """Look for work as a find does, and take in what was ordered; how many items it became.

    Whatever stops it is told to the person who ordered it, and they may order it again.
    """
    database = night.installation.database
    if night.dry:
        orders.give_up(database, order.id, orders.DRY)
        return {}
    specs = night.installation.targets(night.metadata)
    run_id = night.begin("order")
    outcome = "failed"
    try:
        _refuse_stopped(night, specs, robots=bool(night.metadata.find_reads))
        with _stopping_what_rejects(night):
            async with night.installation.workshop(night.name) as open_lane, open_lane() as systems:
                lines = await _look_for_work(night, systems, specs)
        taken = take_in_ordered(database, night.installation.chain, order, run_id, lines, *_limits(night))
        if taken is not None:
            delete_pictures(night.installation.evidence_dir, taken.erased_files)
        outcome = "completed"
        return {"added": 0 if taken is None else len(taken.intake.add)}
    except Exception as error:
        orders.give_up(database, order.id, orders.FAILED, code_of(as_system_exception(error)))
        raise
    finally:
        runs.end(database, run_id, outcome)


async def try_one(night: Night, reference: str) -> tuple[Arbeid, Plan] | None:
    """Find one unit by its reference or a kravnr in it, and plan it. Changes nothing."""
    installation = night.installation
    specs = {spec.name: spec for spec in installation.targets(night.metadata)}
    _refuse_stopped(night, specs.values(), robots=True)
    with _stopping_what_rejects(night):
        async with installation.workshop(night.name) as open_lane, open_lane() as systems:
            for line in await _look_for_work(night, systems, specs.values()):
                if isinstance(line, Arbeid) and reference in (line.reference, *line.krav):
                    async with prepared(installation.database, systems, specs[line.target]):
                        return line, await night.automation.plan(unsaved(line, night.as_of), systems, night.as_of)
    return None


async def perform(night: Night, patience: float, progress: Progress | None = None) -> Counter[str]:
    """Claim and carry out until nothing is ready, running or due within `patience` seconds."""
    installation = night.installation
    settings = installation.settings.queue(night.name)
    specs = installation.targets(night.metadata)
    run_id = night.begin("drain")
    outcome = "failed"
    try:
        async with installation.workshop(night.name) as open_lane:
            drain = Drain(
                installation.database,
                installation.chain,
                night.name,
                night.automation,
                installation.policy(night.name),
                specs,
                open_lane,
                installation.evidence_dir,
                progress,
            )
            counts = await drain.run(Order(night.as_of, run_id, settings.lanes, patience, settings.limit))
        outcome = "completed"
        return counts
    finally:
        runs.end_drain(installation.database, run_id, outcome)


def _take_in(night: Night, run_id: int, lines: Sequence[Line]) -> Json:
    installation = night.installation
    taken = take_in(installation.database, installation.chain, night.name, run_id, lines, *_limits(night))
    delete_pictures(installation.evidence_dir, taken.erased_files)
    intake = taken.intake
    found = {"added": len(intake.add), "renewed": len(intake.renew) + len(intake.revive), "closed": len(intake.close)}
    return found | ({"paused": taken.paused} if taken.paused else {})


def _limits(night: Night) -> tuple[date, int, date]:
    """The night, how many effects it may have, and when people are to have answered what it asks them."""
    policy = night.installation.policy(night.name)
    return night.as_of, policy.max_effects, add_bankdager(night.as_of, policy.answer_days)


def report(night: Night) -> ControlReport:
    with night.installation.database.read() as c:
        return control_report(c, night.name, night.as_of)


async def _look_for_work(night: Night, systems: Any, specs: Iterable[TargetSpec]) -> list[Line]:
    """Looking changes nothing, so it is begun again when a system has a bad moment: a whole night hangs on it."""
    for pause in FIND_PAUSES:
        try:
            return await _look_once(night, systems, specs)
        except SystemException as error:
            if error.phase not in MAY_PASS:
                raise
            log.warning("%s: %s; looking again in %g s", night.name, error, pause)
        await asyncio.sleep(pause)
    return await _look_once(night, systems, specs)


async def _look_once(night: Night, systems: Any, specs: Iterable[TargetSpec]) -> list[Line]:
    """Raises SystemException also when a system whose screens are to be read is outside its hours."""
    async with AsyncExitStack() as stack:
        for spec in specs:
            if spec.name not in night.metadata.find_reads:
                continue
            if not spec.is_open(datetime.now(OSLO).time()):
                raise SystemException(spec.name, "unavailable", f"it opens at {spec.opens:%H:%M}")
            await stack.enter_async_context(prepared(night.installation.database, systems, spec))
        with _without_collector():
            return [line async for line in night.automation.find(systems, night.as_of)]


@contextmanager
def _without_collector() -> Iterator[None]:
    """While hundreds of thousands of objects are made that all stay, Python would look through them for cycles again
    and again. Measured with 50,000 krav: 5.4 s of CPU against 7.5, for 80 MB more.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _refuse_stopped(night: Night, specs: Iterable[TargetSpec], *, robots: bool) -> None:
    """Raise SystemException when a system that will be asked is stopped; one driven by `robots` only when they are."""
    with night.installation.database.read() as c:
        unwell = targets.unwell(c)
    driven = {spec.name for spec in specs if spec.accounts}
    needed = {need for needs in night.metadata.systems.values() for need in needs}
    for name in sorted(needed if robots else needed - driven):
        if name in unwell and unwell[name].blocked:
            raise SystemException(name, "auth", f"stopped until a person opens it again: {unwell[name].blocked}")


@contextmanager
def _stopping_what_rejects(night: Night) -> Iterator[None]:
    """A system that rejects our login is stopped for all: one more try may lock the account."""
    try:
        yield
    except LoginRejected as error:
        targets.block(night.installation.database, error.system, error.message)
        raise
