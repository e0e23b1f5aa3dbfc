"""Proposals of improvements in the console: ranked, changed with history, and followed to what they gave."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.roles import Role
from hub.improvement import Improvement, Status
from hub.storage import improvements
from tests.unit.console.desk import INFO, Browser, Desk
from tests.unit.hub.behaviours.house import KARI, NIGHT, QUEUE
from tests.unit.hub.behaviours.improving import WASH

WRITTEN = {
    "tittel": "Adressevask",
    "saker": "2 000",
    "minutter": "12,5",
    "andel": "80",
    "sikkerhet": "100",
    "innsats": "80",
    "drift": "10",
}


@pytest.fixture
def power(desk: Desk) -> Browser:
    return desk.visitor(Role.POWER)


def write(browser: Browser, **fields: str) -> int:
    browser.get("/forslag/nytt")
    return browser.submit("/forslag", **(WRITTEN | fields)).status_code


def known(desk: Desk) -> list[Improvement]:
    with desk.database.read() as c:
        return [each.now for each in improvements.every(c)]


def test_an_empty_list_says_what_it_is_for(desk: Desk) -> None:
    reader = desk.visitor(Role.LESETILGANG)
    reader.get("/forslag")
    assert "Ingen har lagt inn forslag ennå. Her samler Power-teamet" in reader.text
    assert "Nytt forslag" not in reader.text


def test_a_proposal_is_written_and_kept(desk: Desk, power: Browser) -> None:
    assert write(power, kan_fjernes="Nei, loven krever det", kvalitet="Færre returer", risiko="Lav") == 200
    assert power.heading() == "Adressevask"
    assert "Forslaget er lagret." in power.text
    # 2 000 × 12,5 min × 0,8 = 20 000 min = 333,3 h; − 10 h = 323,3 h; 323,3 / 80 = 4,04
    assert "Poeng 4 " in power.text
    assert "Forventet gevinst i året 323 t" in power.text.replace("\xa0", " ")
    (made,) = known(desk)
    assert made == Improvement(
        "Adressevask", "", "Nei, loven krever det", 2000, 12.5, 80, 100, 80.0, 10.0, "Færre returer", "Lav",
        Status.FORESLAATT, None,
    )  # fmt: skip


def test_most_gain_for_the_effort_comes_first_and_what_is_refused_last(desk: Desk, power: Browser) -> None:
    for title, effort, status in [("Dyrt", 400.0, Status.VURDERES), ("Billig", 40.0, Status.BYGGES)]:
        improvements.add(desk.database, replace(WASH, tittel=title, innsats=effort, status=status), KARI, "x")
    improvements.add(desk.database, replace(WASH, tittel="Nei", innsats=1.0, status=Status.AVVIST), KARI, "x")
    power.get("/forslag")
    shown = [row.replace("\xa0", " ") for row in power.rows()]
    # 310 h / 40, 310 h / 400, 310 h / 1
    assert [row.split()[0] for row in shown] == ["Billig", "Dyrt", "Nei"]
    assert [points in row for points, row in zip(("7,8", "0,8", "310"), shown, strict=True)] == [True] * 3


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("tittel", "", "Skriv hva forslaget heter."),
        ("tittel", "x" * 121, "Skriv høyst 120 tegn."),
        ("saker", "mange", "Skriv et helt tall fra 0 til 10000000."),
        ("saker", "1,5", "Skriv et helt tall fra 0 til 10000000."),
        ("minutter", "nan", "Skriv et tall fra 0 til 10000."),
        ("andel", "101", "Skriv et helt tall fra 0 til 100."),
        ("innsats", "0", "Skriv et tall fra 1 til 100000."),
        ("drift", "-1", "Skriv et tall fra 0 til 100000."),
        ("status", "ferdig", "Velg en status."),
        ("automation", "finnes-ikke", "Velg en av rutinene, eller ingen."),
    ],
)
def test_what_cannot_be_used_is_told_and_what_was_written_stays(
    desk: Desk, power: Browser, field: str, value: str, said: str
) -> None:
    assert write(power, **{"beskrivelse": "Vask av adresser", field: value}) == 422
    assert said in power.text
    assert "Vask av adresser" in power.last.text
    assert known(desk) == []


def test_a_change_is_a_version_with_its_reason(desk: Desk, power: Browser) -> None:
    write(power)
    changed = {"innsats": "120", "status": "vurderes", "automation": QUEUE}
    assert power.submit("/forslag/1", **changed).status_code == 422
    assert "Skriv hvorfor du endrer forslaget." in power.text
    assert power.submit("/forslag/1", begrunnelse="Flere systemer enn vi trodde").status_code == 200
    assert "Endringen er lagret." in power.text
    assert "Flere systemer enn vi trodde" in power.text
    assert "Innsats for å lage det (timer): 80 → 120" in power.text
    assert "Status: Foreslått → Vurderes" in power.text
    assert "Rutine: – → Flytting av krav" in power.text
    assert [row.no for row in desk.house.rows("improvement_version")] == [1, 2]


def test_of_two_people_the_second_is_told_and_loses_nothing(desk: Desk, power: Browser) -> None:
    write(power)
    other = desk.visitor(Role.POWER, person="ola")
    other.get("/forslag/1")
    power.submit("/forslag/1", saker="1", begrunnelse="talt")
    assert other.submit("/forslag/1", saker="3", begrunnelse="talt bedre").status_code == 409
    assert "Noen andre har endret forslaget" in other.text
    assert [each.saker for each in known(desk)] == [1]
    assert other.submit("/forslag/1").status_code == 200, "what they wrote stands there still"
    assert [each.saker for each in known(desk)] == [3]


@pytest.mark.parametrize(
    ("minutes", "days", "said"),
    [
        (None, 100, "310 t → ikke målt"),
        (30.0, 3, "310 t → 1 t hittil"),  # 2 × 30 min
        (30.0, 36, "310 t → 10 t i året"),  # 1 h in 36.5 days; counted in whole days: 365 / 37 h
    ],
)
def test_what_is_in_use_is_measured_by_what_the_robot_has_done(
    desk: Desk, power: Browser, minutes: float | None, days: int, said: str
) -> None:
    desk.office = replace(
        desk.office,
        automations={QUEUE: replace(INFO, manual_minutes=minutes)},
        today=lambda: NIGHT + timedelta(days=days),
    )
    browser = desk.visitor(Role.POWER)
    live = replace(WASH, status=Status.I_DRIFT, automation=QUEUE)
    improvements.add(desk.database, live, KARI, "x")
    improvements.add(desk.database, replace(live, tittel="Annet", automation=None), KARI, "x")
    with desk.house.without_triggers() as c:
        c.exec_driver_sql("UPDATE improvement_version SET at = 1795420800")  # 23 November 2026 at noon: the night
    desk.completed("K1")
    desk.completed("K2")
    browser.get("/forslag")
    first, second = (row.replace("\xa0", " ") for row in browser.rows())
    assert said in first
    assert "310 t → ikke målt" in second
    browser.get("/forslag/1")
    assert "(2 fullført siden 23.11.2026)" in browser.text


def test_there_is_no_proposal_of_that_number(power: Browser) -> None:
    assert power.get("/forslag/99").status_code == 404
    write(power)
    (form,) = [form for form in power.forms() if form.action == "/forslag/1"]
    sent = dict(form.form_values()) | {"begrunnelse": "x"}
    assert power.send("/forslag/99", sent).status_code == 404
    assert power.send("/forslag/1", sent | {"no": ""}).status_code == 404
