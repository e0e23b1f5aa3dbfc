"""One item as its page shows it: what the robot set out to do, how far it came, and what can be decided."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection, Row

from console.office import Office
from console.words import effect_texts, hindered, is_finished, system, value
from hub.automation import Plan
from hub.beslutning import Beslutning, Beslutningstype
from hub.proposal import Proposal
from hub.states import State, WaitingKind
from hub.storage import beslutninger, logins
from hub.storage.approvals import pending, with_plans
from hub.storage.ledger import Ledger, replay
from hub.storage.views import ItemView


@dataclass(frozen=True, slots=True)
class Step:
    """One effect of the plan that stands."""

    key: str
    text: str
    system: str
    status: str
    """done, doubt or open."""
    receipt: Mapping[str, Any] | None
    said_by: str | None
    undo: str | None


@dataclass(frozen=True, slots=True)
class Event:
    at: float
    actor: str
    role: str
    action: str
    reason: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Oppgave:
    row: Row[Any]
    view: ItemView
    plan: Plan | None
    steps: Sequence[Step]
    events: Sequence[Event]
    saker: Sequence[str]

    @property
    def krav(self) -> list[str]:
        return self.row.krav.split(";") if self.row.krav else []

    @property
    def waits(self) -> bool:
        return bool(self.row.state == State.WAITING)

    @property
    def goes_on(self) -> bool:
        """Whether the robot has something left to do with it."""
        return not is_finished(self.row.state)

    @property
    def in_doubt(self) -> list[Step]:
        """What a person must settle before anything else is done with it."""
        if self.row.waiting_kind != WaitingKind.UNCERTAIN:
            return []
        return [step for step in self.steps if step.status == "doubt"]

    @property
    def begun(self) -> bool:
        return any(step.status != "open" for step in self.steps)

    @property
    def texts(self) -> dict[str, str]:
        """What each effect is called on the page."""
        return {step.key: step.text for step in self.steps}

    def decisions(self, office: Office) -> tuple[Beslutningstype, ...]:
        """What the automation understands when it stands as it does; nothing once its plan has begun."""
        info = office.automations.get(self.row.queue)
        if info is None or not self.waits or self.begun:
            return ()
        return info.beslutninger.get(self.row.reason or "", ())


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a second person is asked of an item, and what keeps one person from answering."""

    proposal: Proposal
    plan: Plan
    beslutninger: Sequence[str]
    """What people decided about the item before it was planned, as a sentence each."""
    cannot_approve: str | None
    cannot_reject: str | None
    """Why this person may not, in words for them."""


def read_proposed(c: Connection, office: Office, person: str, roller: Collection[str], item_id: int) -> Proposed | None:
    """None when the item waits for no second person."""
    shown = next(with_plans(c, pending(c, item_id=item_id)), None)
    if shown is None:
        return None
    proposal, plan = shown
    approver = office.approvals.approver(c, person, roller, office.today(), [item_id])
    names = logins.names(c)
    said = [_said(office, proposal.queue, each, names) for each in beslutninger.read(c, item_id)]
    return Proposed(
        proposal,
        plan,
        said,
        hindered(approver.hinders(proposal), approver.limit(proposal.kravtype)),
        hindered(approver.bars(proposal)),
    )


def _said(office: Office, queue: str, said: Beslutning, names: Mapping[str, str]) -> str:
    """«kari (saksbehandler): Ikke foreldet. Ny frist: 31.12.2027. «Dom 2017»»."""
    info = office.automations.get(queue)
    kinds = {kind.kode: kind for each in (info.beslutninger.values() if info else ()) for kind in each}
    kind = kinds.get(said.kode)
    felter = {felt.navn: felt for felt in kind.felter} if kind else {}
    told = [f"{names.get(said.person, said.person)} ({said.role}): {kind.tekst if kind else said.kode}"]
    for navn, verdi in said.data.items():
        felt = felter.get(navn)
        text = (felt.valg or {}).get(verdi, verdi) if felt else verdi
        told.append(f"{felt.ledetekst if felt else navn}: {value(navn, text).replace(';', ', ')}")
    return f"{'. '.join(told)}. «{said.reason}»"


def read(view: ItemView) -> Oppgave:
    ledger = replay((step.kind, step.key, step.data) for step in view.steps)
    return Oppgave(
        view.item, view, ledger.plan, _steps(ledger), [_event(row) for row in view.events], _saker(view.item, ledger)
    )


def _steps(ledger: Ledger) -> list[Step]:
    if ledger.plan is None:
        return []
    out = []
    for effect, text in zip(ledger.plan.effects, effect_texts(ledger.plan.effects), strict=True):
        receipt = ledger.done.get(effect.key)
        status = "done" if receipt is not None else "doubt" if effect.key in ledger.open else "open"
        said_by = receipt.get("settled_by") if receipt else None
        shown = None if receipt is None or said_by else receipt
        out.append(Step(effect.key, text, system(effect.system), status, shown, said_by, effect.undo))
    return out


def _saker(row: Row[Any], ledger: Ledger) -> list[str]:
    """The cases its krav stood in when it was found, and the one they are gathered in."""
    found = json.loads(row.payload).get("krav")
    saker = set(found.values()) if isinstance(found, dict) else set()
    if ledger.plan is not None:
        places = [place for effect in ledger.plan.effects for place in (effect.before, effect.after)]
        saker |= {place["saksnr"] for place in places if "saksnr" in place}
    return sorted(saker)


def _event(row: Row[Any]) -> Event:
    told = json.loads(row.content)
    known = ("action", "from", "to", "actor", "role", "reason")
    detail = {name: value for name, value in told.items() if name not in known and value is not None}
    return Event(row.at, told["actor"], told["role"], told["action"], told.get("reason"), detail)
