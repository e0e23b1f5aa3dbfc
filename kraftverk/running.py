"""`kraftverk run` and `kraftverk try`: an automation now, under Prefect or in this process."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from config.settings import load
from flows import registry, routine
from flows.installation import Installation
from flows.routine import Night
from hub.audit import NOBODY_KNOWS
from hub.automation import Json
from hub.ports import Progress
from hub.release import ReleaseLevel
from hub.storage import seals
from hub.target import TargetSpec
from kraftverk.people import person
from kraftverk.prefect_runs import OtherRun, knows_us, request_run, wait_for_run
from kraftverk.prefect_service import client_of, log_levels
from kraftverk.progress import RunProgress
from kraftverk.terminal import make_console
from kraftverk.usage import UsageError, parse_date
from robots.executable import find_browser

LONGEST = 6 * 3600.0
out = make_console()


def run_automation(name: str, *, dry_run: bool, local: bool, as_of: str | None) -> int:
    """Run one automation or a whole round; 0 when it came to its end and nothing is deferred."""
    os.environ.update(log_levels())
    names = list(registry.ROUNDS.get(name, [name]))
    for each in names:
        registry.module(each)
    day = parse_date(as_of)
    if local:
        return asyncio.run(_run_here(names, dry_run, day))
    return asyncio.run(_run_under_prefect(name, {"as_of": as_of, "dry_run": dry_run}))


async def _run_under_prefect(name: str, parameters: dict[str, object]) -> int:
    settings = load()
    if settings.prefect_api is None:
        raise UsageError("This environment has no Prefect: set `prefect_api` in the settings, or add --local.")
    async with client_of(settings.prefect_api, settings.secret("prefect.auth")) as client:
        if isinstance(await client.api_healthcheck(), Exception):
            raise UsageError(f"Prefect's server does not answer at {settings.prefect_api}: start it, or add --local.")
        if not await knows_us(client):
            told = "write the server's own password in the secret «prefect.auth»"
            raise UsageError(f"Prefect's server at {settings.prefect_api} does not know our password: {told}.")
        ordered_by = person(settings)
        whole = name in registry.ROUNDS
        round_ = name if whole else registry.round_of(name)
        chosen = None if whole else [name]
        pages = f"{settings.prefect_api.removesuffix('/api')}/runs/flow-run"
        try:
            run, new = await request_run(
                client, f"{round_}/{round_}", {**parameters, "automations": chosen, "ordered_by": ordered_by}
            )
        except OtherRun as other:
            raise UsageError(f"{round_} is running for {_said(other.work)}: wait for it: {pages}/{other.run}") from None
        out.print(f"{name}: {'asked Prefect for a run' if new else 'a run is on its way already'}; waiting for it …")
        out.print(f"{name}: {pages}/{run}")
        hub = Installation.open()
        with RunProgress(out, name) as bar:
            state = await wait_for_run(
                client, run, LONGEST, lambda said: bar.show(hub.states, f"; Prefect says {said}")
            )
    out.print(f"{name}: {state.name}")
    return 0 if state.is_completed() else 1


async def _run_here(names: list[str], dry_run: bool, day: date | None) -> int:
    installation = Installation.open()
    ordered_by, left, live = person(installation.settings), 0, False
    for name in names:
        module = registry.module(name)
        need_browser(installation, installation.targets(module.METADATA))
        dry = dry_run or routine.is_dry(installation, module.METADATA)
        as_of = day or installation.today
        night = Night(module.METADATA, module.AUTOMATION, installation, as_of, ordered_by, dry=dry)
        out.print(f"{name}: finding work for {as_of} …")
        out.print(f"{name}: {_words(await routine.find(night))}")
        if dry:
            why = "asked for" if dry_run else f"its release level is {ReleaseLevel.DRY}"
            out.print(f"{name}: a dry run ({why}): planned and reported, nothing done")
            continue
        live = True
        with RunProgress(out, name) as bar:
            patience = installation.settings.queue(name).patience
            counts = await routine.perform(night, patience, _progress(night, bar))
        report = routine.report(night)
        out.print(f"{name}: {_words(dict(counts))}; in {report.came_in}, still open {report.still_open}")
        left += report.still_open
    if live and (taken := seals.take(installation.database, installation.chain)):
        out.print(f"the trail is sealed: {taken.mark}", soft_wrap=True)
    return 1 if left else 0


def need_browser(installation: Installation, targets: Iterable[TargetSpec]) -> None:
    """Raises BrowserNotFound before anything is begun, when robots are needed and none could work here."""
    path = installation.settings.browser.path
    if any(target.accounts for target in targets):
        find_browser(str(path) if path else None)


def try_one(name: str, reference: str, *, headed: bool) -> int:
    """Plan one unit of work in sight of the person who writes the automation, and show the plan."""
    return asyncio.run(_try(registry.module(name), reference, headed))


async def _try(module: Any, reference: str, headed: bool) -> int:
    installation = Installation.open()
    if headed:
        browser = installation.settings.browser.model_copy(update={"headed": True})
        installation.settings = installation.settings.model_copy(update={"browser": browser})
    night = Night(module.METADATA, module.AUTOMATION, installation, installation.today, NOBODY_KNOWS, dry=True)
    need_browser(installation, installation.targets(module.METADATA))
    out.print(f"{night.name}: looking for «{reference}» among tonight's work …")
    tried = await routine.try_one(night, reference)
    if tried is None:
        raise UsageError(f"{night.name} finds no work «{reference}» today: give a reference or a kravnr that it finds.")
    work, plan = tried
    out.print(f"{work.reference} ({work.target}): {', '.join(work.krav)}")
    out.print_json(plan.to_json())
    return 0


def _progress(night: Night, bar: RunProgress) -> Progress:
    async def show(_: Json) -> None:
        bar.show(night.installation.states)

    return show


def _said(work: Mapping[str, Any]) -> str:
    """What a run does, in the words of the command line."""
    automations = work["automations"]
    what = "all its automations" if automations is None else ", ".join(automations)
    as_of = f" as of {work['as_of']}" if work["as_of"] else ""
    return what + as_of + (", as a dry run" if work["dry_run"] else "")


def _words(counts: Json) -> str:
    return ", ".join(f"{what} {n}" for what, n in counts.items()) or "nothing"
