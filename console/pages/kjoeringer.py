"""Kjøringer: what ran, what should have run, when the rounds are to run, and a run now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response

from console.office import Office
from console.pages.routes import UNANSWERED, Feedback, Pages, go_to, overtaken, reason_of, unusable
from console.rendering import page
from console.roles import Right
from console.timetable import (
    DRAIN,
    LOOK_BACK,
    NAMES,
    ROUNDS,
    Changed,
    Missed,
    NoAnswer,
    PlannedRun,
    Timetable,
    in_summer_time_hour,
    missed,
)
from console.visitor import At, In, Written, written
from domain.kalender import OSLO
from hub.missing import NoSuch
from hub.storage import queues, run_list
from hub.storage.run_list import ListedRun

pages = Pages()
ROWS = 50
PLANNED_SHOWN = 10
DONE = {
    "startet": "Kjøringen er bestilt. Den begynner om noen sekunder.",
    "tidsplan": "Tidsplanen er endret. Du står nå som den som svarer for kjøringene den bestiller.",
}
NOT_DONE = {"gaar": "En slik kjøring går allerede, eller står for tur. Ingen ny er startet."}
RunId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the scheduler said, as far as it answered."""

    answers: bool
    timetables: Sequence[Timetable] = ()
    runs: Sequence[PlannedRun] = ()
    missed: Sequence[Missed] = field(default=())


@pages.page("/kjoeringer", Right.READ)
def show(request: Request, who: In, office: At, gjort: str = "", rutine: str = "", foer: str = "") -> Response:
    feedback = Feedback(message=DONE.get(gjort), warning=NOT_DONE.get(gjort))
    return _overview(request, who, office, feedback, rutine, foer)


@pages.act("/kjoeringer/start", Right.QUEUE, written)
def run_now(request: Request, who: In, office: At, form: Written) -> Response:
    """The person who asks has ordered what the run proposes, and may not approve it (VERN-5)."""
    wanted, (reason, unsaid) = form.text("hva"), reason_of(form)
    errors = {} if wanted in ROUNDS or wanted in office.automations else {"hva": "Velg hva som skal kjøres."}
    errors |= unsaid
    if errors:
        return _overview(request, who, office, unusable("start", errors, form))
    actor = who.acting(Right.QUEUE)
    info = office.automations.get(wanted)
    parameters: dict[str, object] = {"ordered_by": actor.name, "dry_run": bool(form.text("toerr"))}
    if info is not None:
        parameters["automations"] = [info.name]
    try:
        if office.scheduler is None:
            raise NoAnswer
        _, new = office.scheduler.run_now(info.runde if info else wanted, parameters)
    except NoAnswer:
        return _overview(request, who, office, Feedback(503, failed="start", form=form))
    if new:
        with office.database.begin() as c:
            queues.tell(office.database, c, wanted, actor, "run now", reason)
    return go_to(f"/kjoeringer?gjort={'startet' if new else 'gaar'}")


@pages.page("/kjoeringer/tidsplan/{deployment}", Right.QUEUE)
def show_timetable(request: Request, who: In, office: At, deployment: str) -> Response:
    return _timetable(request, who, office, deployment, Feedback())


@pages.act("/kjoeringer/tidsplan/{deployment}", Right.QUEUE, written)
def change_timetable(request: Request, who: In, office: At, form: Written, deployment: str) -> Response:
    now = _one(office, deployment)
    if now is None or office.scheduler is None:
        return _timetable(request, who, office, deployment, Feedback(503, form=form))
    if now.seen != form.text("sett"):
        return _timetable(request, who, office, deployment, overtaken("plan", form))
    (reason, unsaid), active, errors = reason_of(form), bool(form.text("aktiv")), {}
    at = _time(form.text("tid")) if now.at is not None else None
    if now.at is not None and at is None:
        errors["tid"] = "Skriv klokkeslettet som 04:00."
    elif at is not None and in_summer_time_hour(at):
        errors["tid"] = "Velg et klokkeslett utenom 02–03. Den timen finnes ikke når sommertiden begynner."
    errors |= unsaid
    cron = now.moved(at) if at is not None and not errors and at != now.at else None
    if not errors and cron is None and active == now.active:
        errors["aktiv"] = "Ingenting er endret: velg et annet klokkeslett, eller slå tidsplanen av eller på."
    if errors:
        return _timetable(request, who, office, deployment, unusable("plan", errors, form))
    actor = who.acting(Right.QUEUE)
    try:
        office.scheduler.change(now, cron, active, actor.name)
    except Changed:
        return _timetable(request, who, office, deployment, overtaken("plan", form))
    except NoAnswer:
        return _timetable(request, who, office, deployment, Feedback(503, failed="plan", form=form))
    told = f"{Timetable(deployment, cron or now.cron, active, actor.name).words}, {'på' if active else 'av'}: {reason}"
    with office.database.begin() as c:
        queues.tell(office.database, c, deployment, actor, "schedule", told)
    return go_to("/kjoeringer?gjort=tidsplan")


@pages.page("/kjoeringer/{run_id}", Right.READ)
def show_run(request: Request, who: In, office: At, run_id: RunId, side: str = "1") -> Response:
    number = _number(side) or 1
    with office.database.read() as c:
        run = run_list.show(c, run_id)
        rows = run_list.items(c, run_id, (number - 1) * ROWS, ROWS + 1)
    return page(
        request,
        who,
        "kjoering.html",
        run=run,
        said=_states(office, [run]),
        rows=rows[:ROWS],
        side=number,
        more=len(rows) > ROWS,
    )


def _overview(
    request: Request, who: In, office: Office, feedback: Feedback, queue: str = "", before: str = ""
) -> Response:
    with office.database.read() as c:
        runs = run_list.page(c, queue or None, _number(before), ROWS + 1)
        since = (office.today() - timedelta(days=LOOK_BACK)).isoformat()
        nights = run_list.nights(c, since)
    shown = runs[:ROWS]
    return page(
        request,
        who,
        "kjoeringer.html",
        feedback.status,
        plan=_plan(office, nights),
        runs=shown,
        said=_states(office, shown),
        rutine=queue,
        older=shown[-1].row.id if len(runs) > ROWS else None,
        first=not before,
        now=datetime.now(UTC),
        rounds=ROUNDS,
        feedback=feedback,
    )


def _timetable(request: Request, who: In, office: Office, deployment: str, feedback: Feedback) -> Response:
    if deployment not in NAMES:
        raise NoSuch("tidsplan")
    found = _one(office, deployment)
    if found is None and feedback.status == 200:
        feedback = UNANSWERED
    return page(
        request,
        who,
        "tidsplan.html",
        feedback.status,
        plan=found,
        navn=NAMES[deployment],
        deployment=deployment,
        feedback=feedback,
        drain=deployment == DRAIN,
    )


def _one(office: Office, deployment: str) -> Timetable | None:
    """None when the scheduler does not answer."""
    try:
        found = office.scheduler.timetables([deployment]) if office.scheduler else []
    except NoAnswer:
        return None
    return found[0] if found else None


def _plan(office: Office, nights: dict[str, set[str]]) -> Plan:
    if office.scheduler is None:
        return Plan(answers=False)
    try:
        timetables = office.scheduler.timetables(list(NAMES))
        runs = office.scheduler.runs(list(ROUNDS), PLANNED_SHOWN)
    except NoAnswer:
        return Plan(answers=False)
    now = datetime.combine(office.today(), datetime.now(OSLO).time(), OSLO)  # an invented world stands at its own day
    lacking = [
        each
        for timetable in timetables
        if timetable.deployment in ROUNDS
        for each in missed(timetable, _members(office, timetable.deployment), nights, now, runs)
    ]
    return Plan(True, timetables, runs, sorted(lacking, key=lambda each: each.start, reverse=True))


def _members(office: Office, round_: str) -> list[str]:
    return [info.name for info in office.automations.values() if info.runde == round_]


def _states(office: Office, runs: Sequence[ListedRun]) -> dict[int, str]:
    """How the scheduler says that runs stand which have not told their end; nothing when it does not answer."""
    open_ = {run.row.prefect_run: run.row.id for run in runs if run.row.outcome is None and run.row.prefect_run}
    if office.scheduler is None or not open_:
        return {}
    try:
        found = office.scheduler.states(list(open_))
    except NoAnswer:
        return {}
    return {open_[id_]: state for id_, state in found.items()}


def _time(text: str) -> time | None:
    try:
        at = time.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is None and at.second == at.microsecond == 0 else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) else None
