"""Køer: how much each holds, what stops it, and the acts that stop and start queues and outside systems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlalchemy.engine import Connection
from starlette.responses import Response

from console.office import Office
from console.pages.routes import Feedback, Pages, go_to, overtaken, reason_of, unusable
from console.rendering import page
from console.roles import Right
from console.visitor import At, Form, In, Written, written
from domain.kalender import OSLO
from hub.missing import NoSuch
from hub.release import ReleaseLevel
from hub.storage import queues, targets
from hub.storage.backlog import Backlog, backlogs
from hub.storage.moves import NotPossible
from hub.storage.queues import EVERYTHING, Told, WorkQueue
from hub.storage.targets import Target
from hub.target import TargetSpec

pages = Pages()
ACTS_SHOWN = 20
DONE = {
    "stans": "Køen er stanset. Roboten tar ingen nye oppgaver fra den.",
    "start": "Køen går igjen.",
    "en_til": "Klarsignalet ditt er lagret. Køen starter når én person til gir klarsignal.",
    "nivaa": "Nivået er endret. Det gjelder fra roboten gjør neste endring.",
    "aapnet": "Fagsystemet er åpnet. Roboten prøver det igjen.",
    "noedstopp": "Nødstopp er på. Ingen ny endring begynner.",
    "opphevet": "Nødstoppen er opphevet. Køer som er stanset hver for seg, er fortsatt stanset.",
}


@dataclass(frozen=True, slots=True)
class Koe:
    """A queue as its page shows it."""

    name: str
    tittel: str
    queue: WorkQueue | None
    """None: it has never run, and there is nothing to stop."""
    backlog: Backlog
    paused: Told | None
    released: Sequence[str]
    """Who has released the pause that stands."""
    stops: Sequence[str]
    """Systems it needs that are stopped."""

    @property
    def volume(self) -> bool:
        return self.queue is not None and self.queue.paused == "volume"


@dataclass(frozen=True, slots=True)
class Fagsystem:
    target: Target
    hours: TargetSpec | None
    block: int
    """The number of the event that last stopped it."""
    used_by: Sequence[str]
    is_open: bool

    @property
    def unwell(self) -> bool:
        return bool(self.target.blocked) or self.target.breaker != "closed"


@pages.page("/koer", Right.READ)
def show(request: Request, who: In, office: At, gjort: str = "", foer: str = "") -> Response:
    return _overview(request, who, office, Feedback(message=DONE.get(gjort)), foer)


@pages.act("/koer/noedstopp", Right.STOP_ALL, written)
def stop_all(request: Request, who: In, office: At, form: Written) -> Response:
    def act(reason: str, seen: int) -> str:
        queues.pause(office.database, EVERYTHING, "person", who.acting(Right.STOP_ALL), reason, seen)
        return "noedstopp"

    return _all(request, who, office, form, "noedstopp", act)


@pages.act("/koer/noedstopp/opphev", Right.STOP_ALL, written)
def lift_stop(request: Request, who: In, office: At, form: Written) -> Response:
    def act(reason: str, seen: int) -> str:
        queues.release(office.database, EVERYTHING, who.acting(Right.STOP_ALL), reason, seen)
        office.drain_soon()
        return "opphevet"

    return _all(request, who, office, form, "opphev", act)


@pages.page("/koer/fagsystem/{system}", Right.READ)
def show_system(request: Request, who: In, office: At, system: str) -> Response:
    return _system(request, who, office, system, Feedback())


@pages.act("/koer/fagsystem/{system}/aapne", Right.STEER, written)
def open_system(request: Request, who: In, office: At, form: Written, system: str) -> Response:
    (reason, errors), seen = reason_of(form), form.number("sett")
    if errors or seen is None:
        return _system(request, who, office, system, unusable("aapne", errors, form))
    try:
        targets.unblock(office.database, system, who.acting(Right.STEER), reason, seen)
    except NotPossible:
        return _system(request, who, office, system, overtaken("aapne", form))
    office.drain_soon()
    return go_to("/koer?gjort=aapnet")


@pages.page("/koer/{queue}", Right.READ)
def show_queue(request: Request, who: In, office: At, queue: str, gjort: str = "") -> Response:
    return _queue(request, who, office, queue, Feedback(message=DONE.get(gjort)))


@pages.act("/koer/{queue}/stans", Right.STEER, written)
def pause(request: Request, who: In, office: At, form: Written, queue: str) -> Response:
    def act(reason: str, seen: int) -> str:
        queues.pause(office.database, queue, "person", who.acting(Right.STEER), reason, seen)
        return "stans"

    return _steer(request, who, office, form, queue, "stans", act)


@pages.act("/koer/{queue}/start", Right.STEER, written)
def release(request: Request, who: In, office: At, form: Written, queue: str) -> Response:
    def act(reason: str, seen: int) -> str:
        if not queues.release(office.database, queue, who.acting(Right.STEER), reason, seen):
            return "en_til"
        office.drain_soon()
        return "start"

    return _steer(request, who, office, form, queue, "start", act)


@pages.act("/koer/{queue}/nivaa", Right.TRUST, written)
def trust(request: Request, who: In, office: At, form: Written, queue: str) -> Response:
    (reason, unsaid), level, seen = reason_of(form), form.text("nivaa"), form.text("sett")
    errors = {} if level in list(ReleaseLevel) else {"nivaa": "Velg et nivå."}
    errors |= {"nivaa": "Køen er på dette nivået alt. Velg et annet."} if level == seen else {}
    errors |= unsaid
    if errors or seen not in list(ReleaseLevel):
        return _queue(request, who, office, queue, unusable("nivaa", errors, form))
    actor, name = who.acting(Right.TRUST), _known(office, queue)
    try:
        queues.set_release_level(office.database, name, ReleaseLevel(level), actor, reason, ReleaseLevel(seen))
    except NotPossible:
        return _queue(request, who, office, queue, overtaken("nivaa", form))
    office.drain_soon()
    return go_to(f"/koer/{queue}?gjort=nivaa")


def _steer(
    request: Request,
    who: In,
    office: Office,
    form: Form,
    queue: str,
    name: str,
    act: Callable[[str, int], str],
) -> Response:
    """Carry out an act on the queue as it was shown."""
    _known(office, queue)
    (reason, errors), seen = reason_of(form), form.number("sett")
    if errors or seen is None:
        return _queue(request, who, office, queue, unusable(name, errors, form))
    try:
        done = act(reason, seen)
    except NotPossible:
        return _queue(request, who, office, queue, overtaken(name, form))
    return go_to(f"/koer/{queue}?gjort={done}")


def _all(request: Request, who: In, office: Office, form: Form, name: str, act: Callable[[str, int], str]) -> Response:
    """As `_steer`, for everything at once."""
    (reason, errors), seen = reason_of(form), form.number("sett")
    if errors or seen is None:
        return _overview(request, who, office, unusable(name, errors, form))
    try:
        done = act(reason, seen)
    except NotPossible:
        return _overview(request, who, office, overtaken(name, form))
    return go_to(f"/koer?gjort={done}")


def _overview(request: Request, who: In, office: Office, feedback: Feedback, before: str = "") -> Response:
    first = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    with office.database.read() as c:
        found = _queues(office, queues.every(c), backlogs(office.database, c, office.today()), c)
        everything = queues.get(c, EVERYTHING)
        stopped = queues.paused_by(c).get(EVERYTHING)
        acts = queues.history(c, ACTS_SHOWN + 1, first)
        systems = _systems(office, c)
    return page(
        request,
        who,
        "koer.html",
        feedback.status,
        koer=found,
        systems=systems,
        stopped=stopped if everything and everything.paused else None,
        sett=everything.paused_no if everything else 0,
        acts=acts[:ACTS_SHOWN],
        older=acts[ACTS_SHOWN - 1][0] if len(acts) > ACTS_SHOWN else None,
        feedback=feedback,
    )


def _queue(request: Request, who: In, office: Office, name: str, feedback: Feedback) -> Response:
    _known(office, name)
    with office.database.read() as c:
        all_ = _queues(office, queues.every(c), backlogs(office.database, c, office.today()), c)
        acts = queues.history(c, ACTS_SHOWN, queue=name)
        everything = queues.get(c, EVERYTHING)
    found = next(each for each in all_ if each.name == name)
    return page(
        request,
        who,
        "koe.html",
        feedback.status,
        koe=found,
        info=office.automations.get(name),
        levels=list(ReleaseLevel),
        everything_stopped=bool(everything and everything.paused),
        acts=acts,
        feedback=feedback,
    )


def _system(request: Request, who: In, office: Office, name: str, feedback: Feedback) -> Response:
    with office.database.read() as c:
        found = next((each for each in _systems(office, c) if each.target.name == name), None)
        acts = queues.history(c, ACTS_SHOWN, queue=name)
    if found is None:
        raise NoSuch("fagsystem")
    return page(
        request,
        who,
        "fagsystem.html",
        feedback.status,
        system=found,
        now=datetime.now(OSLO).timestamp(),
        acts=acts,
        feedback=feedback,
    )


def _known(office: Office, name: str) -> str:
    """Raises NoSuch for what is no queue of an automation."""
    with office.database.read() as c:
        there = name != EVERYTHING and queues.get(c, name) is not None
    if not there and name not in office.automations:
        raise NoSuch("koe")
    return name


def _queues(office: Office, known: Sequence[WorkQueue], held: dict[str, Backlog], c: Connection) -> list[Koe]:
    """The automations in the order they run, and then queues of those that are gone."""
    there = {queue.name: queue for queue in known if queue.name != EVERYTHING}
    paused, unwell = queues.paused_by(c), targets.unwell(c)
    out = []
    for name in [*office.automations, *(name for name in there if name not in office.automations)]:
        info, queue = office.automations.get(name), there.get(name)
        stops = [system for system in (info.systemer if info else ()) if system in unwell]
        released = queues.released_by(c, queue) if queue and queue.paused else []
        backlog = held.get(name, Backlog())
        out.append(Koe(name, office.tittel(name), queue, backlog, paused.get(name), released, stops))
    return out


def _systems(office: Office, c: Connection) -> list[Fagsystem]:
    blocks, now = targets.last_blocks(c), datetime.now(OSLO).time()
    out = []
    for target in targets.every(c):
        hours = office.hours.get(target.name)
        used_by = [info.tittel for info in office.automations.values() if target.name in info.systemer]
        is_open = hours is None or hours.is_open(now)
        out.append(Fagsystem(target, hours, blocks.get(target.name, 0), used_by, is_open))
    return out
