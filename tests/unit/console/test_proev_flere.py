"""Many oppgaver tried again together: the preview, the job, and what stops it."""

from __future__ import annotations

import pytest

from console.roles import Role
from hub.storage import queues
from tests.unit.console.desk import Browser, Desk
from tests.unit.hub.behaviours.house import KARI, QUEUE

BY_CAUSE = "/proev-flere/ny?slag=business&aarsak=DISPUTED"


@pytest.fixture
def browser(desk: Desk) -> Browser:
    return desk.visitor(Role.SAKSBEHANDLER)


def test_those_that_are_ticked_come_to_the_preview(desk: Desk, browser: Browser) -> None:
    for krav in ("K1", "K2", "K3"):
        desk.add(krav)
    browser.get("/oppfoelging")
    (form,) = [form for form in browser.forms() if form.action == "/proev-flere/ny"]
    assert form.method == "GET"
    assert [box.get("value") for box in form.inputs["valgt"]] == ["1", "2", "3"]
    browser.get("/proev-flere/ny?valgte=1&valgt=1&valgt=3")
    assert browser.heading() == "Prøv 2 oppgaver igjen"
    assert "Prøves igjen fra steget som feilet 2 Ingenting er gjort ennå." in browser.text
    assert "Prøv 2 oppgaver igjen Avbryt" in browser.text


def test_all_with_a_cause_come_to_it_with_the_filters_of_the_list(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    desk.broken("K2", "K3")
    desk.broken("K4")
    browser.get("/oppfoelging")
    assert "Velg en årsak over for å prøve alle med den." in browser.text
    browser.get("/oppfoelging?slag=system&aarsak=WORLD_ANSWER")
    assert "Prøv alle 2 med denne årsaken" in browser.text
    browser.get("/proev-flere/ny?slag=system&aarsak=WORLD_ANSWER")
    assert browser.heading() == "Prøv 2 oppgaver igjen"
    assert "Prøves igjen, og hopper over det som er gjort 1 Det som er gjort, gjentas ikke." in browser.text
    assert "Oppgave 2 : K2 + 1" in browser.text
    assert "Roboten sier world_answer. Ingenting er endret. (2)" in browser.text
    assert desk.house.rows("mass_retry") == [], "the preview changes nothing"


def test_what_is_not_tried_is_said_with_a_link(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    desk.uncertain("K2")
    desk.completed("K3")
    browser.get("/proev-flere/ny?valgt=1&valgt=2&valgt=3")
    assert "Prøves ikke: uvisst om det ble gjort 1 Noen må svare på det først." in browser.text
    assert "Prøves ikke: venter ikke på noen lenger 1" in browser.text
    assert 'href="/oppgave/2"' in browser.last.text
    assert "Prøv 1 oppgave igjen Avbryt" in browser.text
    browser.submit("/proev-flere/ny", begrunnelse="x")
    assert [(row.item_id, row.result) for row in desk.house.rows("mass_retry_item")] == [(1, None)]


def test_with_nothing_to_try_there_is_no_button(desk: Desk, browser: Browser) -> None:
    desk.uncertain("K1")
    browser.get("/proev-flere/ny?valgt=1")
    assert "Ingen av dem kan prøves igjen nå." in browser.text
    assert not [form for form in browser.forms() if form.action == "/proev-flere/ny"]


@pytest.mark.parametrize("query", ["valgte=1", "", "valgt=x", f"valgt={10**20}", "valgt=9", "valgte=1&aarsak=DISPUTED"])
def test_with_nothing_chosen_it_says_so(desk: Desk, browser: Browser, query: str) -> None:
    desk.add("K1")
    assert browser.get(f"/proev-flere/ny?{query}").status_code == 422
    assert "Ingen oppgaver er valgt" in browser.text


def test_what_another_must_approve_comes_last(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    desk.add("K2")
    browser.get("/oppgave/1")
    fields = {"NY_FRIST.frist": "31.12.2027", "NY_FRIST.grunn": "dom"}
    browser.submit("/oppgave/1/beslutning", beslutning="NY_FRIST", begrunnelse="Dom", **fields)
    desk.house.sql("UPDATE work_item SET state = 'running', lease_until = 1, holder = 'w' WHERE id = 1")
    desk.house.sql(
        "UPDATE work_item SET state = 'waiting', waiting_kind = 'business', reason = 'DISPUTED', lease_until = NULL,"
        " holder = NULL WHERE id = 1"
    )
    browser.get(BY_CAUSE)
    assert "Må godkjennes av en annen først 1" in browser.text
    browser.submit("/proev-flere/ny", begrunnelse="x")
    assert [row.item_id for row in sorted(desk.house.rows("mass_retry_item"), key=lambda row: row.no)] == [2, 1]


def test_it_starts_with_one_and_says_how_it_goes(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    desk.add("K2")
    browser.get(BY_CAUSE)
    browser.submit("/proev-flere/ny", begrunnelse="PAX er oppe igjen")
    assert browser.heading() == "Samlet forsøk 1: 2 oppgaver"
    assert "Den første oppgaven er lagt i kø. Resten følger når en er fullført." in browser.text
    assert "0 av 2 oppgaver er avklart" in browser.text
    assert browser.rows()[1] == "2 K2 Venter på tur –"
    assert "1 K1 I kø" in browser.rows()[0]
    assert desk.drains == 1
    assert [row.state for row in desk.house.rows("work_item")] == ["ready", "waiting"]
    browser.get("/oppfoelging")
    assert "Samlet forsøk 1 pågår." in browser.text
    browser.get("/oppgave/1")
    assert "sammen med andre, i samlet forsøk 1. «PAX er oppe igjen»" in browser.text


async def test_the_job_page_says_what_became_of_each(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    desk.add("K2")
    desk.house.world.krav |= {"K1": "old", "K2": "old"}
    browser.get(BY_CAUSE)
    browser.submit("/proev-flere/ny", begrunnelse="x")
    await desk.house.drain()
    browser.get("/proev-flere/1")
    assert "Ferdig 2 av 2 oppgaver er avklart" in browser.text
    assert [row.split(" ")[2] for row in browser.rows()] == ["Fullført", "Fullført"]
    assert "Stans forsøket" not in browser.text
    browser.get("/proev-flere")
    assert browser.rows()[0].endswith("demo-saksbehandler 2 Ferdig x")


def test_all_now_at_a_rate(desk: Desk, browser: Browser) -> None:
    for krav in ("K1", "K2", "K3"):
        desk.add(krav)
    browser.get(BY_CAUSE)
    browser.submit("/proev-flere/ny", maate="alle", per_minutt="2", begrunnelse="x")
    assert "Oppgavene legges i kø, høyst 2 i minuttet." in browser.text
    assert desk.house.states() == {"ready": 2, "business": 1}


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"begrunnelse": " "}, "Skriv en kort begrunnelse."),
        ({"per_minutt": "0"}, "Skriv et tall fra 1 til 300."),
        ({"per_minutt": "301"}, "Skriv et tall fra 1 til 300."),
        ({"per_minutt": "mange"}, "Skriv et tall fra 1 til 300."),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_started(
    desk: Desk, browser: Browser, fields: dict[str, str], complaint: str
) -> None:
    desk.add("K1")
    browser.get(BY_CAUSE)
    assert browser.submit("/proev-flere/ny", **({"begrunnelse": "PAX er oppe"} | fields)).status_code == 422
    assert complaint in browser.text
    assert desk.house.rows("mass_retry") == []
    (form,) = [form for form in browser.forms() if form.action == "/proev-flere/ny"]
    assert form.fields["oppgaver"] == "1:3"
    sent = {"begrunnelse": "PAX er oppe", "per_minutt": "10"} | fields
    assert {name: form.fields[name].strip() for name in sent} == {name: text.strip() for name, text in sent.items()}


@pytest.mark.parametrize(
    "oppgaver", ["1", "1:x", "x:1", "-1:2", "1:2:3", "9:1", "1:99999999999999999999999", "", ",", "1:3,"]
)
def test_a_forged_list_starts_nothing(desk: Desk, browser: Browser, oppgaver: str) -> None:
    desk.add("K1")
    browser.get(BY_CAUSE)
    answer = browser.submit("/proev-flere/ny", oppgaver=oppgaver, begrunnelse="x")
    assert answer.status_code in (404, 422)
    assert desk.house.rows("mass_retry") == []


def test_one_that_was_changed_after_the_preview_is_left_and_said_so(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    desk.add("K2")
    browser.get(BY_CAUSE)
    desk.house.people.comment(1, KARI, "jeg ringer skyldner")
    browser.submit("/proev-flere/ny", begrunnelse="x")
    assert "1 K1 Endret etter at du så den, og ikke rørt" in browser.rows()[0]
    assert desk.house.states() == {"business": 1, "ready": 1}


def test_of_two_people_the_second_is_told_and_starts_nothing(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    other = desk.visitor(Role.SAKSBEHANDLER, person="ola")
    for each in (browser, other):
        each.get(BY_CAUSE)
    browser.submit("/proev-flere/ny", begrunnelse="x")
    assert other.submit("/proev-flere/ny", begrunnelse="x").status_code == 409
    assert "Oppgavene er alt med i dette forsøket." in other.text
    assert len(desk.house.rows("mass_retry")) == 1


def test_it_is_stopped_once(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    desk.add("K2")
    browser.get(BY_CAUSE)
    browser.submit("/proev-flere/ny", begrunnelse="x")
    other = desk.visitor(Role.SAKSBEHANDLER, person="ola")
    other.get("/proev-flere/1")
    browser.submit("/proev-flere/1/stopp")
    assert "Forsøket er stanset. Det som alt er lagt i kø, gjøres ferdig." in browser.text
    assert "Stanset av demo-saksbehandler" in browser.text
    assert "2 K2 Ikke prøvd" in browser.rows()[1]
    assert other.submit("/proev-flere/1/stopp").status_code == 409
    assert "Forsøket var alt over da du stanset det." in other.text


def test_a_queue_that_stands_still_is_said(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    queues.pause(desk.database, QUEUE, "person", KARI, "nede")
    browser.get(BY_CAUSE)
    assert "«Flytting av krav» er stanset." in browser.text


def test_those_of_others_are_counted(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    desk.house.people.take(1, KARI)
    browser.get(BY_CAUSE)
    assert "1 oppgave er tatt av andre. De prøves likevel." in browser.text


def test_who_may_only_read_sees_how_it_goes_and_has_no_boxes(desk: Desk) -> None:
    desk.add("K1")
    desk.job(1)
    reader = desk.visitor(Role.LESETILGANG)
    reader.get("/oppfoelging")
    assert "Prøv valgte igjen" not in reader.text
    assert 'name="valgt"' not in reader.last.text
    reader.get("/proev-flere/1")
    assert "Stans forsøket" not in reader.text


def test_a_job_that_is_not_there_says_so(desk: Desk, browser: Browser) -> None:
    assert browser.get("/proev-flere/9").status_code == 404
    assert browser.get("/proev-flere/x").status_code == 404


def test_a_failed_one_says_why(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    desk.add("K2")
    desk.job(1, 2, one_first=False)
    desk.house.sql("UPDATE mass_retry_item SET result = 'waiting', code = 'ESTATE', settled_at = 1, released_at = 1")
    desk.house.sql("UPDATE mass_retry SET state = 'failed', ended_at = 1")
    browser.get("/proev-flere/1")
    assert "Stoppet, fordi en oppgave feilet igjen" in browser.text
    assert "Oppgave 1 feilet igjen: Roboten sier estate. Ingenting er endret." in browser.text
    assert "1 K1 Til oppfølging igjen: Stanset av estate" in browser.rows()[0]
