"""The page of one oppgave, and what a person does on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from console.pages.oppgave import LONGEST_REFERENCE, LONGEST_TEXT
from console.roles import Role
from hub.audit import Actor
from hub.automation import Vernet
from hub.states import WaitingKind
from hub.storage import queues
from hub.storage.queues import EVERYTHING
from tests.unit.console.desk import Browser, Desk, proposal
from tests.unit.hub.behaviours.house import KARI, NIGHT, QUEUE, night
from tests.unit.hub.fake_world import arbeid


@pytest.fixture
def browser(desk: Desk) -> Browser:
    return desk.visitor(Role.SAKSBEHANDLER)


def test_beside_its_list_it_is_a_part_of_that_page(desk: Desk) -> None:
    item = desk.add("K1")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.see(browser.client.get(f"/oppgave/{item}", headers={"HX-Target": "panel"}))
    (part,) = browser.page().xpath("//*[@id='oppgave']")
    assert part.xpath(".//h1") == []
    assert {form.get("hx-target") for form in part.xpath(".//form")} == {"#panel"}
    browser.get(f"/oppgave/{item}")
    assert browser.page().xpath("//main//*[@hx-target]") == []


def test_the_page_says_why_and_what_to_do(desk: Desk, browser: Browser) -> None:
    desk.add("K1", "K2", saker=("202600017",))
    browser.get("/oppgave/1")
    assert browser.heading() == "Oppgave 1: Flytting av krav"
    for words in (
        "Må vurderes",
        "Roboten sier disputed.",
        "Forslag: Se på disputed.",
        "K1, K2",
        "Roboten har ikke gjort noe",
    ):
        assert words in browser.text
    assert "WORLD: DISPUTED happened" not in browser.text, "that is for technicians"


def test_technicians_see_the_technical(desk: Desk) -> None:
    desk.add("K1")
    browser = desk.visitor(Role.POWER)
    browser.get("/oppgave/1")
    assert "WORLD: DISPUTED happened" in browser.text
    assert "Hva vil du gjøre" not in browser.text, "it is not theirs to decide"


def test_the_history_says_why_the_robot_did_not_finish(desk: Desk, browser: Browser) -> None:
    desk.broken("K1", code="WORLD_ANSWER")
    browser.get("/oppgave/1")
    history = " ".join(browser.page().xpath("string(//section[@aria-labelledby='historie'])").split())
    assert "Roboten ga opp etter flere forsøk, Roboten. Stanset av world_answer" in history


def test_try_again_goes_on_where_it_stopped(desk: Desk, browser: Browser) -> None:
    desk.broken("K1", "K2")
    browser.get("/oppgave/1")
    assert "Gjort: saksnummer 202600001. Gjentas ikke." in browser.text
    assert "Det som er gjort, gjentas ikke." in browser.text
    browser.submit("/oppgave/1/beslutning")
    assert "Oppgaven er lagt i kø igjen. Roboten fortsetter der den slapp." in browser.text
    assert desk.house.item().state == "ready"
    assert desk.house.kinds() == ["plan", "done"], "earlier receipts are kept"
    assert desk.drains == 1
    told = desk.house.rows("event", item_id=1)[-1].content
    assert '"actor":"demo-saksbehandler","role":"saksbehandler","reason":"Rettet i fagsystemet"' in told


def test_a_decision_is_kept_with_its_fields(desk: Desk, browser: Browser) -> None:
    desk.add("K1", "K2", "K3")
    browser.get("/oppgave/1")
    browser.submit(
        "/oppgave/1/beslutning",
        beslutning="HOLD_OUT",
        begrunnelse="K2 er betalt",
        **{"HOLD_OUT.krav": ["K3", "K2"]},
    )
    assert "Beslutningen er lagret" in browser.text
    (row,) = desk.house.rows("beslutning")
    assert (row.kode, row.data, row.to_personer, row.reason) == ("HOLD_OUT", '{"krav": "K2;K3"}', 0, "K2 er betalt")
    assert desk.house.item().state == "ready"
    assert "Hold krav utenfor; Krav som holdes utenfor: K2, K3" in browser.text


def test_a_decision_about_money_says_that_another_must_approve(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    browser.get("/oppgave/1")
    assert "En annen må godkjenne det før noe blir gjort." in browser.text
    fields = {"NY_FRIST.frist": "31.12.2027", "NY_FRIST.grunn": "dom"}
    browser.submit("/oppgave/1/beslutning", beslutning="NY_FRIST", begrunnelse="Dom 31.12.2017", **fields)
    (row,) = desk.house.rows("beslutning")
    assert (row.data, row.to_personer) == ('{"frist": "2027-12-31", "grunn": "dom"}', 1)
    assert "Ikke foreldet; Ny foreldelsesfrist: 31.12.2027; Grunn: Dom" in browser.text


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"beslutning": "HOLD_OUT", "begrunnelse": "x"}, "Fyll ut «Krav som holdes utenfor»."),
        (
            {"beslutning": "HOLD_OUT", "HOLD_OUT.krav": ["K9"], "begrunnelse": "x"},
            "velg blant kravene",
        ),
        ({"beslutning": "HOLD_OUT", "HOLD_OUT.krav": ["K1"]}, "Skriv en kort begrunnelse."),
        (
            {"beslutning": "NY_FRIST", "NY_FRIST.frist": "i morgen", "begrunnelse": "x"},
            "skriv datoen slik: 31.12.",
        ),
        ({"beslutning": "NY_FRIST", "NY_FRIST.frist": "2027-02-30", "begrunnelse": "x"}, "skriv datoen slik"),
        (
            {"beslutning": "NY_FRIST", "NY_FRIST.frist": "2027-02-03", "NY_FRIST.grunn": "sov", "begrunnelse": "x"},
            "velg en av mulighetene",
        ),
        ({"beslutning": "SLETT_ALT", "begrunnelse": "x"}, "Velg en av beslutningene."),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_changed(
    desk: Desk, browser: Browser, fields: dict[str, str], complaint: str
) -> None:
    desk.add("K1", "K2")
    browser.get("/oppgave/1")
    (form,) = [form for form in browser.forms() if form.action == "/oppgave/1/beslutning"]
    answer = browser.send("/oppgave/1/beslutning", dict(form.form_values()) | fields)
    assert answer.status_code == 422
    assert complaint in browser.text
    assert "Ingenting er endret" in browser.text
    assert desk.house.rows("beslutning") == []
    assert desk.house.item().state == "waiting"
    (again,) = [form for form in browser.forms() if form.action == "/oppgave/1/beslutning"]
    assert again.fields["begrunnelse"] == fields.get("begrunnelse", ""), "what was written is still there"


@pytest.mark.parametrize(
    ("fields", "decision"),
    [
        ({"HOLD_OUT.krav": ["K2"]}, "Hold krav utenfor"),
        ({"NY_FRIST.frist": "2027-12-31"}, "Ikke foreldet"),
        ({"NY_FRIST.grunn": "dom"}, "Ikke foreldet"),
    ],
)
def test_a_decision_that_is_filled_in_and_not_chosen_is_not_left_out_in_silence(
    desk: Desk, browser: Browser, fields: dict[str, str], decision: str
) -> None:
    desk.add("K1", "K2")
    browser.get("/oppgave/1")
    assert browser.submit("/oppgave/1/beslutning", begrunnelse="K2 er betalt", **fields).status_code == 422
    (told,) = browser.page().xpath("//form//*[@id=../@aria-describedby]")
    assert told.text_content() == f"Du har fylt ut «{decision}», men valgt å prøve igjen. Velg én av dem."
    assert desk.house.item().state == "waiting"
    (again,) = [form for form in browser.forms() if form.action == "/oppgave/1/beslutning"]
    for name, value in fields.items():
        assert list(value) == list(again.fields[name]), "what was filled in is still there"
    browser.submit("/oppgave/1/beslutning", **dict.fromkeys(fields, ""))
    assert desk.house.item().state == "ready"


def test_what_is_in_doubt_is_answered_effect_by_effect(desk: Desk, browser: Browser) -> None:
    desk.uncertain("K1", "K2")
    browser.get("/oppgave/1")
    assert "Uvisst om det ble gjort" in browser.text
    assert not [form for form in browser.forms() if form.action == "/oppgave/1/beslutning"], (
        "nobody tries it on a guess"
    )
    answers = {"svar.move:K1": "gjort", "referanse": "sak 202600001"}
    browser.submit("/oppgave/1/avgjoer", **answers)
    assert "Resten av endringene er fortsatt uvisse." in browser.text
    browser.submit("/oppgave/1/avgjoer", **{"svar.move:K2": "ikke", "referanse": "sak 202600001"})
    assert "Svaret er lagret, og oppgaven er lagt i kø igjen." in browser.text
    assert desk.house.kinds() == ["plan", "started", "started", "done", "undone"]


def test_two_letters_are_told_from_each_other_where_it_is_asked_what_was_done(desk: Desk, browser: Browser) -> None:
    steps = desk.house.plan_steps("brev:K1:a", "brev:K1:b", started=True)
    desk._end(WaitingKind.UNCERTAIN, "WORLD_SEND", steps, arbeid("K1"))
    browser.get("/oppgave/1")
    asked = [" ".join(legend.text_content().split()) for legend in browser.page().xpath("//legend")]
    both = ["Send brev om krav K1 (1 av 2)", "Send brev om krav K1 (2 av 2)"]
    assert [text.rpartition(" (")[0] for text in asked if text.startswith("Send")] == both
    browser.submit("/oppgave/1/avgjoer", **{"svar.brev:K1:b": "ikke", "referanse": "sak 1"})
    assert "Send brev om krav K1 (2 av 2): ikke gjort" in browser.text


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"referanse": "sak 1"}, "Svar for minst én endring"),
        ({"svar.move:K1": "gjort"}, "Skriv hvor du så det"),
        ({"svar.move:K9": "gjort", "referanse": "sak 1"}, "Svar for minst én endring"),
    ],
)
def test_an_answer_without_what_it_stands_on_is_not_taken(
    desk: Desk, browser: Browser, fields: dict[str, str], complaint: str
) -> None:
    desk.uncertain("K1")
    browser.get("/oppgave/1")
    (form,) = [form for form in browser.forms() if form.action == "/oppgave/1/avgjoer"]
    known = {name: value for name, value in form.form_values() if not name.startswith("svar.")}
    assert browser.send("/oppgave/1/avgjoer", known | fields).status_code == 422
    assert complaint in browser.text
    assert desk.house.item().state == "waiting"


@pytest.mark.parametrize(
    ("act", "fields", "complaints"),
    [
        (
            "beslutning",
            {"beslutning": "NY_FRIST"},
            ["Fyll ut «Ny foreldelsesfrist».", "Fyll ut «Grunn».", "Skriv en kort begrunnelse."],
        ),
        ("ferdig", {}, ["Velg hva du gjorde.", "Skriv en kort begrunnelse."]),
        ("utsett", {"til": ""}, ["Velg en dato.", "Skriv en kort begrunnelse."]),
    ],
)
def test_all_that_is_wrong_is_told_at_once(
    desk: Desk, browser: Browser, act: str, fields: dict[str, str], complaints: list[str]
) -> None:
    desk.add("K1")
    browser.get("/oppgave/1")
    assert browser.submit(f"/oppgave/1/{act}", **fields).status_code == 422
    assert told(browser) == complaints


def told(browser: Browser) -> list[str]:
    """What the list of faults says; each of them is said at what it is about too, and its link leads there."""
    links = browser.page().xpath("//*[@role='alert']//a")
    for link in links:
        (place,) = browser.page().xpath(f"//*[@id='{link.get('href')[1:]}']")
        assert link.text in place.getparent().text_content()
    return [link.text for link in links]


def test_an_answer_that_lacks_all_is_told_at_its_choices_and_its_field(desk: Desk, browser: Browser) -> None:
    desk.uncertain("K1")
    browser.get("/oppgave/1")
    assert browser.submit("/oppgave/1/avgjoer").status_code == 422
    answer, place = "Svar for minst én endring om den er gjort eller ikke.", "Skriv hvor du så det"
    assert told(browser) == [answer, f"{place}: saksnummer eller dokument i fagsystemet."]
    choices = browser.page().xpath("//input[starts-with(@name, 'svar.')]")
    (fault,) = {choice.get("aria-describedby") for choice in choices}
    assert browser.page().get_element_by_id(fault).text == answer
    assert [choice.get("aria-invalid") for choice in choices] == ["true"] * 3


def test_handled_by_hand_says_what_was_done(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    browser.get("/oppgave/1")
    browser.submit("/oppgave/1/ferdig", hva="registrert", referanse="202600009", begrunnelse="Flyttet i skjermen")
    assert "Oppgaven er avsluttet som håndtert manuelt." in browser.text
    row = desk.house.item()
    assert (row.state, row.rests, row.closed_as_of) == ("handled_manually", 1, NIGHT.isoformat())
    assert "Jeg har gjort det i fagsystemet; referanse 202600009. «Flyttet i skjermen»" in browser.text


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [({"begrunnelse": "gjort"}, "Velg hva du gjorde."), ({"hva": "registrert"}, "Skriv en kort begrunnelse.")],
)
def test_handled_by_hand_must_be_explained(
    desk: Desk, browser: Browser, fields: dict[str, str], complaint: str
) -> None:
    desk.add("K1")
    browser.get("/oppgave/1")
    assert browser.submit("/oppgave/1/ferdig", **fields).status_code == 422
    assert complaint in browser.text
    assert desk.house.item().state == "waiting"


def test_it_is_postponed_to_a_day_to_come(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    browser.get("/oppgave/1")
    for day in ("2026-11-23", "2020-01-01", "2030-01-01", "snart"):
        browser.get("/oppgave/1")
        assert browser.submit("/oppgave/1/utsett", til=day, begrunnelse="venter på svar").status_code == 422
    browser.submit("/oppgave/1/utsett", til="2026-12-01", begrunnelse="venter på svar")
    assert "Utsatt til 01.12.2026" in browser.text
    browser.get("/oppfoelging")
    assert browser.rows() == []
    browser.get("/oppfoelging?utsatt=1")
    assert len(browser.rows()) == 1


def test_it_is_taken_given_back_and_taken_over(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    browser.get("/oppgave/1")
    browser.submit("/oppgave/1/ta")
    assert "Oppgaven er din." in browser.text
    other = desk.visitor(Role.SAKSBEHANDLER, person="ola")
    other.get("/oppgave/1")
    assert "Overta fra demo-saksbehandler" in other.text
    other.submit("/oppgave/1/ta")
    other.submit("/oppgave/1/legg-tilbake")
    assert desk.house.item().assigned_to is None


def test_a_comment_is_in_the_history(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    browser.get("/oppgave/1")
    browser.submit("/oppgave/1/kommentar", begrunnelse="Ringt skyldner")
    assert "Kommentar , demo-saksbehandler (saksbehandler). «Ringt skyldner»" in browser.text


@pytest.mark.parametrize("act", ["ta", "beslutning"])
def test_of_two_people_the_second_is_told_and_changes_nothing(desk: Desk, browser: Browser, act: str) -> None:
    desk.add("K1")
    other = desk.visitor(Role.SAKSBEHANDLER, person="ola")
    for each in (browser, other):
        each.get("/oppgave/1")
    browser.submit("/oppgave/1/kommentar", begrunnelse="jeg ser på den")
    before = len(desk.house.rows("event", item_id=1))
    assert other.submit(f"/oppgave/1/{act}").status_code == 409
    assert "Noen andre, eller roboten, har gjort noe med oppgaven siden du åpnet den" in other.text
    assert len(desk.house.rows("event", item_id=1)) == before
    assert desk.house.item().state == "waiting"


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("beslutning", {"beslutning": "HOLD_OUT", "HOLD_OUT.krav": ["K2"], "begrunnelse": "K2 er betalt"}),
        ("ferdig", {"hva": "registrert", "referanse": "202600009", "begrunnelse": "Flyttet i skjermen"}),
        ("utsett", {"til": "2026-12-01", "begrunnelse": "venter på svar"}),
        ("kommentar", {"begrunnelse": "Ringt skyldner"}),
    ],
)
def test_what_was_written_is_still_there_when_another_was_first(
    desk: Desk, browser: Browser, act: str, fields: dict[str, str | list[str]]
) -> None:
    desk.add("K1", "K2")
    browser.get("/oppgave/1")
    desk.house.people.comment(1, KARI, "jeg ser på den")
    assert browser.submit(f"/oppgave/1/{act}", **fields).status_code == 409
    (again,) = [form for form in browser.forms() if form.action == f"/oppgave/1/{act}"]
    assert {name: value if isinstance(value, str) else list(value) for name, value in again.fields.items()}.items() >= (
        fields.items()
    )
    assert all(each.get("open") is not None for each in again.iterancestors("details")), "and is seen"
    browser.submit(f"/oppgave/1/{act}")
    assert browser.last.status_code == 200, "and can be sent as it stands"


def test_what_was_written_is_told_when_its_form_is_gone(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    browser.get("/oppgave/1")
    desk.house.people.close(1, KARI, "Ferdig i PAX", NIGHT, how={"how": "annet", "reference": None})
    assert browser.submit("/oppgave/1/kommentar", begrunnelse="Ringt skyldner").status_code == 409
    assert "Det du skrev, er ikke lagret: «Ringt skyldner»" in browser.text


def test_where_it_was_seen_is_told_too_when_another_has_settled_it(desk: Desk, browser: Browser) -> None:
    desk.uncertain("K1")
    browser.get("/oppgave/1")
    desk.house.people.settle(1, True, KARI, "202600009")
    answer = {"svar.move:K1": "gjort", "referanse": "202600001 i PAX"}
    assert browser.submit("/oppgave/1/avgjoer", **answer).status_code == 409
    assert "Det du skrev, er ikke lagret: «202600001 i PAX»" in browser.text


def test_no_field_takes_more_than_is_kept(desk: Desk, browser: Browser) -> None:
    """What is longer would be cut without a word."""
    desk.uncertain("K1")
    browser.get("/oppgave/1")
    kept = {"referanse": LONGEST_REFERENCE, "begrunnelse": LONGEST_TEXT}
    fields = browser.page().xpath("//main//input[@type = 'text'] | //main//textarea")
    assert {field.get("name") for field in fields} >= kept.keys()
    for field in fields:
        assert int(field.get("maxlength")) == kept[field.get("name")]


def test_a_protected_persons_item_shows_nothing(desk: Desk, browser: Browser) -> None:
    desk.add("HEMMELIG")
    desk.house.find(Vernet("HEMMELIG"), as_of=night(1))
    browser.get("/oppgave/1")
    assert "særskilt autorisert saksbehandler" in browser.text
    assert "HEMMELIG" not in browser.last.text
    browser.search("HEMMELIG")
    assert "Ingen treff" in browser.text


def test_the_next_one_is_a_link_away(desk: Desk, browser: Browser) -> None:
    desk.add("K1", frist=NIGHT + timedelta(days=1))
    desk.add("K2", frist=NIGHT + timedelta(days=2))
    browser.get("/oppgave/1")
    browser.submit("/oppgave/1/beslutning")
    assert "Gå til neste oppgave" in browser.text
    assert 'href="/oppgave/2"' in browser.last.text


def test_the_next_one_is_of_the_list_it_was_opened_from(desk: Desk, browser: Browser) -> None:
    for n, krav in enumerate(("K1", "K2", "K3"), 1):
        desk.add(krav, frist=NIGHT + timedelta(days=n))
    for mine in (1, 3):
        desk.house.people.take(mine, Actor("demo-saksbehandler", "saksbehandler"))
    browser.get("/oppfoelging?vis=mine")
    (first, _) = browser.page().xpath("//tr[@data-rad]/th/a/@href")
    browser.get(first)
    browser.submit("/oppgave/1/beslutning?vis=mine")
    (following,) = browser.page().xpath("//a[text()='Gå til neste oppgave']/@href")
    assert following == "/oppgave/3?vis=mine"
    browser.get(following)
    assert browser.submit("/oppgave/3/ferdig?vis=mine").status_code == 422
    assert browser.page().xpath("//p[@class='sti']/a/@href") == ["/oppfoelging?vis=mine"]
    browser.submit("/oppgave/3/beslutning?vis=mine")
    assert "Gå til neste oppgave" not in browser.text, "none of mine is left"


@pytest.mark.parametrize("name", [QUEUE, EVERYTHING])
def test_a_stop_is_told_to_whoever_tries_again(desk: Desk, browser: Browser, name: str) -> None:
    desk.add("K1")
    desk.add("K2")
    desk.house.people.close(2, Actor("kari", "saksbehandler"), "Ferdig i PAX", NIGHT)
    browser.get("/oppgave/1")
    stands = "Køen er stanset. Oppgaven tas når den går igjen."
    assert stands not in browser.text
    queues.pause(desk.database, name, "person", Actor("ola", "drift"), "feil beløp ute")
    browser.get("/oppgave/1")
    assert stands in browser.text
    browser.submit("/oppgave/1/beslutning")
    assert "Oppgaven er lagt i kø igjen" in browser.text
    assert stands in browser.text
    browser.get("/oppgave/2")
    assert stands not in browser.text, "nothing is left for the robot to do"


def test_a_finished_one_has_no_days_left(desk: Desk, browser: Browser) -> None:
    desk.add("K1", frist=NIGHT + timedelta(days=7))
    browser.get("/oppgave/1")
    assert "Frist 30.11.2026, om 7 dager" in browser.text
    desk.house.people.close(1, Actor("kari", "saksbehandler"), "Ferdig i PAX", NIGHT)
    browser.get("/oppgave/1")
    assert "Frist 30.11.2026 Tatt av" in browser.text


def test_systems_are_called_what_they_call_themselves(desk: Desk, browser: Browser) -> None:
    steps = desk.house.plan_steps("brev:K1", started=True, system="SVARUT")
    desk._end(WaitingKind.UNCERTAIN, "WORLD_SEND", steps, arbeid("K1"))
    browser.get("/oppgave/1")
    assert "Send brev om krav K1 (SvarUt)" in browser.text
    assert "Gjort i SvarUt" in browser.text
    assert "SVARUT" not in browser.text


def test_what_a_plan_was_made_with_is_told_in_norwegian(desk: Desk, browser: Browser) -> None:
    desk.propose(replace(proposal("K1"), versions={"kraftverk": "1.0", "policy": "ecb62"}))
    browser.get("/oppgave/1")
    assert "Versjoner Kraftverk 1.0, innstillinger for køen ecb62" in browser.text


def test_the_picture_is_shown_and_kept_nowhere(desk: Desk, browser: Browser) -> None:
    desk.add("K1")
    desk.add("K2")
    number = desk.picture(1, b"\x89PNG a picture")
    assert browser.get(f"/oppgave/1/bilde/{number}").content == b"\x89PNG a picture"
    assert browser.last.headers["cache-control"] == "no-store"


def test_what_came_to_nothing_says_that_its_plan_is_deleted(desk: Desk, browser: Browser) -> None:
    desk.emptied("K1", today=date(2020, 5, 7))
    browser.get("/oppgave/1")
    assert "Planen førte ikke til noe, og er slettet etter slettereglene." in browser.text
    assert "K1" in browser.text
    assert "Ferdig i PAX" in browser.text, "what people did is kept"


def test_of_what_is_anonymised_only_the_counts_are_shown(desk: Desk) -> None:
    desk.emptied("K1", today=date(2025, 1, 1))
    for role in (Role.SAKSBEHANDLER, Role.POWER):
        browser = desk.visitor(role)
        browser.get("/oppgave/1")
        assert "Oppgaven ble avsluttet 06.05.2019." in browser.text
        assert "er slettet etter slettereglene" in browser.text
        for word in ("K1", "Ferdig i PAX", "kari", "skjermet", "slettet:1"):
            assert word not in browser.text, word
    browser.search("K1")
    assert "Oppgave 1" not in browser.text


@pytest.mark.parametrize("path", ["/oppgave/9", "/oppgave/x", "/oppgave/99999999999999999999", "/finnes-ikke"])
def test_what_is_not_there_says_so(desk: Desk, browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404
    assert browser.heading() == "Finnes ikke"
