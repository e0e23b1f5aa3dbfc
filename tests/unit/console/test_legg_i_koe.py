"""Putting krav in a queue from the console: nothing is taken before every row is good, or the person says so."""

from __future__ import annotations

import pytest

from console.roles import Role
from hub.automation import Utelatt
from hub.release import ReleaseLevel
from hub.storage import orders, queues
from tests.unit.console.desk import HOST, Browser, Desk
from tests.unit.hub.behaviours.house import KARI, QUEUE
from tests.unit.hub.behaviours.ordering import carry_out
from tests.unit.hub.fake_world import arbeid


@pytest.fixture
def power(desk: Desk) -> Browser:
    browser = desk.visitor(Role.POWER)
    browser.get("/legg-i-koe")
    return browser


def place(browser: Browser, **fields: str) -> int:
    given = {"rutine": QUEUE, "begrunnelse": "kunden ringte"} | fields
    return browser.submit("/legg-i-koe", **given).status_code


def upload(browser: Browser, name: str, content: bytes) -> int:
    (form,) = [form for form in browser.forms() if form.action == "/legg-i-koe"]
    data = dict(form.form_values()) | {"rutine": QUEUE, "begrunnelse": "liste fra fordringshaver"}
    headers = {"Origin": f"http://{HOST}"}
    browser.see(browser.client.post("/legg-i-koe", data=data, files={"fil": (name, content)}, headers=headers))
    return int(browser.last.status_code)


def krav(desk: Desk) -> list[str]:
    return [row.krav for row in desk.house.rows("work_order_krav")]


def test_krav_are_ordered_and_their_answers_followed(desk: Desk, power: Browser) -> None:
    assert place(power, krav="k1x\nK2X\nK3X") == 200
    assert power.heading() == "Bestilling 1: Flytting av krav"
    assert "Bestillingen er tatt imot" in power.text
    assert desk.drains == 1
    (order,) = desk.house.rows("work_order")
    assert (order.automation, order.person, order.role) == (QUEUE, "demo-power", "power")
    assert order.reason == "kunden ringte"
    carry_out(desk.house, [arbeid("K1X"), Utelatt("K2X", "ESTATE")])
    power.get("/legg-i-koe/1")
    assert power.rows() == [
        "K1X Lagt i kø 1",
        "K2X Ikke noe for roboten: Roboten sier estate. Ingenting er endret. –",
        "K3X Rutinen finner ikke noe å gjøre med kravet nå –",
    ]
    assert "Besvart" in power.text
    power.get("/legg-i-koe")
    assert "1 Flytting av krav 3 demo-power" in power.text


def test_nothing_is_taken_while_a_row_is_wrong_unless_the_person_says_so(desk: Desk, power: Browser) -> None:
    assert place(power, krav="K1X\n??\n=1+1") == 422
    assert "2 rader kan ikke brukes" in power.text
    assert "2 Kravnumre Dette er ikke et kravnummer" in power.text
    assert "3 Kravnumre Cellen er en formel" in power.text
    assert krav(desk) == []
    assert desk.drains == 0
    assert power.submit("/legg-i-koe").status_code == 422, "what was written stands there, and is still wrong"
    assert power.submit("/legg-i-koe", gyldige="1").status_code == 200
    assert krav(desk) == ["K1X"]


def test_only_bad_rows_cannot_be_taken(desk: Desk, power: Browser) -> None:
    assert place(power, krav="??") == 422
    fields = dict(power.forms()[-1].form_values())
    assert "gyldige" not in fields
    assert power.send("/legg-i-koe", fields | {"gyldige": "1"}).status_code == 422
    assert krav(desk) == []


def test_a_file_is_read_and_its_bad_rows_told(desk: Desk, power: Browser) -> None:
    assert upload(power, "liste.csv", b"sak;kravnr\nY1;K1X\nY2;-\n") == 422
    assert "3 B (kravnr) Dette er ikke et kravnummer" in power.text
    assert krav(desk) == []
    assert upload(power, "../../liste.csv", b"sak;kravnr\nY1;K1X\nY2;K2X\n") == 200
    assert krav(desk) == ["K1X", "K2X"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rutine": "finnes-ikke"}, "Velg en rutine som er i drift."),
        ({"begrunnelse": " "}, "Skriv hvorfor kravene skal tas nå."),
        ({"krav": "\n \n"}, "Skriv minst ett kravnummer, eller velg en fil."),
    ],
)
def test_what_is_missing_is_told(desk: Desk, power: Browser, fields: dict[str, str], said: str) -> None:
    assert place(power, **({"krav": "K1X"} | fields)) == 422
    assert said in power.text
    assert krav(desk) == []


def test_a_number_of_a_person_is_neither_kept_nor_shown(desk: Desk, power: Browser) -> None:
    assert place(power, krav="01819012345\nK1X") == 422
    assert "ser ut som et fødselsnummer" in power.text
    assert "01819012345" not in power.last.text
    assert "01819012345" not in desk.house.everything()


def test_a_real_one_too_is_told_by_its_row_and_the_other_rows_are_still_there(desk: Desk, power: Browser) -> None:
    """Every form is looked through for one before its page sees it."""
    assert place(power, krav="K1X\n15916901205\nK2X", begrunnelse="Kunden ringte") == 422
    assert "1 rad kan ikke brukes. Se listen." in power.text
    assert "2 Kravnumre Dette ser ut som et fødselsnummer." in power.text
    (field,) = power.page().xpath("//textarea[@name = 'krav']")
    assert field.text.split() == ["K1X", "K2X"]
    assert "Kunden ringte" in power.last.text
    assert place(power, krav="K1X\n15916901205\nK2X", begrunnelse="Kunden ringte", gyldige="ja") == 200
    assert krav(desk) == ["K1X", "K2X"]
    assert "15916901205" not in desk.house.everything()


def test_an_automation_that_only_plans_takes_no_orders(desk: Desk, power: Browser) -> None:
    queues.set_release_level(desk.database, QUEUE, ReleaseLevel.DRY, KARI, "not yet")
    power.get("/legg-i-koe")
    assert "Ingen rutine er i drift ennå" in power.text


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        (orders.FAILED, "WORLD_CONNECT", "Roboten sier world_connect. Ingenting er endret. Ingenting er lagt i kø."),
        (orders.DRY, None, "Rutinen er i tørrkjøring og gjør ingenting."),
    ],
)
def test_an_order_that_could_not_be_carried_out_says_why(
    desk: Desk, power: Browser, outcome: str, code: str | None, said: str
) -> None:
    place(power, krav="K1X")
    orders.give_up(desk.database, 1, outcome, code)
    power.get("/legg-i-koe/1")
    assert said in power.text


def test_there_is_no_order_of_that_number(power: Browser) -> None:
    assert power.get("/legg-i-koe/99").status_code == 404
