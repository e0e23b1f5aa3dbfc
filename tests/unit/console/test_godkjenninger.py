"""Godkjenninger: lists, samples, rows taken out, and what is approved being just what was shown."""

from __future__ import annotations

import json
import re
from datetime import datetime
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy.exc import IntegrityError

from console.pages import godkjenninger
from console.roles import Role
from console.visitor import CSRF_FIELD
from hub.audit import NOBODY_KNOWS, Actor
from hub.automation import Vernet
from hub.proposal import draw
from hub.storage import logins
from hub.storage.approvals import pending
from tests.unit.console.desk import HOLD_OUT, Browser, Desk, proposal
from tests.unit.hub.behaviours.house import NIGHT, night
from tests.unit.hub.fake_world import arbeid

LIST = "/godkjenninger/liste?liste=BYM&rutine=move"
FORM = "/godkjenninger/ta-ut"
TOM = Actor("tom", "godkjenner")


@pytest.fixture
def browser(desk: Desk) -> Browser:
    return desk.visitor(Role.GODKJENNER)


def filled(browser: Browser, **fields: object) -> dict[str, object]:
    """The form of the list as it stands, with these fields."""
    (form,) = [form for form in browser.forms() if form.action == FORM]
    values = dict(form.form_values())
    if ticked := [value for name, value in form.form_values() if name == "ut"]:
        values["ut"] = ticked
    return values | fields


def approve(browser: Browser, **fields: object) -> int:
    return browser.send(
        "/godkjenninger/godkjenn", filled(browser, **{"begrunnelse": "kontrollert"} | fields)
    ).status_code


def draw_sample(browser: Browser, count: str, **fields: object) -> int:
    """The number and its button stand outside the form of the list, and belong to it."""
    page = browser.page()
    assert page.xpath("//input[@name = 'antall']/@form") == ["forslag"]
    (action,) = page.xpath("//button[starts-with(., 'Trekk')]/@formaction")
    return browser.send(action, filled(browser, antall=count, **fields)).status_code


def csrf(browser: Browser) -> str:
    (word, *_) = browser.page().xpath(f"//input[@name = '{CSRF_FIELD}']/@value")
    return str(word)


def turn_to(browser: Browser, name: str, **fields: object) -> None:
    """Press «Forrige side» or «Neste side», which send the form of the list."""
    (turn,) = browser.page().xpath(f"//form[@id = 'forslag']//button[. = '{name}']")
    browser.send(FORM, filled(browser, **{turn.get("name"): turn.get("value")} | fields))


def button(browser: Browser) -> str:
    """What the approving button says."""
    found = re.search(r'formaction="/godkjenninger/godkjenn">([^<]+)<', browser.last.text)
    return found[1] if found else ""


def test_lists_say_how_many_what_they_are_worth_and_how_many_are_mine(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1"), proposal("K2", oere=100_001), proposal("K3", liste="SVE"), proposal("K4", oere=None))
    browser.get("/godkjenninger")
    found = [re.sub(r"\d\d\.\d\d\.\d{4} kl\. \d\d\.\d\d", "T", row) for row in browser.rows()]
    assert found == [
        "BYM Flytting av krav 2 1\xa0660,01\xa0kr 1 T".replace("\xa0", " "),  # 660,00 + 1 000,01
        "SVE Flytting av krav 1 660,00 kr 1 T",
        "Kontroll av rutinen Flytting av krav 1 – 1 T",
    ]
    assert "4 forslag venter" in browser.text
    assert "Godkjenninger 4" in browser.text, "the number in the menu"


def test_nothing_waits(browser: Browser) -> None:
    browser.get("/godkjenninger")
    assert "Ingen forslag venter." in browser.text
    assert browser.get(LIST).status_code == 200
    assert "Ingen forslag venter på denne listen." in browser.text


def test_a_list_shows_every_proposal_and_is_approved_as_it_was_shown(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1"), proposal("K2", "K3"))
    browser.get(LIST)
    assert browser.rows() == [
        "Ta ut oppgave 1 1 K1 Parkeringsgebyr 660,00 kr Forfalt 26.06.2023.",
        "Ta ut oppgave 2 2 K2, K3 Parkeringsgebyr 660,00 kr Forfalt 26.06.2023.",
    ]
    assert button(browser) == "Godkjenn 2 forslag"
    assert "til sammen 1 320,00 kr" in browser.text
    assert approve(browser) == 200
    assert "2 forslag er godkjent. Roboten gjør resten." in browser.text
    assert desk.house.states() == {"ready": 2}
    assert {(row.decision, row.person, row.role, row.reason) for row in desk.house.rows("approval")} == {
        ("approved", "demo-godkjenner", "godkjenner", "kontrollert")
    }
    assert desk.drains == 1


def test_single_rows_are_taken_out_and_rejected(desk: Desk, browser: Browser) -> None:
    desk.propose(*(proposal(f"K{n}") for n in range(1, 5)))
    browser.get(LIST)
    browser.submit(FORM, ut=["2", "3"])
    assert button(browser) == "Godkjenn 2 forslag"
    assert "Tatt ut av listen: 2 forslag, 1 320,00 kr: oppgave 2 , 3 ." in browser.text
    browser.submit(FORM, ut=["3"])
    assert "Tatt ut av listen: 1 forslag, 660,00 kr: oppgave 3 ." in browser.text, "2 was taken back in"
    assert approve(browser, ut=["3", "4"]) == 200, "a row ticked since is left, too"
    assert desk.house.states() == {"ready": 2, "awaiting_approval": 2}
    browser.send("/godkjenninger/avvis", filled(browser, ut=["3"], begrunnelse="betalt"))
    assert "1 forslag er avvist. Det som er avvist, kommer ikke opp igjen" in browser.text
    assert (desk.house.item(3).state, desk.house.item(4).state) == ("handled_manually", "awaiting_approval")


def test_what_is_taken_out_is_remembered_from_page_to_page(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(godkjenninger, "ROWS", 2)
    desk.propose(*(proposal(f"K{n}") for n in range(1, 6)))
    browser.get(LIST)
    assert "Side 1 av 3" in browser.text
    browser.submit(FORM, ut=["2"])
    browser.get(f"{LIST}&ute=2&side=2")
    assert [row.split()[4] for row in browser.rows()] == ["3", "4"]
    browser.submit(FORM, ut=["4"])
    assert "oppgave 2 , 4 . De blir liggende" in browser.text
    assert "Side 2 av 3" in browser.text, "one stays where one was"
    assert approve(browser) == 200
    assert [row.id for row in desk.house.rows("work_item") if row.state == "ready"] == [1, 3, 5]


def test_what_is_ticked_is_never_lost_by_looking_on(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Money that was ticked out would be approved."""
    monkeypatch.setattr(godkjenninger, "ROWS", 2)
    desk.propose(*(proposal(f"K{n}") for n in range(1, 6)))
    browser.get(LIST)
    turn_to(browser, "Neste side", ut=["1"])
    assert "Side 2 av 3" in browser.text
    assert "er tatt ut av listen. Ingenting" not in browser.text, "nobody asked for that"
    turn_to(browser, "Neste side", ut=["4"])
    turn_to(browser, "Forrige side", ut=["5"])
    assert "Side 2 av 3" in browser.text
    assert button(browser) == "Godkjenn 2 forslag"
    draw_sample(browser, "2", ut=["3", "4"])
    assert button(browser) == "Godkjenn 1 forslag"
    (whole,) = browser.page().xpath("//button[. = 'Vis hele listen']")
    assert whole.get("form") == "forslag"
    browser.send(FORM, filled(browser, **{whole.get("name"): whole.get("value")}))
    assert "Side 1 av 3" in browser.text
    assert approve(browser) == 200
    assert [row.id for row in desk.house.rows("work_item") if row.state == "ready"] == [2]


def test_a_page_that_others_have_emptied_is_not_shown(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(godkjenninger, "ROWS", 2)
    desk.propose(*(proposal(f"K{n}") for n in range(1, 6)))
    browser.get(f"{LIST}&side=3")
    shown = filled(browser)
    other = desk.visitor(Role.GODKJENNER, person="tom")
    other.get(LIST)
    assert approve(other, ute="3:4:5") == 200
    assert browser.send("/godkjenninger/godkjenn", shown).status_code == 422, "no reason was written"
    assert "side 2 av 2" in browser.text
    assert [row.split()[4] for row in browser.rows()] == ["5"]


def test_a_reason_that_is_being_written_comes_along(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(godkjenninger, "ROWS", 1)
    desk.propose(proposal("K1"), proposal("K2"))
    browser.get(LIST)
    browser.send(FORM, filled(browser, ut=["1"], begrunnelse="Kontrollert mot PAX"))
    assert "1 forslag er tatt ut av listen. Ingenting er avgjort ennå." in browser.text
    turn_to(browser, "Neste side", ut=["1"])
    assert "Side 2 av 2" in browser.text
    assert draw_sample(browser, "1") == 200
    assert "tilfeldig trukket 1 av de 2" in browser.text
    assert filled(browser)["begrunnelse"] == "Kontrollert mot PAX"
    assert "PAX" not in str(browser.last.url), "no address holds what somebody writes"
    assert browser.send(FORM, filled(browser, begrunnelse="om 15916901205 i PAX")).status_code == 422
    assert "Skriv ikke fødselsnummer" in browser.text
    assert "15916901205" not in browser.last.text


def test_what_is_rejected_is_what_the_button_says(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is ticked on the page counts too, also what nobody has sent yet."""
    monkeypatch.setattr(godkjenninger, "ROWS", 2)
    desk.propose(*(proposal(f"K{n}") for n in range(1, 5)))
    browser.get(LIST)
    browser.submit(FORM, ut=["1"])
    assert "Avvis de avkryssede" in browser.text
    assert "tatt ut på andre sider" not in browser.text
    turn_to(browser, "Neste side")
    assert "Avvis de avkryssede og 1 tatt ut på andre sider" in browser.text
    browser.send("/godkjenninger/avvis", filled(browser, ut=["3"], begrunnelse="betalt"))
    assert "2 forslag er avvist." in browser.text


@pytest.mark.parametrize("how", ["renewed", "planned anew", "decided by another"])
def test_what_has_changed_since_it_was_shown_is_left_and_said_so(desk: Desk, browser: Browser, how: str) -> None:
    desk.propose(proposal("K1"), proposal("K2"))
    browser.get(LIST)
    if how == "renewed":
        desk.house.sql("UPDATE work_item SET seq = seq + 1 WHERE id = 2")
    elif how == "planned anew":
        copied = "SELECT item_id, 2, attempt, kind, key, :data, at FROM step WHERE item_id = 2"
        desk.house.sql(f"INSERT INTO step {copied}", data=proposal("K2", oere=66_001).to_json())
    else:
        with desk.database.read() as c:
            assert desk.office.approvals.reject([pending(c)[1]], TOM, "feil", NIGHT) == {}
    before = desk.house.item(2)
    assert approve(browser) == 200
    assert "1 forslag er godkjent." in browser.text
    assert "Ikke godkjent: 1 forslag som er endret eller behandlet av andre" in browser.text
    assert desk.house.item(1).state == "ready"
    assert desk.house.item(2) == before


def test_when_all_has_changed_the_page_says_so_and_shows_how_it_stands(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1"))
    browser.get(LIST)
    desk.house.sql("UPDATE work_item SET seq = seq + 1")
    assert approve(browser) == 409
    assert "Ingenting er endret" in browser.text
    assert "Oppgave 1 : Forslaget er endret eller behandlet av andre siden du åpnet det." in browser.text
    assert filled(browser)["begrunnelse"] == "kontrollert", "what was written is still there"
    assert desk.drains == 0
    assert not desk.house.rows("approval")


def test_what_has_come_since_it_was_shown_is_not_approved(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1"), proposal("K2"))
    browser.get(LIST)
    fields = filled(browser)
    fields["vist"] = str(fields["vist"]).split(";")[0]
    browser.send("/godkjenninger/godkjenn", fields | {"begrunnelse": "x"})
    assert desk.house.states() == {"ready": 1, "awaiting_approval": 1}


def test_own_work_and_what_is_above_the_fullmakt_are_shown_and_cannot_be_chosen(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1"), proposal("K2"), proposal("K3", oere=100_001), proposal("K4"))
    desk.house.sql("UPDATE work_item SET edited_by = 'demo-godkjenner' WHERE id = 1")
    desk.house.sql("UPDATE work_item SET ordered_by = :nobody WHERE id = 2", nobody=NOBODY_KNOWS)
    browser.get(LIST)
    rows = browser.rows()
    assert "Du kan ikke godkjenne det du selv har bestilt eller endret." in rows[0]
    assert "Ingen vet hvem som bestilte dette." in rows[1]
    assert "Beløpet er over fullmakten din, som er 1 000,00 kr." in rows[2]
    assert browser.last.text.count(" disabled ") == 3
    assert button(browser) == "Godkjenn 1 forslag"
    fields = filled(browser)
    with desk.database.read() as c:
        marks = [each.mark for each in pending(c)]
    answer = browser.send("/godkjenninger/godkjenn", fields | {"vist": ";".join(marks), "begrunnelse": "jeg vil"})
    assert answer.status_code == 200
    assert desk.house.states() == {"awaiting_approval": 3, "ready": 1}, "whoever forges the form gets no further"


def test_whoever_may_not_approve_sees_the_lists_and_no_forms(desk: Desk) -> None:
    desk.propose(proposal("K1"))
    browser = desk.visitor(Role.INTERNKONTROLL)
    browser.get(LIST)
    assert browser.rows() == ["1 K1 Parkeringsgebyr 660,00 kr Forfalt 26.06.2023."]
    assert [form.action for form in browser.forms() if form.action == FORM] == []
    assert "Ta ut" not in browser.text


@pytest.mark.parametrize("path", ["godkjenn", "avvis"])
def test_without_a_reason_nothing_is_decided_and_what_was_ticked_stays(desk: Desk, browser: Browser, path: str) -> None:
    desk.propose(proposal("K1"), proposal("K2"))
    browser.get(LIST)
    answer = browser.send(f"/godkjenninger/{path}", filled(browser, ut=["2"], begrunnelse=" "))
    assert answer.status_code == 422
    assert "Skriv en kort begrunnelse." in browser.text
    assert "Tatt ut av listen: 1 forslag" in browser.text
    assert desk.house.states() == {"awaiting_approval": 2}


def test_with_nothing_chosen_nothing_is_decided_and_what_was_written_stays(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1"))
    browser.get(LIST)
    assert browser.send("/godkjenninger/avvis", filled(browser, begrunnelse="feil")).status_code == 422
    assert "Kryss av for det du vil avvise." in browser.text
    assert filled(browser)["begrunnelse"] == "feil"
    assert approve(browser, ut=["1"]) == 422
    assert "Det er ingen forslag igjen å godkjenne." in browser.text


def test_a_sample_is_drawn_by_the_server_and_said(desk: Desk, browser: Browser) -> None:
    desk.propose(*(proposal(f"K{n}") for n in range(1, 13)))
    browser.get(LIST)
    draw_sample(browser, "3")
    told = re.search(
        r"tilfeldig trukket 3 av de 12 forslagene du kan godkjenne: oppgave (\d+), (\d+), (\d+)", browser.text
    )
    assert told
    assert [row.split()[4] for row in browser.rows()] == list(told.groups())
    address = str(browser.last.url)
    assert address.endswith("&stikkproeve=1")
    browser.get(address)
    assert ", ".join(told.groups()) in browser.text, "it is the same when one comes back to it"
    assert button(browser) == "Godkjenn 12 forslag"
    assert "også det som ikke vises på denne siden" in browser.text
    (one,) = [row for row in browser.rows() if row.startswith(f"Ta ut oppgave {told[2]} ")]
    browser.submit(FORM, ut=[told[2]])
    assert one in browser.rows()
    assert button(browser) == "Godkjenn 11 forslag"
    assert approve(browser) == 200
    assert desk.house.states() == {"ready": 11, "awaiting_approval": 1}


def test_what_was_drawn_can_be_shown_when_it_is_decided(desk: Desk, browser: Browser) -> None:
    desk.propose(*(proposal(f"K{n}") for n in range(1, 5)))
    browser.get(LIST)
    draw_sample(browser, "2")
    (kept,) = desk.house.rows("sample")
    assert kept.seed.isalpha(), "a page shows it: digits could be taken for a fødselsnummer"
    drawn = [row.item_id for row in desk.house.rows("sample_item")]
    with desk.database.read() as c:
        assert [each.item_id for each in draw(pending(c), 2, kept.seed)] == drawn, "the seed draws the same again"
    assert approve(browser) == 200
    assert "Stikkprøve 1 : 2 av 4, demo-godkjenner (godkjenner)" in browser.text, "also when nothing waits any longer"
    reader = desk.visitor(Role.INTERNKONTROLL)
    reader.get("/godkjenninger/stikkproeve/1")
    assert reader.heading() == "Stikkprøve 1 av BYM: Flytting av krav"
    assert f"Frø {kept.seed}" in reader.text
    rows = [re.sub(r"\d\d\.\d\d\.\d{4} kl\. \d\d\.\d\d", "T", row) for row in reader.rows()]
    assert rows == [f"{n} K{n} Godkjent demo-godkjenner (godkjenner) T kontrollert I kø" for n in drawn]
    (told,) = [row for row in desk.house.rows("queue_event") if row.action == "sample"]
    assert (told.queue, told.actor) == ("move", "demo-godkjenner")
    assert told.reason == f"Stikkprøve 1 av BYM: 2 av 4, frø {kept.seed}"


def test_a_sample_is_never_changed_and_forgets_the_protected(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1"), proposal("K2"))
    browser.get(LIST)
    draw_sample(browser, "2")
    for statement in ("UPDATE sample SET seed = 'x'", "DELETE FROM sample_item", "UPDATE sample_item SET item_id = 2"):
        with pytest.raises(IntegrityError):
            desk.house.sql(statement)
    desk.house.find(Vernet("K1"), arbeid("K2"), as_of=night(1))
    browser.get("/godkjenninger/stikkproeve/1")
    assert [row.split()[0] for row in browser.rows()] == ["2"]
    assert "1 er skjermet siden, og er ikke med" in browser.text


@pytest.mark.parametrize("count", ["", "0", "-1", "x", "1001", "99999999"])
def test_a_number_that_cannot_be_drawn_is_told_and_nothing_is_lost(desk: Desk, browser: Browser, count: str) -> None:
    desk.propose(proposal("K1"), proposal("K2"))
    browser.get(LIST)
    draw_sample(browser, "1")
    assert draw_sample(browser, count, ut=["1"], begrunnelse="sett") == 422
    assert "Skriv et tall fra 1 til 1000." in browser.text
    (field,) = browser.page().xpath("//input[@name = 'antall']")
    assert (field.get("value"), field.get("aria-invalid")) == (count, "true")
    assert "Stikkprøve: Kraftverk har tilfeldig trukket 1" in browser.text, "what was drawn is still shown"
    assert filled(browser)["begrunnelse"] == "sett"
    assert button(browser) == "Godkjenn 1 forslag"
    assert len(desk.house.rows("sample")) == 1


def test_where_nothing_can_be_approved_nothing_is_drawn(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1", oere=100_001))
    browser.get(LIST)
    assert "Trekk" not in browser.text
    fields = {"liste": "BYM", "rutine": "move", "antall": "1", CSRF_FIELD: csrf(browser)}
    assert browser.send("/godkjenninger/trekk", fields).status_code == 200
    assert desk.house.rows("sample") == []


def test_who_may_only_read_draws_too_and_turns_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(godkjenninger, "ROWS", 1)
    desk.propose(proposal("K1"), proposal("K2"))
    browser = desk.visitor(Role.INTERNKONTROLL)
    browser.get(LIST)
    (following,) = browser.page().xpath("//a[. = 'Neste side']/@href")
    browser.get(following)
    assert "side 2 av 2" in browser.text
    browser.submit("/godkjenninger/trekk", antall="1")
    assert "tilfeldig trukket 1 av de 2 forslagene:" in browser.text


@pytest.mark.parametrize("vist", ["", "1", "x:y:z", "99:1:abc", "1:3:" + "a" * 12, "²3:1:a"])
def test_what_was_never_shown_is_not_approved(desk: Desk, browser: Browser, vist: str) -> None:
    desk.propose(proposal("K1"))
    browser.get(LIST)
    assert approve(browser, vist=vist) in (409, 422)
    assert not desk.house.rows("approval")


def test_the_list_as_a_workbook_says_what_it_is_and_is_kept_as_done(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1", oere=66_050), proposal("K2"))
    logins.open_session(desk.database, "natt", "Nora Natt", ["power"])
    browser.get(LIST)
    answer = browser.submit("/godkjenninger/excel")
    assert answer.headers["content-disposition"] == 'attachment; filename="godkjenninger_2026-11-23.xlsx"'
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["Om rapporten", "Forslag"]
    about = {row[0].value: row[1].value for row in book["Om rapporten"].iter_rows()}
    assert (about["Utvalg"], about["Rader"], about["Sum i kroner"]) == ("BYM, Flytting av krav", 2, 1320.5)
    assert about["Laget av"] == "demo-godkjenner (godkjenner)"
    assert isinstance(about["Laget"], datetime)
    assert re.fullmatch(r"Alt som ventet da filen ble laget, funnet fra [\d.]{10} til [\d.]{10}", str(about["Periode"]))
    sheet = book["Forslag"]
    header, first, _second = list(sheet.iter_rows())
    row = {name.value: cell.value for name, cell in zip(header, first, strict=True)}
    assert (row["Oppgave"], row["Krav"], row["Beløp i kroner"]) == ("1", "K1", 660.5)
    assert row["Hva som blir gjort"] == "Avskriv krav K1 som foreldet; tilstand: åpen → avskrevet"
    assert row["Bestilt av"] == "Nora Natt", "and not the account"
    assert isinstance(row["Funnet"], datetime)
    (kept,) = desk.house.rows("queue_event")
    assert (kept.queue, kept.actor, kept.action) == ("move", "demo-godkjenner", "export")
    proof = str(about["Kontrollsum (SHA-256)"])[:16]
    assert kept.reason == f"Liste BYM: 2 forslag, 1\xa0320,50 kr, kontrollsum {proof}"


def test_the_page_of_a_proposal_shows_what_will_be_done_and_it_is_approved_there(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1"), proposal("K2"))
    browser.get("/oppgave/1")
    for words in (
        "Venter på godkjenning",
        "Forfalt 26.06.2023.",
        "Beløp 660,00 kr",
        "Avskriv krav K1 som foreldet (WORLD) tilstand: åpen → blir avskrevet",
        "Slik angres det: Åpne K1 igjen.",
        "Bestilt av natt",
    ):
        assert words in browser.text
    (search,) = [form for form in browser.forms() if form.action == "/soek"]
    assert search.fields["q"] == ""
    browser.submit("/oppgave/1/godkjenn")
    assert browser.last.status_code == 422
    assert "Skriv en kort begrunnelse." in browser.text
    browser.submit("/oppgave/1/godkjenn", begrunnelse="sett i PAX")
    assert "Forslaget er godkjent. Roboten gjør det som står i det. Tilbake til listen" in browser.text
    assert 'href="/godkjenninger/liste?liste=BYM&amp;rutine=move"' in browser.last.text
    assert desk.house.item(1).state == "ready"
    assert desk.drains == 1
    assert json.loads(desk.house.rows("event", item_id=1)[-1].content)["reason"] == "sett i PAX"


def test_it_is_rejected_there(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1"))
    browser.get("/oppgave/1")
    (form,) = [form for form in browser.forms() if form.action == "/oppgave/1/godkjenn"]
    browser.send("/oppgave/1/avvis", dict(form.form_values()) | {"begrunnelse": "betalt"})
    assert "Forslaget er avvist." in browser.text
    assert (desk.house.item(1).state, desk.house.item(1).rests) == ("handled_manually", 1)


def test_there_too_what_has_changed_is_not_approved(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1"))
    browser.get("/oppgave/1")
    desk.house.sql("UPDATE work_item SET seq = seq + 1")
    browser.submit("/oppgave/1/godkjenn", begrunnelse="sett")
    assert browser.last.status_code == 409
    assert "Ingenting er endret" in browser.text
    assert not desk.house.rows("approval")


def test_there_too_own_work_is_for_another(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1"), proposal("K2", oere=100_001))
    browser.get("/oppgave/1")
    (form,) = [form for form in browser.forms() if form.action == "/oppgave/1/godkjenn"]
    written = dict(form.form_values()) | {"begrunnelse": "sett"}
    desk.house.sql("UPDATE work_item SET edited_by = 'demo-godkjenner' WHERE id = 1")
    assert browser.send("/oppgave/1/godkjenn", written).status_code == 422
    assert "Du kan ikke godkjenne det du selv har bestilt eller endret." in browser.text
    assert [form for form in browser.forms() if form.action.startswith("/oppgave/1/")] == []
    browser.get("/oppgave/2")
    assert (
        "Beløpet er over fullmakten din, som er 1 000,00 kr. Du kan avvise det, men en annen må godkjenne det."
        in browser.text
    )
    assert ">Godkjenn<" not in browser.last.text
    assert not desk.house.rows("approval")


def test_when_only_the_routine_is_on_trial_the_page_says_so(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1", oere=None))
    browser.get("/oppgave/1")
    assert "Resultatet blir: avskriving. Rutinen er under kontroll." in browser.text
    browser.get("/godkjenninger/liste?liste=move&rutine=move")
    assert browser.heading() == "Kontroll av rutinen: Flytting av krav"
    assert approve(browser) == 200
    assert desk.house.states() == {"ready": 1}


def test_a_decision_somebody_made_is_shown_to_the_second_person(desk: Desk, browser: Browser) -> None:
    desk.propose(proposal("K1", oere=None))
    desk.house.sql(
        "INSERT INTO beslutning VALUES (1, 9, 'DISPUTED', 'f1', :kode, :data, 1, 'kari', 'saksbehandler', 'Dom', 0)",
        kode=HOLD_OUT.kode,
        data='{"krav": "K2;K3"}',
    )
    browser.get("/oppgave/1")
    assert (
        "Beslutning av kari (saksbehandler): Hold krav utenfor. Krav som holdes utenfor: K2, K3. «Dom»" in browser.text
    )
