"""One oppgave: why it stopped, what is done, and what a person does about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import PurePath
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Request
from starlette.responses import FileResponse, Response

from console import oppgave, words
from console.oppgave import Oppgave
from console.pages.oppfoelging import Address, selection_of
from console.pages.routes import Pages, go_to
from console.rendering import page
from console.roles import Right
from console.visitor import At, Form, In, Written, written
from hub.audit import Actor
from hub.beslutning import InvalidFields, read_fields
from hub.missing import NoSuch
from hub.proposal import Hindrance, Proposal, as_shown
from hub.storage import queues, run_list, views, worklist
from hub.storage.approvals import pending
from hub.storage.by_hand import ByHand
from hub.storage.moves import Conflict, NotPossible

pages = Pages()
SIMILAR = 5
LONGEST_TEXT = 1000
LONGEST_REFERENCE = 100
RETRY = "RETTET"
"""The decision that is always there: whatever was wrong is put right in the system, try again."""
RETRY_REASON = "Rettet i fagsystemet"
DONE = {
    "proev": "Oppgaven er lagt i kø igjen. Roboten fortsetter der den slapp.",
    "beslutning": "Beslutningen er lagret, og oppgaven er lagt i kø igjen.",
    "avgjort": "Svaret er lagret, og oppgaven er lagt i kø igjen.",
    "delvis": "Svaret er lagret. Resten av endringene er fortsatt uvisse.",
    "ferdig": "Oppgaven er avsluttet som håndtert manuelt.",
    "tatt": "Oppgaven er din.",
    "tilbake": "Oppgaven er lagt tilbake, og kan tas av andre.",
    "utsatt": "Oppgaven er utsatt.",
    "kommentert": "Kommentaren er lagret.",
    "godkjent": "Forslaget er godkjent. Roboten gjør det som står i det.",
    "avvist": "Forslaget er avvist. Det kommer ikke opp igjen før opplysningene det bygger på, er endret.",
}
DECIDED = ("godkjent", "avvist")


ItemId = Annotated[int, Path(ge=1, le=2**31 - 1)]


class Refused(Exception):
    """The form cannot be used: field -> what is wrong with it, for the person who filled it in."""

    def __init__(self, **errors: str) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = errors


@pages.page("/oppgave/{item_id}", Right.READ)
def show(request: Request, who: In, office: At, item_id: ItemId, gjort: str = "") -> Response:
    return _page(request, who, office, item_id, message=DONE.get(gjort), back_to_list=gjort in DECIDED)


@pages.page("/oppgave/{item_id}/bilde/{number}", Right.READ)
def picture(who: In, office: At, item_id: ItemId, number: ItemId) -> Response:
    """The masked picture with that number of the item; never a name from the address."""
    view = _view(office, item_id)
    files = [row.file for row in view.evidence if row.id == number and row.file]
    path = office.evidence / PurePath(files[0]).name if files else None
    if path is None or not path.is_file():
        raise NoSuch("bilde")
    return FileResponse(path, media_type="image/png", headers={"Cache-Control": "no-store"})


@pages.act("/oppgave/{item_id}/beslutning", Right.FOLLOW_UP, written)
def decide(request: Request, who: In, office: At, form: Written, item_id: ItemId) -> Response:
    """Put it back: as it is, or with a decision that the next plan is made from."""

    def act(found: Oppgave, actor: Actor, seq: int) -> str:
        kode = form.text("beslutning") or RETRY
        if kode == RETRY:
            _refuse_half_decided(found, office, form)
            ByHand(office.database, office.chain).retry(item_id, actor, _text(form) or RETRY_REASON, seq)
            return "proev"
        kind = next((known for known in found.decisions(office) if known.kode == kode), None)
        if kind is None:
            raise Refused(beslutning="Velg en av beslutningene.")
        errors, data = {}, {}
        try:
            answers = {felt.navn: form.texts(f"{kode}.{felt.navn}") for felt in kind.felter}
            data = read_fields(kind, answers, found.krav, found.saker)
        except InvalidFields as unread:
            errors = {f"{kode}.{felt}": text for felt, text in unread.errors.items()}
        reason = _required(form, **errors)
        ByHand(office.database, office.chain).decide(item_id, kind, data, actor, reason, seq)
        return "beslutning"

    return _act(request, who, office, form, item_id, "beslutning", act, soon=True)


@pages.act("/oppgave/{item_id}/avgjoer", Right.FOLLOW_UP, written)
def settle(request: Request, who: In, office: At, form: Written, item_id: ItemId) -> Response:
    """Say of each effect in doubt whether it happened."""

    def act(found: Oppgave, actor: Actor, seq: int) -> str:
        said = {step.key: form.text(f"svar.{step.key}") for step in found.in_doubt}
        answers = {key: answer == "gjort" for key, answer in said.items() if answer in ("gjort", "ikke")}
        reference, errors = form.text("referanse")[:LONGEST_REFERENCE], {}
        if not answers:
            errors["svar"] = "Svar for minst én endring om den er gjort eller ikke."
        if not reference:
            errors["referanse"] = "Skriv hvor du så det: saksnummer eller dokument i fagsystemet."
        if errors:
            raise Refused(**errors)
        left = ByHand(office.database, office.chain).settle(item_id, answers, actor, reference, seq)
        return "delvis" if left else "avgjort"

    return _act(request, who, office, form, item_id, "avgjoer", act, soon=True)


@pages.act("/oppgave/{item_id}/ferdig", Right.FOLLOW_UP, written)
def close(request: Request, who: In, office: At, form: Written, item_id: ItemId) -> Response:
    def act(found: Oppgave, actor: Actor, seq: int) -> str:
        how = form.text("hva")
        reason = _required(form, **{} if how in words.BY_HAND else {"hva": "Velg hva du gjorde."})
        told = {"how": how, "reference": form.text("referanse")[:LONGEST_REFERENCE] or None}
        people = ByHand(office.database, office.chain)
        people.close(item_id, actor, reason, office.today(), seq, told)
        return "ferdig"

    return _act(request, who, office, form, item_id, "ferdig", act)


@pages.act("/oppgave/{item_id}/ta", Right.FOLLOW_UP, written)
def take(request: Request, who: In, office: At, form: Written, item_id: ItemId) -> Response:
    def act(found: Oppgave, actor: Actor, seq: int) -> str:
        ByHand(office.database, office.chain).take(item_id, actor, seq)
        return "tatt"

    return _act(request, who, office, form, item_id, "ta", act)


@pages.act("/oppgave/{item_id}/legg-tilbake", Right.FOLLOW_UP, written)
def give_back(request: Request, who: In, office: At, form: Written, item_id: ItemId) -> Response:
    def act(found: Oppgave, actor: Actor, seq: int) -> str:
        ByHand(office.database, office.chain).give_back(item_id, actor, seq)
        return "tilbake"

    return _act(request, who, office, form, item_id, "legg-tilbake", act)


@pages.act("/oppgave/{item_id}/utsett", Right.FOLLOW_UP, written)
def postpone(request: Request, who: In, office: At, form: Written, item_id: ItemId) -> Response:
    def act(found: Oppgave, actor: Actor, seq: int) -> str:
        until, errors = _day(form.text("til"), office.today())
        ByHand(office.database, office.chain).postpone(item_id, until, actor, _required(form, **errors), seq)
        return "utsatt"

    return _act(request, who, office, form, item_id, "utsett", act)


@pages.act("/oppgave/{item_id}/kommentar", Right.FOLLOW_UP, written)
def comment(request: Request, who: In, office: At, form: Written, item_id: ItemId) -> Response:
    def act(found: Oppgave, actor: Actor, seq: int) -> str:
        ByHand(office.database, office.chain).comment(item_id, actor, _required(form), seq)
        return "kommentert"

    return _act(request, who, office, form, item_id, "kommentar", act)


@pages.act("/oppgave/{item_id}/godkjenn", Right.APPROVE, written)
def approve(request: Request, who: In, office: At, form: Written, item_id: ItemId) -> Response:
    def act(found: Oppgave, actor: Actor, seq: int) -> str:
        shown, reason = _as_shown(office, form, item_id), _required(form)
        _left(office.approvals.approve([shown], actor, who.roles, reason, office.today()))
        return "godkjent"

    return _act(request, who, office, form, item_id, "godkjenn", act, soon=True, right=Right.APPROVE)


@pages.act("/oppgave/{item_id}/avvis", Right.APPROVE, written)
def reject(request: Request, who: In, office: At, form: Written, item_id: ItemId) -> Response:
    def act(found: Oppgave, actor: Actor, seq: int) -> str:
        shown, reason = _as_shown(office, form, item_id), _required(form)
        _left(office.approvals.reject([shown], actor, reason, office.today()))
        return "avvist"

    return _act(request, who, office, form, item_id, "godkjenn", act, right=Right.APPROVE)


def _act(
    request: Request,
    who: In,
    office: At,
    form: Form,
    item_id: int,
    name: str,
    act: Callable[[Oppgave, Actor, int], str],
    *,
    soon: bool = False,
    right: Right = Right.FOLLOW_UP,
) -> Response:
    """Carry out an act on the item as the person saw it. What they wrote is shown again when it cannot be used."""
    seq, numbers = form.number("seq"), form.refuse_numbers("begrunnelse", "referanse")
    if seq is None:
        raise NoSuch("oppgave")
    try:
        if numbers:
            raise Refused(**numbers)
        found = oppgave.read(_view(office, item_id))
        if found.row.seq != seq:  # what was asked about may be answered by now, and the answers fit nothing
            raise Conflict
        done = act(found, who.acting(right), seq)
    except Refused as refused:
        return _page(request, who, office, item_id, status=422, failed=name, errors=refused.errors, form=form)
    except NotPossible:
        return _page(request, who, office, item_id, status=409, failed=name, form=form, overtaken=True)
    if soon:
        office.drain_soon()
    return go_to(f"/oppgave/{item_id}?{urlencode({'gjort': done} | Address.of(request).query())}")


def _page(
    request: Request,
    who: In,
    office: At,
    item_id: int,
    *,
    status: int = 200,
    message: str | None = None,
    back_to_list: bool = False,
    failed: str | None = None,
    errors: dict[str, str] | None = None,
    form: Form | None = None,
    overtaken: bool = False,
) -> Response:
    view = _view(office, item_id)
    found, address = oppgave.read(view), Address.of(request)
    with office.database.read() as c:
        proposed = oppgave.read_proposed(c, office, who.person, who.roles, item_id)
        others, similar = worklist.similar(c, view.item, office.today(), SIMILAR) if found.waits else (0, [])
        standing_still = found.goes_on and not queues.may_run(c, view.item.queue)
        following = worklist.following(c, selection_of(address, who, office), item_id)
        prefect_runs = run_list.prefect_runs(c, [each.run_id for each in view.attempts if each.run_id])
    return page(
        request,
        who,
        "oppgave.html",
        status,
        found=found,
        row=view.item,
        proposed=proposed,
        decisions=found.decisions(office),
        others=others,
        similar=similar,
        address=address,
        standing_still=standing_still,
        longest_reference=LONGEST_REFERENCE,
        following=None if following == item_id else following,
        prefect_runs=prefect_runs,
        message=message,
        back_to_list=back_to_list,
        failed=failed,
        errors=errors or {},
        form=form,
        overtaken=overtaken,
        tomorrow=office.today() + timedelta(days=1),
        retry=RETRY,
        panel=request.headers.get("HX-Target") == "panel",
    )


def _view(office: At, item_id: int) -> views.ItemView:
    """Raises NoSuch when there is no such item."""
    with office.database.read() as c:
        return views.show_item(c, item_id)


def _as_shown(office: At, form: Form, item_id: int) -> Proposal:
    """Raises Conflict when it is not as the person saw it."""
    with office.database.read() as c:
        same, _changed = as_shown(pending(c, item_id=item_id), [form.text("vist")])
    if not same:
        raise Conflict
    return same[0]


def _left(left: Mapping[int, Hindrance]) -> None:
    """Raises Conflict, or Refused with why the decision is not the person's."""
    for hindrance in left.values():
        if hindrance is Hindrance.CHANGED:
            raise Conflict
        raise Refused(forslag=words.HINDRANCES[hindrance])


def _refuse_half_decided(found: Oppgave, office: At, form: Form) -> None:
    """Whoever has filled in a decision has not meant to try again without it."""
    for kind in found.decisions(office):
        if any(text.strip() for felt in kind.felter for text in form.texts(f"{kind.kode}.{felt.navn}")):
            raise Refused(beslutning=f"Du har fylt ut «{kind.tekst}», men valgt å prøve igjen. Velg én av dem.")


def _text(form: Form) -> str:
    return form.text("begrunnelse")[:LONGEST_TEXT]


def _required(form: Form, **errors: str) -> str:
    """Why. Raises Refused when it is not said, or when this is wrong besides: all of it is told at once."""
    text = _text(form)
    if not text:
        errors["begrunnelse"] = "Skriv en kort begrunnelse."
    if errors:
        raise Refused(**errors)
    return text


def _day(text: str, today: date) -> tuple[date, dict[str, str]]:
    """The day, and what is wrong with it."""
    try:
        until = date.fromisoformat(text)
    except ValueError:
        return today, {"til": "Velg en dato."}
    if not today < until <= today + timedelta(days=366):
        return today, {"til": "Velg en dato etter i dag, og innen et år."}
    return until, {}
