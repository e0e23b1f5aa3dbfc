"""Many oppgaver tried again at once: first what will happen to each, then how it goes."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response

from console.office import Office
from console.pages.oppfoelging import Address, selection_of, ticked
from console.pages.routes import Pages, go_to
from console.rendering import page
from console.roles import Right
from console.visitor import At, Form, In, Sent, Written, written
from hub.mass_retry import Outlook, Result
from hub.missing import NoSuch
from hub.storage import mass_retries, queues, worklist
from hub.storage.mass_retries import Busy, MassRetries, Prospect
from hub.storage.moves import NotPossible

pages = Pages()
LATEST = 50
ROWS = 200
MOST_PER_MINUTE = 300
USUAL_PER_MINUTE = 10
LONGEST_TEXT = 1000
ONE_FIRST, ALL_NOW = "en", "alle"
ORDER = tuple(Outlook)
"""Those that another person must approve come last, so that one that can be completed goes first."""

JobId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@pages.page("/proev-flere", Right.READ)
def jobs(request: Request, who: In, office: At) -> Response:
    with office.database.read() as c:
        return page(request, who, "samlede_forsoek.html", jobs=mass_retries.latest(c, LATEST))


@pages.page("/proev-flere/ny", Right.FOLLOW_UP)
def preview(request: Request, who: In, office: At) -> Response:
    """Of those that were ticked, or else of everything the list shows with that cause."""
    ids = ticked(request.query_params.getlist("valgt"))
    address = Address.of(request)
    with office.database.read() as c:
        if not ids and address.aarsak and "valgte" not in request.query_params:
            ids = [row.id for row in worklist.chosen(c, selection_of(address, who, office))]
        prospects = mass_retries.preview(c, ids, office.two_person_queues)
    shown = {each.item.id: each.item.seq for each in prospects}
    return _preview(request, who, office, prospects, shown, status=200 if prospects else 422)


@pages.act("/proev-flere/ny", Right.FOLLOW_UP, written)
def start(request: Request, who: In, office: At, form: Written) -> Response:
    shown = _shown(form.text("oppgaver"))
    with office.database.read() as c:
        prospects = mass_retries.preview(c, shown, office.two_person_queues)
    errors = form.refuse_numbers("begrunnelse")
    way, per_minute, reason = form.text("maate"), form.number("per_minutt"), form.text("begrunnelse")[:LONGEST_TEXT]
    if way not in (ONE_FIRST, ALL_NOW):
        errors["maate"] = "Velg hvordan de skal prøves."
    if per_minute is None or not 1 <= per_minute <= MOST_PER_MINUTE:
        errors["per_minutt"] = f"Skriv et tall fra 1 til {MOST_PER_MINUTE}."
    if not reason:
        errors["begrunnelse"] = "Skriv en kort begrunnelse."
    tried = {each.item.id: shown[each.item.id] for each in _in_order(prospects) if _is_for_the_job(each, shown)}
    if errors or not tried or per_minute is None:
        return _preview(request, who, office, prospects, shown, status=422, errors=errors, form=form)
    people = MassRetries(office.database, office.chain)
    actor = who.acting(Right.FOLLOW_UP)
    try:
        job_id = people.start(tried, actor, reason, one_first=way == ONE_FIRST, per_minute=per_minute)
    except Busy as busy:
        return _job(request, who, office, busy.job_id, status=409, overtaken=True)
    people.step()
    office.drain_soon()
    return go_to(f"/proev-flere/{job_id}?gjort=startet")


@pages.page("/proev-flere/{job_id}", Right.READ)
def job(request: Request, who: In, office: At, job_id: JobId, gjort: str = "") -> Response:
    return _job(request, who, office, job_id, gjort=gjort, side=Address.of(request).side)


@pages.act("/proev-flere/{job_id}/stopp", Right.FOLLOW_UP)
def stop(request: Request, who: In, office: At, form: Sent, job_id: JobId) -> Response:
    try:
        MassRetries(office.database, office.chain).stop(job_id, who.acting(Right.FOLLOW_UP))
    except NotPossible:
        return _job(request, who, office, job_id, status=409)
    return go_to(f"/proev-flere/{job_id}?gjort=stanset")


def _preview(
    request: Request,
    who: In,
    office: Office,
    prospects: list[Prospect],
    shown: dict[int, int],
    *,
    status: int,
    errors: dict[str, str] | None = None,
    form: Form | None = None,
) -> Response:
    groups = {outlook: [each.item for each in prospects if each.outlook is outlook] for outlook in ORDER}
    with office.database.read() as c:
        standing_still = [
            queue for queue in sorted({each.item.queue for each in prospects}) if not queues.may_run(c, queue)
        ]
    return page(
        request,
        who,
        "proev_flere.html",
        status,
        groups={outlook: items for outlook, items in groups.items() if items},
        tried=sum(len(items) for outlook, items in groups.items() if outlook.is_tried),
        total=len(prospects),
        causes=Counter(each.item.reason for each in prospects).most_common(),
        others=sum(each.item.assigned_to not in (None, who.person) for each in prospects),
        standing_still=standing_still,
        oppgaver=",".join(f"{item_id}:{seq}" for item_id, seq in shown.items()),
        errors=errors or {},
        form=form,
        usual=USUAL_PER_MINUTE,
        most=MOST_PER_MINUTE,
        listed=ROWS,
    )


def _job(
    request: Request,
    who: In,
    office: Office,
    job_id: int,
    *,
    status: int = 200,
    gjort: str = "",
    side: int = 1,
    overtaken: bool = False,
) -> Response:
    with office.database.read() as c:
        found = mass_retries.show(c, job_id)
    return page(
        request,
        who,
        "samlet_forsoek.html",
        status,
        job=found,
        rows=found.items[(side - 1) * ROWS : side * ROWS],
        failed=[item for item in found.items if item.result == Result.WAITING],
        side=side,
        more=side * ROWS < len(found.items),
        gjort=gjort,
        overtaken=overtaken,
        late=status == 409,
    )


def _is_for_the_job(each: Prospect, shown: dict[int, int]) -> bool:
    """What is tried, and what would have been: it has changed since it was shown, and is told of as left alone."""
    return each.outlook.is_tried or each.outlook is Outlook.BUSY or each.item.seq != shown[each.item.id]


def _in_order(prospects: list[Prospect]) -> list[Prospect]:
    return sorted(prospects, key=lambda each: ORDER.index(each.outlook))


def _shown(text: str) -> dict[int, int]:
    """Item -> its last event as it was shown, from «17:3,18:5»: no number of these is taken for a person's.

    Raises NoSuch when the form does not say so.
    """
    out = {}
    for pair in text.split(",") if text else ():
        item_id, _, seq = pair.partition(":")
        if not (pair.isascii() and item_id.isdigit() and seq.isdigit() and len(pair) < 22):
            raise NoSuch("oppgaver")
        out[int(item_id)] = int(seq)
    return out
