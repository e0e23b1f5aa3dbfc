"""Who may open and do what: every route × every role, as a table."""

from __future__ import annotations

import re
from types import ModuleType

import pytest
from fastapi.routing import APIRoute

from console.app import PAGES
from console.pages import oidc
from console.roles import Role
from hub.storage import improvements, orders
from tests.unit.console.desk import HOST, Desk
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
    "POST /revisjonsspor/eksport": CONTROLLER,
    "POST /revisjonsspor/kontroller": CONTROLLER,
    "POST /oppgave/{item_id}/godkjenn": APPROVER,
    "POST /oppgave/{item_id}/avvis": APPROVER,
    "GET /godkjenninger": EVERYBODY,
    "GET /godkjenninger/liste": EVERYBODY,
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
PLACES = {"number": 1, "queue": QUEUE, "system": "WORLD", "run_id": 1, "deployment": "nightly"}
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


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", MAY)
def test_a_role_may_what_the_table_says(desk: Desk, route: str, role: Role) -> None:
    item = desk.add("K1")
    desk.picture(item, b"\x89PNG")
    job = desk.job(item)
    orders.place(desk.database, QUEUE, ["K1"], KARI, "asked for")
    improvements.add(desk.database, WASH, KARI, "new")
    method, path = route.split()
    path = path.format(item_id=item, job_id=job, order_id=1, **PLACES)
    browser = desk.visitor(role)
    browser.get("/oppfoelging")
    (form,) = [form for form in browser.forms() if form.action == "/logg-ut"]
    answer = browser.send(path, {**dict(form.fields), "seq": "1", "no": "1"}) if method == "POST" else browser.get(path)
    if role in MAY[route]:
        assert answer.status_code in (200, 204, 404, 409, 422)
    else:
        assert answer.status_code == 403
        assert browser.heading() == "Du har ikke tilgang til dette"


@pytest.mark.parametrize("route", MAY)
def test_without_a_login_nothing_is_shown_or_done(desk: Desk, route: str) -> None:
    item = desk.add("K1")
    method, path = route.split()
    path = path.format(item_id=item, job_id=1, order_id=1, **PLACES)
    browser = desk.visitor()
    answer = browser.send(path, {"seq": "1", "no": "1"}) if method == "POST" else browser.get(path)
    assert answer.url.path == "/logg-inn"
    assert "K1" not in answer.text
    assert len(desk.house.rows("event", item_id=item)) == 3, "found, begun, stopped: nothing after that"


def test_a_role_nobody_knows_gives_nothing(desk: Desk) -> None:
    browser = desk.visitor(Role.SAKSBEHANDLER)
    desk.house.sql("UPDATE login_session SET roles = 'sjef administrator'")
    assert browser.get("/oppfoelging").status_code == 403


def test_the_role_is_the_servers_word_and_not_the_browsers(desk: Desk) -> None:
    item = desk.add("K1")
    browser = desk.visitor(Role.LESETILGANG)
    browser.get(f"/oppgave/{item}")
    bevis = re.search(r'name="bevis" value="([0-9a-f]+)"', browser.last.text)
    assert bevis
    browser.client.cookies.set("roles", "saksbehandler", domain=HOST)
    sent = {"bevis": bevis[1], "seq": "3", "roles": "saksbehandler", "role": "saksbehandler"}
    assert browser.send(f"/oppgave/{item}/ta", sent).status_code == 403
    assert desk.house.item(item).assigned_to is None
