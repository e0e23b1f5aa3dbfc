"""Følges opp: the lines, whose they are, and when somebody is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from console.roles import Role
from domain.foedselsnummer import contains_foedselsnummer
from hub.automation import Utelatt, Varsel, Vernet
from tests.unit.console.desk import Browser, Desk
from tests.unit.hub.behaviours.house import NIGHT


@pytest.fixture
def browser(desk: Desk) -> Browser:
    return desk.visitor(Role.SAKSBEHANDLER)


def soon(krav: str, days: int = 10) -> Varsel:
    """It runs out in so many days, and a week before that is safe."""
    return Varsel(krav, "SOON", NIGHT + timedelta(days=days), NIGHT + timedelta(days=days - 7))


def boxes(browser: Browser, *krav: str) -> Sequence[str]:
    """The boxes of these rows."""
    (form,) = [form for form in browser.forms() if form.action == "/foelges-opp"]
    values = []
    for row in form.findall(".//tr[@data-rad]"):
        if row.find("th").text_content() in krav:
            values.append(row.find(".//input").get("value"))
    return values


def send(browser: Browser, hva: str, *krav: str, said: str = "") -> int:
    return browser.submit("/foelges-opp", hva=hva, valgt=boxes(browser, *krav), ord=said).status_code


def test_the_list_says_what_hurries(desk: Desk, browser: Browser) -> None:
    desk.tell(soon("K1", 20), soon("K2", 6), Utelatt("K3", "MINOR"), Utelatt("K4", "DISPUTED"))
    browser.get("/foelges-opp")
    assert browser.rows() == [
        "K2 Stanset av soon Flytting av krav ▲ 22.11.2026, 1 dag over 29.11.2026 –",
        "K1 Stanset av soon Flytting av krav 06.12.2026, om 13 dager 13.12.2026 –",
        "K3 Stanset av minor Flytting av krav – – –",
    ]
    assert "3 krav må ses på, 1 er over siste trygge dag" in browser.text
    assert "Alt 3 Stanset av soon 2 Stanset av minor 1" in browser.text
    assert browser.last.text.count('aria-current="page"') == 1, "the menu says where it is"


def test_one_kind_says_what_to_do(desk: Desk, browser: Browser) -> None:
    desk.tell(soon("K1"), Utelatt("K3", "MINOR"))
    browser.get("/foelges-opp?kode=MINOR")
    assert [row.split()[0] for row in browser.rows()] == ["K3"]
    assert "Roboten sier minor. Ingenting er endret. Forslag: Se på minor." in browser.text


def test_it_is_taken_and_given_back(desk: Desk, browser: Browser) -> None:
    desk.tell(soon("K1"), soon("K2"))
    browser.get("/foelges-opp")
    send(browser, "ta", "K1")
    assert "Tatt: 1 linje." in browser.text
    assert browser.rows()[0].endswith("demo-saksbehandler")
    browser.get("/foelges-opp?vis=mine")
    assert len(browser.rows()) == 1
    send(browser, "legg-tilbake", "K1")
    assert browser.last.url.query == b"vis=mine&gjort=legg-tilbake%3A1%3A0", "the list is the same one"
    assert browser.rows() == []


def test_it_is_finished_with_a_word_and_can_be_taken_up_again(desk: Desk, browser: Browser) -> None:
    desk.tell(soon("K1"), soon("K2"))
    browser.get("/foelges-opp")
    send(browser, "ferdig", "K1", "K2", said="Forliksklage sendt")
    assert "Meldt ferdig: 2 linjer." in browser.text
    assert "Ingenting her." in browser.text
    browser.get("/foelges-opp?vis=ferdige")
    assert "demo-saksbehandler: «Forliksklage sendt»" in browser.rows()[0]
    send(browser, "ta", "K2")
    browser.get("/foelges-opp")
    assert [row.split()[0] for row in browser.rows()] == ["K2"]


@pytest.mark.parametrize(
    ("hva", "krav", "complaint"),
    [
        ("ferdig", ["K1"], "Skriv kort hva du har gjort."),
        ("ta", [], "Velg minst én linje."),
        ("slett", ["K1"], "Velg hva du vil gjøre."),
    ],
)
def test_what_cannot_be_used_is_said(desk: Desk, browser: Browser, hva: str, krav: list[str], complaint: str) -> None:
    desk.tell(soon("K1"))
    browser.get("/foelges-opp")
    assert send(browser, hva, *krav, said=" ") == 422
    assert complaint in browser.text
    assert desk.house.rows("follow_up") == []
    (form,) = [form for form in browser.forms() if form.action == "/foelges-opp"]
    assert bool(form.xpath(".//input[@checked]")) is bool(krav), "what was ticked still is"


@pytest.mark.parametrize("valgt", ["x", "1", "1:x", "-1:0", "999999999999999999999999:0"])
def test_a_forged_choice_is_no_choice(desk: Desk, browser: Browser, valgt: str) -> None:
    desk.tell(soon("K1"))
    browser.get("/foelges-opp")
    assert browser.submit("/foelges-opp", hva="ta", valgt=valgt).status_code == 422
    assert browser.submit("/foelges-opp", hva="ta", valgt="99:0").status_code == 409
    assert desk.house.rows("follow_up") == []


def test_of_two_people_the_second_is_told_and_changes_nothing(desk: Desk, browser: Browser) -> None:
    desk.tell(soon("K1"), soon("K2"))
    other = desk.visitor(Role.SAKSBEHANDLER, person="ola")
    for each in (browser, other):
        each.get("/foelges-opp")
    page = other.last
    send(browser, "ta", "K1")
    assert send(other, "ferdig", "K1", said="gjort") == 409
    assert "Noen andre har gjort noe med linjene siden du åpnet siden" in other.text
    (form,) = [form for form in other.forms() if form.action == "/foelges-opp"]
    assert form.fields["ord"] == "gjort", "what was written is still there"
    other.see(page)
    assert send(other, "ferdig", "K1", "K2", said="gjort") == 200
    assert "Meldt ferdig: 1 linje. Ikke endret: 1 linje, der noen andre kom først" in other.text
    assert [(row.krav, row.action) for row in desk.house.rows("follow_up")] == [("K1", "take"), ("K2", "done")]


def test_when_the_last_page_is_done_the_first_is_shown(desk: Desk, browser: Browser) -> None:
    desk.tell(*(soon(f"K{number:02}") for number in range(51)))
    browser.get("/foelges-opp?side=2")
    (last,) = (row.split()[0] for row in browser.rows())
    send(browser, "ferdig", last, said="Forliksklage sendt")
    assert "Meldt ferdig: 1 linje." in browser.text
    assert len(browser.rows()) == 50


def test_a_line_that_is_no_longer_told_is_gone(desk: Desk, browser: Browser) -> None:
    desk.tell(soon("K1"))
    browser.get("/foelges-opp")
    desk.house.find(as_of=NIGHT + timedelta(days=1))
    assert send(browser, "ferdig", "K1", said="gjort i PAX") == 409
    assert "Det du skrev, er ikke lagret: «gjort i PAX»" in browser.text, "though its form is gone"
    assert browser.rows() == []


def test_the_protected_are_a_number(desk: Desk, browser: Browser) -> None:
    desk.tell(Vernet("HEMMELIG"), Vernet("HEMMELIG2", "DEATH_ANNULLED_PROTECTED"))
    browser.get("/foelges-opp")
    sentence = "2 skjermede behandles av særskilt autorisert saksbehandler i fagsystemet; Kraftverk lagrer ikke hvem."
    assert sentence in browser.text, "one counted under a code besides is one"
    assert "Flytting av krav Se på death_annulled_protected. 1 Flytting av krav Se på protected. 2" in browser.text
    assert "HEMMELIG" not in browser.last.text


def test_the_search_finds_its_krav(desk: Desk, browser: Browser) -> None:
    desk.tell(soon("PX1111111"), Utelatt("PX1111111", "MINOR"), soon("PX2222222"))
    desk.add("PX2222222")
    assert str(browser.search("px 1111111").url).endswith("/foelges-opp?vis=begge&krav=PX1111111")
    assert len(browser.rows()) == 2
    browser.search("PX2222222")
    assert "2 treff på «PX2222222»." in browser.text
    assert [row.split()[0] for row in browser.rows()] == ["1", "PX2222222"]


def test_a_long_list_has_pages(desk: Desk) -> None:
    desk.tell(*(soon(f"K{number:02}") for number in range(51)))
    browser = desk.visitor(Role.LESETILGANG)
    browser.get("/foelges-opp")
    assert len(browser.rows()) == 50
    browser.get("/foelges-opp?side=2")
    assert [row.split()[0] for row in browser.rows()] == ["K50"]
    assert "Meld valgte ferdig" not in browser.text, "who may only read has no boxes"


@pytest.mark.parametrize("line", ["010191", "290280"])
def test_numbers_of_lines_are_never_taken_for_a_persons(desk: Desk, browser: Browser, line: str) -> None:
    """Of 100,000 things that can have been done with a line, thousands make its box end like a fødselsnummer."""
    said = [f"{line}:{number:05}" for number in range(100_000)]
    desk.tell(soon("K1"))
    browser.get("/foelges-opp")
    assert browser.submit("/foelges-opp", hva="ta", valgt=said[:1]).status_code == 409
    assert not contains_foedselsnummer("\n".join(said), NIGHT)
    assert contains_foedselsnummer("\n".join(said).replace(":", "."), NIGHT)
