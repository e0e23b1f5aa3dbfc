"""Oversikt og rapporter: what the page and its workbook say, of figures worked out by hand."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import openpyxl
import pytest
from lxml import html

from console.diagram import curve, ticks
from console.roles import Role
from hub.audit import Actor
from hub.insights.overview import Maaltall
from tests.unit.console.desk import Browser, Desk
from tests.unit.hub.behaviours.house import NIGHT, QUEUE

KARI = Actor("kari", "saksbehandler")


@pytest.fixture
def browser(desk: Desk) -> Browser:
    """Three done by the robot, one by hand, and one that waits and is over its frist."""
    for n in range(3):
        desk.completed(f"C{n}")
    desk.add("K1")
    desk.add("K2", frist=NIGHT - timedelta(days=1))
    how = {"how": "registrert", "reference": None}
    desk.house.people.close(4, KARI, "Gjort i PAX", NIGHT, how=how)
    return desk.visitor(Role.LESETILGANG)


def measured(desk: Desk, minutes: float | None, maaltall: Maaltall | None = None) -> Browser:
    infos = {QUEUE: replace(desk.office.automations[QUEUE], manual_minutes=minutes)}
    desk.office = replace(desk.office, automations=infos, maaltall=maaltall or Maaltall())
    return desk.visitor(Role.LESETILGANG)


def table(browser: Browser, caption: str) -> list[list[str]]:
    """The rows of the table with that caption."""
    (found,) = html.fromstring(browser.last.text).xpath(f'//table[caption="{caption}"]')
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found.xpath("./tbody/tr")]


def test_it_says_what_came_in_and_how_it_was_closed(browser: Browser) -> None:
    browser.get("/oversikt")
    assert browser.heading() == "Oversikt og rapporter"
    assert "07.09.2026–23.11.2026, alle rutiner" in browser.text, "twelve weeks, the twelfth as far as it has come"
    assert (
        "5 oppgaver kom inn. 3 ble fullført av roboten, 0 av dem etter hjelp. 1 ble håndtert manuelt." in browser.text
    )
    assert "1 over frist" in browser.text
    weeks = table(browser, "Oppgaver per uke")
    assert len(weeks) == 12
    assert weeks[-1] == ["2026-U48", "5", "3", "0", "1", "0", "100 %"]
    assert weeks[0] == ["2026-U37", "0", "0", "0", "0", "0", "–"]
    assert table(browser, "Alle årsaker i perioden") == [["Må vurderes", "Stanset av disputed", "2", "100 %"]]
    assert table(browser, "Oppgaver avsluttet for hånd, etter hva som ble gjort") == [
        ["Jeg har gjort det i fagsystemet", "1"]
    ]


def test_what_is_not_measured_or_set_says_so(browser: Browser) -> None:
    browser.get("/oversikt")
    assert browser.text.count("Måltall: ikke satt") == 4
    assert table(browser, "Timer spart per rutine") == [
        ["Flytting av krav", "3", "ikke målt", "0", "0", "1", "ikke målt"]
    ]


def test_hours_are_counted_of_what_is_measured(desk: Desk, browser: Browser) -> None:
    browser = measured(desk, 40.0, Maaltall(without_help=0.95, within_frist=1.0, hours_saved_a_week=1.0))
    browser.get("/oversikt?fra=2026-11-23&til=2026-11-23")
    # three of forty minutes; in one day of a week that is fourteen hours a week
    assert table(browser, "Timer spart per rutine") == [["Flytting av krav", "3", "40", "0", "0", "1", "2"]]
    assert "Måltall: 95 % ✓ nådd" in browser.text
    assert "Måltall: 1 timer i uken ✓ nådd" in browser.text
    browser = measured(desk, 40.0, Maaltall(hours_saved_a_week=15.0))
    browser.get("/oversikt?fra=2026-11-23&til=2026-11-23")
    assert "Måltall: 15 timer i uken ▲ ikke nådd" in browser.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("fra=2026-11-02&til=2026-11-15", "02.11.2026–15.11.2026"),
        ("fra=2026-11-20&til=2030-01-01", "20.11.2026–23.11.2026"),
        ("fra=2026-11-20&til=2026-11-10", "24.08.2026–10.11.2026"),
        ("fra=i+går&til=0001-01-01&rutine=finnes-ikke", "07.09.2026–23.11.2026, alle rutiner"),
        ("fra=2001-01-01", "17.11.2025–23.11.2026"),
        ("rutine=move", "07.09.2026–23.11.2026, Flytting av krav"),
    ],
)
def test_the_address_holds_the_choice(browser: Browser, query: str, said: str) -> None:
    assert browser.get(f"/oversikt?{query}").status_code == 200
    assert said in browser.text


def test_a_period_that_ends_before_it_begins_is_not_passed_over_in_silence(browser: Browser) -> None:
    told = "«Fra og med» er etter «Til og med», eller etter i dag. Oversikten viser 12 uker i stedet."
    browser.get("/oversikt?fra=2026-11-20&til=2026-11-10")
    assert told in browser.text
    browser.get("/oversikt?fra=2026-11-10&til=2026-11-20")
    assert told not in browser.text


def test_a_period_without_anything_is_shown_too(browser: Browser) -> None:
    browser.get("/oversikt?fra=2026-06-01&til=2026-06-30")
    assert "0 oppgaver kom inn" in browser.text
    assert "Roboten stoppet ikke i perioden." in browser.text


def test_every_drawing_is_named_described_and_within_the_policy(browser: Browser) -> None:
    browser.get("/oversikt")
    page = html.fromstring(browser.last.text)
    drawings = page.xpath('//svg[@role="img"]')
    assert len(drawings) == 4
    names = set(page.xpath("//@id"))
    for drawing in drawings:
        assert set(drawing.get("aria-labelledby").split()) <= names
        assert drawing.find("title").text
        assert drawing.find("desc").text
    assert not page.xpath("//@style"), "the policy refuses it"
    assert len(page.xpath("//@id")) == len(names), "no two of the same"
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3")]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_workbook_says_the_same_and_is_in_the_trail(desk: Desk, browser: Browser) -> None:
    browser.get("/oversikt")
    answer = browser.submit("/oversikt/excel")
    assert answer.headers["content-disposition"] == 'attachment; filename="oversikt_2026-U37_2026-U48.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames[:3] == ["Om rapporten", "Per uke", "Per rutine"]
    about = {row[0]: row[1] for row in book["Om rapporten"].iter_rows(values_only=True)}
    assert about["Periode"] == "07.09.2026–23.11.2026"
    assert about["Laget av"] == "demo-lesetilgang (lesetilgang)"
    assert isinstance(about["Laget"], datetime)
    assert [*book["Per uke"].iter_rows(values_only=True)][-1] == ("2026-U48", 5, 3, 0, 1, 0, 1)
    (told,) = [row for row in desk.house.rows("queue_event") if row.action == "export"]
    assert (told.queue, told.actor, told.role) == ("*", "demo-lesetilgang", "lesetilgang")
    checksum = str(about["Kontrollsum (SHA-256)"])[:16]
    assert told.reason == f"Oversikt 07.09.2026–23.11.2026, alle rutiner, Excel, kontrollsum {checksum}"


@pytest.mark.parametrize(
    ("most", "expected"),
    [(0, [0, 1]), (4, [0, 1, 2, 3, 4]), (6, [0, 2, 4, 6]), (9600, [0, 2000, 4000, 6000, 8000, 10000])],
)
def test_an_axis_has_round_numbers(most: int, expected: list[int]) -> None:
    assert ticks(most) == expected


def test_a_line_is_broken_where_there_is_nothing() -> None:
    # four weeks of ten: the middle of each is 5, 15, 25, 35; a half is half-way between 100 and 0
    assert curve([0.0, None, 0.5, 1.0], 0, 40, 0, 100) == ["5.0,100.0", "25.0,50.0 35.0,0.0"]
