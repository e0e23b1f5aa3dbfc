"""No page shows a fødselsnummer, and none can be written where it would be kept: so there is no showing one to log."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import html

from console.roles import Role
from domain.foedselsnummer import contains_foedselsnummer
from tests.unit.console.desk import Desk
from tests.unit.hub.behaviours.house import NIGHT

NUMBER = "07891159506"
"""Of nobody: its month is 9 + 80."""
TEXT_FIELDS = ".//textarea | .//input[@type='text' or @type='search' or not(@type)]"


@pytest.fixture
def full(desk: Desk) -> Desk:
    """Oppgaver of every kind, with a picture and an event by a person."""
    judged = desk.add("K1", "K2", saker=["S202600001"], frist=date(2026, 12, 1))
    desk.picture(judged, b"\x89PNG")
    desk.broken("K3", "K4")
    desk.uncertain("K5", "K6")
    desk.completed("K7")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get(f"/oppgave/{judged}")
    browser.submit(f"/oppgave/{judged}/kommentar", begrunnelse="Ringt skyldneren")
    return desk


@pytest.mark.parametrize("role", Role)
def test_no_page_shows_one(full: Desk, role: Role) -> None:
    browser = full.visitor(role)
    visited = []
    for path in browser.pages():
        visited.append(path)
        assert not contains_foedselsnummer(browser.last.text, NIGHT), path
    assert {"/", "/tilgjengelighet", "/oppgave/1", "/oppgave/2", "/oppgave/3"} <= set(visited)


def test_none_can_be_written_in_any_form(full: Desk) -> None:
    browser = full.visitor(Role.SAKSBEHANDLER)
    before = full.house.everything()
    tried = set()
    for path in browser.pages():
        for form in html.fromstring(browser.last.text).forms:
            for field in form.xpath(TEXT_FIELDS) if form.method == "POST" else ():
                name = field.get("name")
                if (form.action, name) in tried:
                    continue
                tried.add((form.action, name))
                answer = browser.send(form.action, dict(form.form_values()) | {name: f"se {NUMBER}"})
                assert answer.status_code == 422, (path, form.action, name)
                assert browser.heading() == "Skriv ikke fødselsnummer"
                assert NUMBER not in answer.text
    assert ("/oppgave/1/kommentar", "begrunnelse") in tried
    assert ("/oppgave/3/avgjoer", "referanse") in tried
    assert full.house.everything() == before


@pytest.mark.parametrize(
    "written", [NUMBER, "078911 59506", "078911/59506", "Kari, 07891159506.", "07891159506/07891159506"]
)
def test_a_search_for_one_is_refused_and_not_repeated(desk: Desk, written: str) -> None:
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/soek")
    for answer in (browser.search(written), browser.client.get("/soek", params={"krav": written})):
        assert answer.status_code == 422
        assert "59506" not in answer.text
    assert browser.get("/soek").status_code == 200
    browser.search(written)
    assert str(browser.last.url).endswith("/soek"), "nor does it stand in an address"
