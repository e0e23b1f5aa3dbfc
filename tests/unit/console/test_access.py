"""Who may open and do what: every route × every role, as a table."""

from __future__ import annotations

from types import ModuleType

import pytest
from fastapi.routing import APIRoute

from console.app import PAGES
from console.pages import oidc
from console.roles import Role
from hub.proposal import lists
from hub.storage import improvements, orders, samples
from hub.storage.approvals import pending
from tests.unit.console.desk import Browser, Desk, proposal
from tests.unit.hub.behaviours.house import KARI, QUEUE
from tests.unit.hub.behaviours.improving import WASH

EVERYBODY = set(Role)
CASEWORKER = {Role.SAKSBEHANDLER}
CONTROLLER = {Role.INTERNKONTROLL}
APPROVER = {Role.GODKJENNER}
STEERS = {Role.POWER, Role.DRIFT}
POWER = {Role.POWER}
MAY = {
    "GET /": EVERYBODY,
    "GET /oppfoelging": EVERYBODY,
    "POST /oppfoelging/ta": CASEWORKER,
    "GET /soek": EVERYBODY,
    "POST /soek": EVERYBODY,
    "GET /tilgjengelighet": EVERYBODY,
    "GET /oppgave/{item_id}": EVERYBODY,
    "GET /oppgave/{item_id}/bilde/{number}": EVERYBODY,
    "POST /oppgave/{item_id}/beslutning": CASEWORKER,
    "POST /oppgave/{item_id}/avgjoer": CASEWORKER,
    "POST /oppgave/{item_id}/ferdig": CASEWORKER,
    "POST /oppgave/{item_id}/ta": CASEWORKER,
    "POST /oppgave/{item_id}/legg-tilbake": CASEWORKER,
    "POST /oppgave/{item_id}/utsett": CASEWORKER,
    "POST /oppgave/{item_id}/kommentar": CASEWORKER,
    "GET /proev-flere": EVERYBODY,
    "GET /proev-flere/ny": CASEWORKER,
    "POST /proev-flere/ny": CASEWORKER,
    "GET /proev-flere/{job_id}": EVERYBODY,
    "POST /proev-flere/{job_id}/stopp": CASEWORKER,
    "GET /foelges-opp": EVERYBODY,
    "POST /foelges-opp": CASEWORKER,
    "GET /oversikt": EVERYBODY,
    "POST /oversikt/excel": EVERYBODY,
    "GET /revisjonsspor": CONTROLLER,
    "POST /revisjonsspor": CONTROLLER,
    "POST /revisjonsspor/eksport": CONTROLLER,
    "POST /revisjonsspor/kontroller": CONTROLLER,
    "POST /oppgave/{item_id}/godkjenn": APPROVER,
    "POST /oppgave/{item_id}/avvis": APPROVER,
    "GET /godkjenninger": EVERYBODY,
    "GET /godkjenninger/liste": EVERYBODY,
    "POST /godkjenninger/trekk": EVERYBODY,
    "GET /godkjenninger/stikkproeve/{number}": EVERYBODY,
    "POST /godkjenninger/ta-ut": APPROVER,
    "POST /godkjenninger/godkjenn": APPROVER,
    "POST /godkjenninger/avvis": APPROVER,
    "POST /godkjenninger/excel": EVERYBODY,
    "GET /koer": EVERYBODY,
    "GET /koer/{queue}": EVERYBODY,
    "GET /koer/fagsystem/{system}": EVERYBODY,
    "POST /koer/{queue}/stans": STEERS,
    "POST /koer/{queue}/start": STEERS,
    "POST /koer/{queue}/nivaa": {Role.POWER},
    "POST /koer/fagsystem/{system}/aapne": STEERS,
    "POST /koer/noedstopp": {Role.DRIFT},
    "POST /koer/noedstopp/opphev": {Role.DRIFT},
    "GET /kjoeringer": EVERYBODY,
    "GET /kjoeringer/{run_id}": EVERYBODY,
    "GET /kjoeringer/tidsplan/{deployment}": {Role.POWER},
    "POST /kjoeringer/tidsplan/{deployment}": {Role.POWER},
    "POST /kjoeringer/start": {Role.POWER},
    "GET /legg-i-koe": POWER,
    "POST /legg-i-koe": POWER,
    "GET /legg-i-koe/{order_id}": POWER,
    "GET /forslag": EVERYBODY,
    "POST /forslag": POWER,
    "GET /forslag/nytt": POWER,
    "GET /forslag/{number}": EVERYBODY,
    "POST /forslag/{number}": POWER,
    "POST /logg-ut": EVERYBODY,
    "GET /min-profil": EVERYBODY,
    "POST /min-profil": EVERYBODY,
    "POST /fortsett": EVERYBODY,
    "GET /tellere": EVERYBODY,
}
PLACES = {
    "item_id": 1,
    "number": 1,
    "job_id": 1,
    "order_id": 1,
    "run_id": 1,
    "queue": QUEUE,
    "system": "WORLD",
    "deployment": "nightly",
}
"""What stands on the desk of `furnished`."""
WITHOUT_LOGIN = {"GET /logg-inn", "POST /logg-inn"}
OUTSIDE_THE_DEMO = {"GET /logg-inn/start", "GET /logg-inn/svar", "GET /logg-ut"}
"""Without a login too: they log in with the agency's accounts (tests/integration/oidc)."""


def routes(*modules: ModuleType) -> set[str]:
    found = [route for module in modules for route in module.pages.routes if isinstance(route, APIRoute)]
    return {f"{method} {route.path}" for route in found for method in route.methods or ()}


def test_every_route_stands_in_the_table() -> None:
    assert routes(*PAGES) == MAY.keys() | WITHOUT_LOGIN
    assert routes(oidc) == OUTSIDE_THE_DEMO


@pytest.mark.parametrize("route", sorted(OUTSIDE_THE_DEMO))
def test_in_the_demo_nobody_logs_in_with_an_account(desk: Desk, route: str) -> None:
    assert desk.visitor().get(route.split()[1]).status_code in (404, 405)


@pytest.fixture
def furnished(desk: Desk) -> Desk:
    """One of everything that a page is about."""
    desk.picture(desk.add("K1"), b"\x89PNG")
    desk.propose(proposal("K2"))
    desk.job(1)
    orders.place(desk.database, QUEUE, ["K1"], KARI, "asked for")
    improvements.add(desk.database, WASH, KARI, "new")
    with desk.database.read() as c:
        (liste,) = lists(pending(c))
    samples.keep(desk.database, liste, liste.proposals, 1, KARI)
    return desk


def ask(browser: Browser, route: str, **fields: str) -> int:
    """What an address is answered with: forms say which list, version and event they are of, and nothing else."""
    method, path = route.format(**PLACES).split()
    if method == "GET":
        return browser.get(path).status_code
    of = {"liste": "BYM", "rutine": QUEUE, "no": "1", "seq": "1"}
    return browser.send(path, of | fields).status_code


@pytest.mark.parametrize("route", MAY)
def test_a_role_may_what_the_table_says(furnished: Desk, route: str) -> None:
    """Whoever may is shown the page, or told what the form lacks; whoever may not is told nothing else."""
    for role in Role:
        browser = furnished.visitor(role)
        browser.get("/oppfoelging")
        (form,) = [form for form in browser.forms() if form.action == "/logg-ut"]
        answer = ask(browser, route, bevis=form.fields["bevis"])
        assert answer in ((200, 204, 409, 422) if role in MAY[route] else (403,)), role
        assert (browser.last.text.count("Du har ikke tilgang til dette") > 0) == (role not in MAY[route]), role


@pytest.mark.parametrize("route", [route for route in MAY if "{" in route])
def test_what_is_not_there_is_told_as_that(furnished: Desk, route: str) -> None:
    browser = furnished.visitor(*Role)
    browser.get("/oppfoelging")
    (form,) = [form for form in browser.forms() if form.action == "/logg-ut"]
    absent = route.format(**{place: 99 if what == 1 else "finnes-ikke" for place, what in PLACES.items()})
    assert ask(browser, absent, bevis=form.fields["bevis"]) == 404
    assert browser.heading() == "Finnes ikke"


@pytest.mark.parametrize("route", MAY)
def test_without_a_login_nothing_is_shown_or_done(furnished: Desk, route: str) -> None:
    before = furnished.house.rows("event")
    browser = furnished.visitor()
    assert ask(browser, route) == 200
    assert browser.last.url.path == "/logg-inn"
    assert "K1" not in browser.last.text
    assert furnished.house.rows("event") == before


def test_a_role_nobody_knows_gives_nothing(desk: Desk) -> None:
    browser = desk.visitor(Role.SAKSBEHANDLER)
    desk.house.sql("UPDATE login_session SET roles = 'sjef administrator'")
    assert browser.get("/oppfoelging").status_code == 403
    assert browser.page().xpath("//nav") == [], "nor how much waits"
