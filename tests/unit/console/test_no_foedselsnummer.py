"""No page shows a fødselsnummer, and none can be written where it would be kept: so there is no showing one to log."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import html

from console.roles import Role
from domain.foedselsnummer import contains_foedselsnummer
from hub.automation import Varsel
from tests.unit.console.desk import Desk, proposal
from tests.unit.console.test_access import MAY, PLACES, WITHOUT_LOGIN
from tests.unit.hub.behaviours.house import NIGHT, QUEUE

NUMBER = "07891159506"
"""Of nobody: its month is 9 + 80."""
PAGES = sorted(route[4:].format(**PLACES) for route in MAY.keys() | WITHOUT_LOGIN if route.startswith("GET "))
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
    browser = full.visitor(Role.SAKSBEHANDLER, Role.INTERNKONTROLL)
    before = full.house.everything()
    tried = set()
    for path in browser.pages():
        for form in html.fromstring(browser.last.text).forms:
            for field in form.xpath(TEXT_FIELDS):
                name = field.get("name")
                assert form.method == "POST", f"{name} would stand in an address"
                if (form.action, name) in tried:
                    continue
                tried.add((form.action, name))
                answer = browser.send(form.action, dict(form.form_values()) | {name: f"se {NUMBER}"})
                assert answer.status_code == 422, (path, form.action, name)
                assert "Skriv ikke fødselsnummer" in browser.text
                assert NUMBER not in answer.text + str(answer.url)
    assert ("/oppgave/1/kommentar", "begrunnelse") in tried
    assert ("/oppgave/3/avgjoer", "referanse") in tried
    assert ("/revisjonsspor", "hvem") in tried
    assert full.house.everything() == before


@pytest.mark.parametrize(
    ("path", "action", "field"),
    [
        ("/oppgave/1", "/oppgave/1/kommentar", "begrunnelse"),
        ("/oppgave/3", "/oppgave/3/avgjoer", "referanse"),
        (f"/koer/{QUEUE}", f"/koer/{QUEUE}/stans", "begrunnelse"),
        ("/kjoeringer/tidsplan/nightly", "/kjoeringer/tidsplan/nightly", "begrunnelse"),
        ("/foelges-opp", "/foelges-opp", "ord"),
        ("/godkjenninger/liste?liste=BYM&rutine=move", "/godkjenninger/godkjenn", "begrunnelse"),
        ("/godkjenninger/liste?liste=BYM&rutine=move", "/godkjenninger/ta-ut", "begrunnelse"),
        ("/proev-flere/ny?valgt=2", "/proev-flere/ny", "begrunnelse"),
        ("/legg-i-koe", "/legg-i-koe", "begrunnelse"),
        ("/forslag/nytt", "/forslag", "beskrivelse"),
    ],
)
def test_what_was_written_besides_it_is_kept_and_it_is_told_at_the_field(
    full: Desk, path: str, action: str, field: str
) -> None:
    full.tell(Varsel("K8", "SOON", NIGHT, NIGHT))
    full.propose(proposal("K9"))
    browser = full.visitor(Role.SAKSBEHANDLER, Role.POWER, Role.GODKJENNER)
    browser.get(path)
    form = next(form for form in browser.forms() if action in (form.action, *form.xpath(".//@formaction")))
    answer = browser.send(action, dict(form.form_values()) | {field: f"Ringt {NUMBER}, og 078911 59506 svarte"})
    assert answer.status_code == 422
    assert "59506" not in answer.text
    (wrong,) = browser.page().xpath(f"//*[@name='{field}'][@aria-invalid]")
    assert wrong.get("value", wrong.text) == "Ringt …, og … svarte"
    (told,) = browser.page().xpath(f"//*[@id='{wrong.get('id')}-feil']")
    assert told.text == "Skriv ikke fødselsnummer. Kraftverk lagrer det ikke, og har tatt det bort."
    assert "Ringt …" not in full.house.everything()


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


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_asked_for_with_one(desk: Desk, path: str) -> None:
    """Whoever asks, and whatever it is given as: nor does it stand in the way to the login."""
    for browser in (desk.visitor(*Role), desk.visitor()):
        for query in (f"krav={NUMBER}", "side=1&krav=K1&krav=078911+59506", f"{NUMBER}=1"):
            answer = browser.get(f"{path}?{query}")
            assert answer.status_code == 422, query
            assert browser.heading() == "Skriv ikke fødselsnummer"
            assert "59506" not in answer.text
            assert answer.url.path == path


def test_nor_is_one_that_stands_for_a_page(desk: Desk) -> None:
    assert desk.visitor().get(f"/koer/{NUMBER}").status_code == 422


@pytest.mark.parametrize("number", ["07891159507", "12345678901", "1795392000.1234567_12345_12", "0789115950600"])
def test_what_only_looks_like_one_is_searched_for(desk: Desk, number: str) -> None:
    """A krav of eleven digits, the place in a list, a KID."""
    for path in ("/revisjonsspor?krav=", "/revisjonsspor?etter=", "/foelges-opp?krav=", "/soek?krav="):
        assert desk.visitor(*Role).get(f"{path}{number}").status_code == 200, path
