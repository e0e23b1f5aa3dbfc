"""Revisjonsspor: searching, taking out and checking the trail."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from httpx2 import Response
from lxml import html

from console import words
from console.pages import revisjonsspor
from console.roles import Role
from hub.audit import Actor
from hub.seal import Mark
from hub.storage import logins, queues, seals
from tests.unit.console.desk import Browser, Desk
from tests.unit.hub.behaviours.house import NIGHT, QUEUE

KARI = Actor("kari", "saksbehandler")
REASON = "Gjort i skjermen"


@pytest.fixture
def browser(desk: Desk) -> Browser:
    """Two oppgaver, one closed by hand with a formula for a reason; and a queue that was paused."""
    desk.add("PX1", saker=("202600017",))
    desk.broken("PX2")
    desk.house.people.take(1, KARI)
    desk.house.people.close(1, KARI, REASON, NIGHT, how={"how": "annet", "reference": "sak 1"})
    queues.pause(desk.database, QUEUE, "person", Actor("per", "power"), "PAX er nede")
    return desk.visitor(Role.INTERNKONTROLL)


def test_the_newest_is_first_and_in_words(browser: Browser) -> None:
    browser.get("/revisjonsspor")
    rows = browser.rows()
    assert len(rows) == 9, "found, begun, stopped of two; taken and closed; paused"
    paused, closed = sorted(rows[:2], key=lambda row: "Oppgave 1" in row)  # they may be of one millisecond
    assert "Flytting av krav Stanset per (power) «PAX er nede»" in paused
    assert f"Oppgave 1 Flytting av krav Håndtert manuelt kari (saksbehandler) «{REASON}»" in closed
    assert "Annet; referanse sak 1" in closed
    assert "Roboten ga opp etter flere forsøk → Til oppfølging Roboten Stanset av world_answer" in rows[3]
    assert "Funnet av roboten → I kø Roboten bestilt av test" in rows[-1]


@pytest.mark.parametrize(
    ("written", "field", "complaint"),
    [
        ({"oppgave": "oppgave 49"}, "oppgave", "Skriv bare nummeret på oppgaven, for eksempel 49."),
        ({"fra": "2026-11-23", "til": "2026-11-20"}, "til", "Velg en dato som ikke er før «Fra og med»."),
        ({"fra": "i går", "hvem": "kari"}, "fra", "Velg en dato."),
    ],
)
def test_a_search_that_is_not_understood_finds_nothing_and_says_so(
    browser: Browser, written: dict[str, str], field: str, complaint: str
) -> None:
    browser.get("/revisjonsspor")
    assert browser.submit("/revisjonsspor", **written).status_code == 422
    assert "Søket er ikke gjort" in browser.text
    assert browser.page().xpath(f"//a[@href='#{field}']/text()") == [complaint]
    (form,) = [form for form in browser.forms() if form.action == "/revisjonsspor"]
    assert form.fields.items() >= written.items(), "what was written stands there"
    assert form.inputs[field].get("aria-invalid") == "true"
    assert browser.rows() == []
    assert [form.action for form in browser.forms() if "eksport" in form.action] == [], "no file of something else"
    browser.get("/revisjonsspor")
    browser.submit("/revisjonsspor", oppgave="2")
    assert len(browser.rows()) == 3


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("rolle=people", 3),
        ("hvem=kari", 2),
        ("hendelse=pause", 1),
        ("rutine=move&hendelse=claim", 2),
        ("oppgave=2", 3),
        ("krav=px2", 3),
        ("krav=2026/00017", 5),
        ("krav=PX2&oppgave=1", 0),
        ("krav=finnesikke", 0),
        ("fra=2099-01-01", 0),
        ("til=2001-01-01", 0),
        ("fra=2001-01-01&til=2099-12-31", 9),
        ("fra=tull&rolle=sjef&hendelse=slett&oppgave=x&etter=1_2&til=0001-01-01", 9),
        ("etter=nan_1_1", 9),
    ],
)
def test_it_is_searched(browser: Browser, query: str, count: int) -> None:
    assert browser.get(f"/revisjonsspor?{query}").status_code == 200
    assert len(browser.rows()) == count
    assert ("Ingen hendelser passer med søket." in browser.text) == (count == 0)


def test_what_was_searched_for_can_be_shared(browser: Browser) -> None:
    """The form is answered with the address of what it asks for."""
    browser.get("/revisjonsspor")
    browser.submit("/revisjonsspor", hvem="kari", krav="", oppgave="1")
    assert browser.last.url.raw_path == b"/revisjonsspor?hvem=kari&oppgave=1"
    assert len(browser.rows()) == 2
    browser.submit("/revisjonsspor", hvem="", oppgave="")
    assert browser.last.url.raw_path == b"/revisjonsspor"
    assert len(browser.rows()) == 9


def test_people_are_called_and_found_by_their_name(desk: Desk, browser: Browser) -> None:
    logins.open_session(desk.database, "kari", "Kari Nordmann", ["saksbehandler"])
    browser.get("/revisjonsspor?hvem=nordmann")
    assert len(browser.rows()) == 2
    assert "Kari Nordmann (saksbehandler)" in browser.rows()[0]


def test_page_by_page(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisjonsspor, "ROWS", 4)
    browser.get("/revisjonsspor?rutine=move")
    shown = browser.rows()
    while "Eldre hendelser" in browser.text:
        (path,) = html.fromstring(browser.last.text).xpath('//a[@rel="next"]/@href')
        browser.get(path)
        shown += browser.rows()
    assert len(shown) == len(set(shown)) == 9


def take_out(browser: Browser, form: str) -> Response:
    """Press the button of that name."""
    (found,) = [each for each in browser.forms() if each.action == "/revisjonsspor/eksport"]
    return browser.send("/revisjonsspor/eksport", {**dict(found.form_values()), "form": form})


def test_a_csv_file_holds_what_was_searched_for(desk: Desk, browser: Browser) -> None:
    browser.get("/revisjonsspor?krav=PX1")
    answer = take_out(browser, "csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = [*csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")]
    assert len(rows) == 5
    assert (rows[0]["Gjelder"], rows[0]["Hvem"], rows[0]["Rolle"]) == ("Oppgave 1", "kari", "saksbehandler")


def test_a_workbook_says_what_it_is(desk: Desk, browser: Browser) -> None:
    browser.get("/revisjonsspor?hvem=kari")
    answer = take_out(browser, "excel")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Om rapporten", "Revisjonsspor"]
    about = {row[0]: row[1] for row in book["Om rapporten"].iter_rows(values_only=True)}
    assert (about["Periode"], about["Utvalg"], about["Rader"]) == ("hele sporet", "hvem kari", 2)
    assert answer.headers["content-disposition"] == 'attachment; filename="revisjonsspor_til_2026-11-23.xlsx"'
    closed = book["Revisjonsspor"][2]
    assert (closed[9].value, closed[0].data_type) == (REASON, "d")
    (told,) = [row for row in desk.house.rows("queue_event") if row.action == "export"]
    assert (told.actor, told.role) == ("demo-internkontroll", "internkontroll")
    checksum = str(about["Kontrollsum (SHA-256)"])[:16]
    assert told.reason == f"Revisjonsspor, hele sporet, hvem kari: 2 rader, xlsx, kontrollsum {checksum}"


def test_what_is_taken_out_stands_in_the_trail_itself(browser: Browser) -> None:
    browser.get("/revisjonsspor")
    take_out(browser, "csv")
    browser.get("/revisjonsspor?hendelse=export")
    (row,) = browser.rows()
    assert "Hele Kraftverk Utskrift av opplysninger demo-internkontroll (internkontroll)" in row


def test_too_much_for_a_file_is_refused_and_leaves_no_trace(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisjonsspor, "MOST", 8)
    browser.get("/revisjonsspor")
    assert take_out(browser, "csv").status_code == 422
    assert "Utvalget er på mer enn 8 rader. Velg en kortere periode." in browser.text
    assert [row.action for row in desk.house.rows("queue_event")] == ["pause"]


def test_the_chain_is_checked_and_it_is_said_what_that_proves(desk: Desk, browser: Browser) -> None:
    browser.get("/revisjonsspor")
    browser.submit("/revisjonsspor/kontroller")
    assert "Kjeden holder: 8 hendelser i 2 oppgaver henger sammen." in browser.text
    assert "Hva som ikke er bevist" in browser.text
    (told,) = [row for row in desk.house.rows("queue_event") if row.action == "verify"]
    assert told.reason == "hele sporet: 8 hendelser i 2 oppgaver, alt henger sammen"


def test_what_was_changed_is_named(desk: Desk, browser: Browser) -> None:
    with desk.house.without_triggers() as c:
        c.exec_driver_sql("UPDATE event SET content = REPLACE(content, 'kari', 'ola') WHERE item_id = 1 AND seq = 4")
        c.exec_driver_sql("DELETE FROM event WHERE item_id = 2 AND seq = 2")
        c.exec_driver_sql("DELETE FROM event WHERE item_id = 1 AND seq = 5")
    browser.get("/revisjonsspor?fra=2001-01-01&til=2099-01-01")
    browser.submit("/revisjonsspor/kontroller")
    assert "Kjeden holder ikke" in browser.text
    assert "1 4 innholdet er endret etter at det ble skrevet" in browser.text
    assert "1 5 de nyeste hendelsene mangler" in browser.text
    assert "2 3 hendelse 2 mangler foran den" in browser.text


def test_a_period_without_events_proves_nothing(browser: Browser) -> None:
    browser.get("/revisjonsspor?til=2001-01-01")
    browser.submit("/revisjonsspor/kontroller")
    assert "Det er ingenting å kontrollere." in browser.text


def test_a_check_that_has_taken_its_time_is_gone_on_with(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.storage.proof.CHUNK", 1)
    monkeypatch.setattr(revisjonsspor, "PATIENCE", -1.0)
    browser.get("/revisjonsspor")
    browser.submit("/revisjonsspor/kontroller")
    assert "Kontrollen er kommet til oppgave 1, og er ikke ferdig med perioden." in browser.text
    browser.submit("/revisjonsspor/kontroller")
    assert "Kjeden holder: 3 hendelser i 1 oppgaver henger sammen." in browser.text
    assert "ikke ferdig" not in browser.text


def test_the_seal_stands_on_the_page_and_in_what_is_taken_out(desk: Desk, browser: Browser) -> None:
    browser.get("/revisjonsspor")
    assert "Sporet er ikke forseglet ennå." in browser.text
    segl = seals.take(desk.database, desk.house.chain)
    assert segl is not None
    browser.get("/revisjonsspor")
    assert f"Sporet ble sist forseglet {words.klokken(segl.at)}, med segl 1." in browser.text
    assert str(segl.mark) in browser.text
    book = openpyxl.load_workbook(io.BytesIO(take_out(browser, "excel").content))
    about = {row[0]: row[1] for row in book["Om rapporten"].iter_rows(values_only=True)}
    assert about["Segl"] == f"{segl.mark}, satt {words.klokken(segl.at)}"
    browser.get("/revisjonsspor")
    assert "_segl-1.csv" in take_out(browser, "csv").headers["content-disposition"]


def test_what_seals_prove_and_what_comes_after_the_last_one(desk: Desk, browser: Browser) -> None:
    segl = seals.take(desk.database, desk.house.chain)
    assert segl is not None
    desk.house.people.take(2, KARI)
    browser.get("/revisjonsspor")
    browser.submit("/revisjonsspor/kontroller", segl=f" {segl.mark} ")
    assert (
        "Kjeden holder: 9 hendelser i 2 oppgaver henger sammen. Segl 1, som du har tatt vare på, er det" in browser.text
    )
    assert f"fram til segl 1, {words.klokken(segl.at)}." in browser.text
    assert "etter det siste seglet: 1 hendelser i 1 oppgaver" in browser.text
    assert "byttet ut med en eldre kopi" not in browser.text


def test_what_is_gone_is_named_with_its_seal(desk: Desk, browser: Browser) -> None:
    seals.take(desk.database, desk.house.chain)
    with desk.house.without_triggers() as c:
        c.exec_driver_sql("DELETE FROM event WHERE item_id = 2 AND seq = 3")
        c.exec_driver_sql("UPDATE work_item SET seq = 2 WHERE id = 2")
        c.exec_driver_sql("UPDATE seal SET events = 9")
    browser.get("/revisjonsspor")
    browser.submit("/revisjonsspor/kontroller")
    assert "2 3 hendelsen mangler, og segl 1 dekker den" in browser.text
    assert "Segl 1: det er endret" in browser.text
    assert "2 feil i det som er kontrollert" in browser.text
    assert "Det beviser seglene, og ingen av dem holder." in browser.text


def test_a_seal_that_is_not_here_is_a_database_that_is_older(desk: Desk, browser: Browser) -> None:
    browser.get("/revisjonsspor")
    browser.submit("/revisjonsspor/kontroller", segl=str(Mark(4, "0f" * 32)))
    assert "Segl 4: det finnes ikke her: databasen er eldre enn seglet" in browser.text
    (told,) = [row for row in desk.house.rows("queue_event") if row.action == "verify"]
    assert told.reason == "hele sporet: 8 hendelser i 2 oppgaver, 1 feil"


def test_a_seal_that_is_not_written_right_is_refused(desk: Desk, browser: Browser) -> None:
    browser.get("/revisjonsspor")
    assert browser.submit("/revisjonsspor/kontroller", segl="12:abc").status_code == 422
    assert "Kjeden er ikke kontrollert Seglet er ikke skrevet riktig." in browser.text
    assert [row.action for row in desk.house.rows("queue_event")] == ["pause"]
