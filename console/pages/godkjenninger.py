"""Godkjenninger: what waits for a second person, as lists per fordringshaver."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from sqlalchemy.engine import Connection
from starlette.responses import Response

from console import words
from console.pages.oppgave import ItemId
from console.pages.routes import Pages, download, go_to
from console.rendering import page
from console.roles import Right
from console.visitor import At, Form, In, Sent, Visitor, Written, written
from console.workbook import XLSX, Ark, Celle, Oere, Proof, excel, opphav
from domain.kalender import OSLO
from hub.automation import Plan
from hub.missing import NoSuch
from hub.proposal import Approver, Hindrance, Liste, Proposal, as_shown, lists
from hub.storage import logins, samples, trail
from hub.storage.approvals import pending, with_plans
from hub.storage.samples import Sample

pages = Pages()
ROWS = 100
LONGEST_TEXT = 1000
MOST_DRAWN = 1000
MOVED = "tatt_ut"
WHOLE_LIST = "alt"
EARLIER = 20
"""Samples of a list that it still names."""
TOLD_LEFT = 20
"""How many of those that were left are named."""
IDS = re.compile(r"(\d{1,9}(:\d{1,9})*)?")
COLUMNS = {
    "Oppgave": 14,
    "Referanse": 28,
    "Krav": 28,
    "Kravtype": 20,
    "Beløp i kroner": 16,
    "Begrunnelse": 60,
    "Hva som blir gjort": 60,
    "Bestilt av": 20,
    "Funnet": 18,
}
"""Name -> width in characters."""


@dataclass(frozen=True, slots=True)
class Address:
    """One list as its address says it: which, what is taken out, and the sample that was drawn."""

    liste: str = ""
    rutine: str = ""
    side: int = 1
    ute: tuple[int, ...] = ()
    """Items that are taken out."""
    stikkproeve: int = 0
    """The number of the sample that is shown; 0 for the whole list."""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Address:
        """What is not understood is left out."""
        return cls(
            given.get("liste", ""),
            given.get("rutine", ""),
            _number(given.get("side", "")) or 1,
            _ids(given.get("ute", "")),
            _number(given.get("stikkproeve", "")),
        )

    def path(self, **changes: object) -> str:
        """The address; any change begins at the first page."""
        wanted = replace(self, **({"side": 1} | changes))  # type: ignore[arg-type]
        told = {"liste": wanted.liste, "rutine": wanted.rutine}
        told |= {"side": str(wanted.side)} if wanted.side > 1 else {}
        told |= {"ute": _joined(wanted.ute)} if wanted.ute else {}
        told |= {"stikkproeve": str(wanted.stikkproeve)} if wanted.stikkproeve else {}
        return f"/godkjenninger/liste?{urlencode(told)}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A list as one person sees it."""

    liste: Liste
    approver: Approver
    hinders: Mapping[int, Hindrance]
    """What the person cannot approve, and why."""

    @property
    def mine(self) -> list[Proposal]:
        """What the person can approve."""
        return [proposal for proposal in self.liste.proposals if proposal.item_id not in self.hinders]

    def drawn_from(self, who: Visitor) -> Sequence[Proposal]:
        """What a sample for that person is drawn from."""
        return self.mine if who.may(Right.APPROVE) else self.liste.proposals

    @property
    def others(self) -> Counter[Hindrance]:
        return Counter(self.hinders.values())

    def without(self, ute: Collection[int]) -> list[Proposal]:
        """What is left to approve."""
        out = set(ute)
        return [proposal for proposal in self.mine if proposal.item_id not in out]

    def only(self, ute: Collection[int]) -> list[Proposal]:
        """What is taken out."""
        out = set(ute)
        return [proposal for proposal in self.mine if proposal.item_id in out]


@pages.page("/godkjenninger", Right.READ)
def overview(request: Request, who: In, office: At) -> Response:
    with office.database.read() as c:
        approver = office.approvals.approver(c, who.person, who.roles, office.today())
        shown = [_shown(liste, approver) for liste in lists(pending(c))]
    return page(request, who, "godkjenninger.html", shown=shown)


@pages.page("/godkjenninger/liste", Right.READ)
def show(request: Request, who: In, office: At) -> Response:
    return _page(
        request,
        who,
        office,
        Address.of(request.query_params),
        done=_done(request.query_params),
        moved=request.query_params.get("gjort") == MOVED,
    )


@pages.act("/godkjenninger/trekk", Right.READ, written)
def draw(request: Request, who: In, office: At, form: Written) -> Response:
    """Draw a sample of the list at random. It is kept, and can be shown when the list has been decided about."""
    address, asked = _address(form), form.text("antall")
    errors = form.refuse_numbers("begrunnelse", "antall")
    count = _number(asked)
    if not 1 <= count <= MOST_DRAWN:
        errors["antall"] = f"Skriv et tall fra 1 til {MOST_DRAWN}."
    if errors:
        return _page(request, who, office, address, 422, errors=errors, reason=_reason(form), antall=asked)
    with office.database.read() as c:
        shown = _read(c, office, who, address)
    among = shown.drawn_from(who)
    number = samples.keep(office.database, shown.liste, among, count, who.acting(Right.READ)) if among else 0
    return _go_on(request, who, office, form, replace(address, side=1, stikkproeve=number))


@pages.page("/godkjenninger/stikkproeve/{number}", Right.READ)
def show_sample(request: Request, who: In, office: At, number: ItemId) -> Response:
    """What was drawn, by whom, and what was said of each."""
    with office.database.read() as c:
        sample = samples.show(c, number)
        items = samples.items(c, sample)
    return page(request, who, "stikkproeve.html", sample=sample, items=items)


@pages.act("/godkjenninger/ta-ut", Right.APPROVE, written)
def take_out(request: Request, who: In, office: At, form: Written) -> Response:
    """Leave out the rows that are ticked, and take those back in that are not. Changes nothing but the address.

    Whoever turns the page sends the ticks too: none is lost.
    """
    address = _address(form)
    if errors := form.refuse_numbers("begrunnelse"):
        return _page(request, who, office, address, 422, errors=errors, reason=_reason(form))
    if form.text("vis") == WHOLE_LIST:
        return _go_on(request, who, office, form, replace(address, side=1, stikkproeve=0))
    if turned_to := _number(form.text("til_side")):
        return _go_on(request, who, office, form, replace(address, side=turned_to))
    return _go_on(request, who, office, form, address, moved=True)


@pages.act("/godkjenninger/godkjenn", Right.APPROVE, written)
def approve(request: Request, who: In, office: At, form: Written) -> Response:
    """Approve the list as it was shown, but for what is taken out."""

    def act(chosen: Sequence[Proposal], reason: str) -> Mapping[int, Hindrance]:
        return office.approvals.approve(chosen, who.acting(Right.APPROVE), who.roles, reason, office.today())

    return _decide(request, who, office, form, "godkjent", act)


@pages.act("/godkjenninger/avvis", Right.APPROVE, written)
def reject(request: Request, who: In, office: At, form: Written) -> Response:
    """Reject what is taken out, as it was shown."""

    def act(chosen: Sequence[Proposal], reason: str) -> Mapping[int, Hindrance]:
        return office.approvals.reject(chosen, who.acting(Right.APPROVE), reason, office.today())

    return _decide(request, who, office, form, "avvist", act)


@pages.act("/godkjenninger/excel", Right.READ)
def export(who: In, office: At, form: Sent) -> Response:
    """The list as it stands, as a workbook. That it was taken out of the house is kept. Raises NoSuch."""
    proof = Proof()
    with office.database.read() as c:
        liste, names = _read(c, office, who, _address(form)).liste, logins.names(c)
        if not liste.proposals:
            raise NoSuch("liste")

        def om() -> list[tuple[str, Celle]]:
            first, last = (words.dag(words.instant(each(p.since for p in liste.proposals))) for each in (min, max))
            periode = f"Alt som ventet da filen ble laget, funnet fra {first} til {last}"
            utvalg = f"{words.liste(liste)}, {office.tittel(liste.queue)}"
            by, now = who.signature(Right.READ), datetime.now(OSLO)
            return [
                *opphav("Forslag til godkjenning fra Kraftverk", periode, utvalg, by, now, proof),
                ("Sum i kroner", Oere(liste.beloep_oere)),
                ("Forslag", "Venter på godkjenning av en annen enn den som bestilte arbeidet."),
                ("Beløp i kroner", "Det forslaget gjelder. 0 når det er rutinen som kontrolleres, og ikke beløpet."),
                ("Funnet", "Da roboten fant oppgaven første gang."),
            ]

        rader = (_row(proposal, plan, names) for proposal, plan in with_plans(c, liste.proposals))
        content = excel([Ark("Forslag", tuple(COLUMNS), rader, tuple(COLUMNS.values()))], proof, om)
    said = f"{proof.rader} forslag, {words.worth(liste.proposals)}, kontrollsum {proof.checksum[:16]}"
    trail.note(office.database, who.acting(Right.READ), "export", f"Liste {liste.navn}: {said}", liste.queue)
    return download(content, XLSX, f"godkjenninger_{office.today().isoformat()}.xlsx")


def _go_on(request: Request, who: In, office: At, form: Form, address: Address, *, moved: bool = False) -> Response:
    """To the list at that address. A reason that is being written comes along, and an address never holds one."""
    if reason := _reason(form):
        return _page(request, who, office, address, reason=reason, moved=moved)
    return go_to(address.path(side=address.side) + (f"&gjort={MOVED}" if moved else ""))


def _reason(form: Form) -> str:
    return form.text("begrunnelse")[:LONGEST_TEXT]


def _decide(
    request: Request,
    who: In,
    office: At,
    form: Form,
    gjort: str,
    act: Callable[[Sequence[Proposal], str], Mapping[int, Hindrance]],
) -> Response:
    """Decide about just what was shown: an item that has changed since is left, and said so."""
    address = _address(form)
    out = set(map(str, address.ute))
    taken_out = gjort == "avvist"
    marks = [mark for mark in form.text("vist").split(";") if (mark.partition(":")[0] in out) is taken_out]
    reason = _reason(form)
    errors = form.refuse_numbers("begrunnelse")
    if not reason:
        errors["begrunnelse"] = "Skriv en kort begrunnelse."
    if not marks:
        errors["tabell"] = "Kryss av for det du vil avvise." if taken_out else "Det er ingen forslag igjen å godkjenne."
    if errors:
        return _page(request, who, office, address, 422, errors=errors, reason=reason)
    with office.database.read() as c:
        chosen, changed = as_shown(_read(c, office, who, address).liste.proposals, marks)
    hindered = act(chosen, reason)
    left = dict.fromkeys(sorted(changed), Hindrance.CHANGED) | dict(hindered)
    done = len(chosen) - len(hindered)
    if not done:
        return _page(request, who, office, address, 409, left=left, reason=reason)
    if not taken_out:
        office.drain_soon()
    told = {"gjort": gjort, "n": str(done)}
    told |= {"igjen": _joined(sorted(left)[:TOLD_LEFT]), "ikke": str(len(left))} if left else {}
    return go_to(f"{address.path(ute=(), stikkproeve=0)}&{urlencode(told)}")


def _page(
    request: Request,
    who: In,
    office: At,
    address: Address,
    status: int = 200,
    *,
    done: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    left: Mapping[int, Hindrance] | None = None,
    reason: str = "",
    antall: str | None = None,
    moved: bool = False,
) -> Response:
    with office.database.read() as c:
        shown = _read(c, office, who, address)
        sample, earlier, drawn = _samples(c, address)
        listed = [each for each in shown.liste.proposals if sample is None or each.item_id in drawn]
        last = max(1, -(-len(listed) // ROWS))
        address = replace(address, side=min(address.side, last))  # others may have shortened the list meanwhile
        start = (address.side - 1) * ROWS
        rows = list(with_plans(c, listed[start : start + ROWS]))
    taken_out = shown.only(address.ute)
    here = {proposal.item_id for proposal, _ in rows}
    return page(
        request,
        who,
        "forslagsliste.html",
        status,
        address=address,
        antall=antall,
        most_drawn=MOST_DRAWN,
        whole_list=WHOLE_LIST,
        shown=shown,
        drawn_from=len(shown.drawn_from(who)),
        sample=sample,
        drawn=sorted(drawn),
        earlier=earlier,
        rows=rows,
        last=last,
        to_approve=shown.without(address.ute),
        taken_out=taken_out,
        elsewhere=sum(proposal.item_id not in here for proposal in taken_out),
        vist=";".join(proposal.mark for proposal in shown.mine),
        done=done,
        errors=errors or {},
        left=left,
        reason=reason,
        moved=moved,
    )


def _read(c: Connection, office: At, who: In, address: Address) -> Shown:
    """The list as it stands now; an empty one when nothing waits on it."""
    approver = office.approvals.approver(c, who.person, who.roles, office.today())
    waits = [each for each in pending(c, address.rutine) if each.liste == address.liste]
    return _shown(Liste(address.liste, address.rutine, waits), approver)


def _samples(c: Connection, address: Address) -> tuple[Sample | None, list[Sample], set[int]]:
    """The sample that is shown with its items, and the latest of the list."""
    latest = samples.latest(c, address.rutine, address.liste, EARLIER)
    shown = next((each for each in latest if each.id == address.stikkproeve), None)
    return shown, latest, set(samples.numbers(c, shown.id)) if shown else set()


def _shown(liste: Liste, approver: Approver) -> Shown:
    hinders = {each.item_id: hindrance for each in liste.proposals if (hindrance := approver.hinders(each))}
    return Shown(liste, approver, hinders)


def _address(form: Form) -> Address:
    """The list that the form is about, with what is ticked on the page it was sent from."""
    names = ("liste", "rutine", "side", "ute", "stikkproeve")
    sent = Address.of({name: form.text(name) for name in names})
    ticked = {item for text in form.texts("ut") for item in _ids(text)}
    kept = set(sent.ute) - set(_ids(form.text("paa_siden")))
    return replace(sent, ute=tuple(sorted(kept | ticked)))


def _done(given: Mapping[str, str]) -> Mapping[str, Any] | None:
    """What the page tells after a change: numbers alone, whatever stands in the address."""
    if given.get("gjort") not in ("godkjent", "avvist"):
        return None
    return {
        "gjort": given["gjort"],
        "antall": _number(given.get("n", "")),
        "ikke": _number(given.get("ikke", "")),
        "igjen": _ids(given.get("igjen", "")),
    }


def _row(proposal: Proposal, plan: Plan, names: Mapping[str, str]) -> tuple[Celle, ...]:
    done = [
        "; ".join([text, *(f"{felt}: {foer} → {etter}" for felt, foer, etter in words.changes(effect))])
        for effect, text in zip(plan.effects, words.effect_texts(plan.effects), strict=True)
    ]
    return (
        str(proposal.item_id),
        proposal.reference,
        ", ".join(plan.krav),
        words.kravtype(proposal.kravtype),
        Oere(proposal.beloep_oere),
        words.begrunnelse(proposal),
        "\n".join(done),
        words.bestiller(names.get(proposal.ordered_by, proposal.ordered_by)),
        words.instant(proposal.since),
    )


def _ids(text: str) -> tuple[int, ...]:
    """«12:15:19» as numbers; nothing when it is anything else. Nothing of it may read as a fødselsnummer."""
    return tuple(int(item) for item in text.split(":")) if text and IDS.fullmatch(text) else ()


def _joined(ids: Iterable[int]) -> str:
    return ":".join(map(str, ids))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
