"""Til oppfølging: the list, its filters, and the search."""

from __future__ import annotations

import json
from datetime import timedelta

from console.office import Oppslag
from console.roles import Role
from console.visitor import CSRF_FIELD
from tests.unit.console.desk import Browser, Desk, proposal
from tests.unit.hub.behaviours.house import NIGHT, QUEUE


def test_the_list_says_what_waits_why_and_until_when(desk: Desk) -> None:
    desk.add("K1", "K2", frist=NIGHT + timedelta(days=1))
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging")
    assert browser.rows() == ["1 K1 + 1 Må vurderes Stanset av disputed Flytting av krav 24.11.2026, i morgen –"]
    assert "1 oppgave venter." in browser.text


def test_what_is_over_its_deadline_comes_first_and_says_so(desk: Desk) -> None:
    desk.add("K1", frist=NIGHT + timedelta(days=20))
    desk.add("K2", frist=NIGHT - timedelta(days=2))
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging")
    assert [row[0] for row in browser.rows()] == ["2", "1"]
    assert "▲ 21.11.2026, 2 dager over" in browser.rows()[0]
    assert "1 er over frist" in browser.text


def test_what_a_robot_has_stopped_at_since_is_counted_and_nothing_else(desk: Desk) -> None:
    item = desk.add("K1")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging?slag=business")
    (path,) = browser.page().xpath("//@data-nye")
    assert browser.get(path).json() == {"oppfoelging": 1, "godkjenninger": 0, "nye": 0}
    browser.get(f"/oppgave/{item}")
    browser.submit(f"/oppgave/{item}/ta")
    desk.add("K2")
    desk.broken("K3")
    desk.propose(proposal("K4"))
    assert browser.get(path).json() == {"oppfoelging": 3, "godkjenninger": 1, "nye": 1}


def test_filters_stand_in_the_address(desk: Desk) -> None:
    desk.add("K1")
    desk.broken("K2")
    desk.uncertain("K3")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging?slag=system&aarsak=WORLD_ANSWER")
    assert [row.split()[1] for row in browser.rows()] == ["K2"]
    browser.get("/oppgave/3")
    browser.submit("/oppgave/3/ta")
    browser.get("/oppfoelging?vis=mine")
    assert [row.split()[1] for row in browser.rows()] == ["K3"]
    browser.get("/oppfoelging?vis=ledige")
    assert [row.split()[1] for row in browser.rows()] == ["K1", "K2"]


def take(browser: Browser, *items: int) -> int:
    """Tick these in the list that is shown, and press «Ta valgte»."""
    (button,) = browser.page().xpath("//button[normalize-space() = 'Ta valgte']")
    fields = {button.get("name"): button.get("value"), "valgt": [str(item) for item in items]}
    return browser.send(button.get("formaction"), fields).status_code


def test_those_that_are_ticked_are_taken_at_once(desk: Desk) -> None:
    first, second, third = desk.add("K1"), desk.broken("K2"), desk.uncertain("K3")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging?vis=ledige")
    assert take(browser, first, third) == 200
    assert "Tatt: 2 oppgaver." in browser.text
    assert "Ikke tatt" not in browser.text
    assert [row.split()[1] for row in browser.rows()] == ["K2"], "the list is the same one"
    assert browser.last.url.query == b"vis=ledige&gjort=2%3A0%3A0"
    browser.get("/oppfoelging?vis=mine")
    assert [row.split()[1] for row in browser.rows()] == ["K1", "K3"]
    told = [json.loads(row.content) for row in desk.house.rows("event") if row.item_id == first][-1]
    assert (told["action"], told["actor"], told["role"]) == ("take several", "demo-saksbehandler", "saksbehandler")
    assert desk.house.item(second).assigned_to is None


def test_what_somebody_else_has_taken_or_done_is_left_as_it_is(desk: Desk) -> None:
    items = [desk.add("K1"), desk.add("K2"), desk.add("K3")]
    browser, other = desk.visitor(Role.SAKSBEHANDLER), desk.visitor(Role.SAKSBEHANDLER, person="ola")
    page = browser.get("/oppfoelging")
    other.see(page)
    other.get("/oppfoelging")
    take(other, items[0])
    other.get(f"/oppgave/{items[1]}")
    other.submit(f"/oppgave/{items[1]}/ferdig", hva="annet", begrunnelse="gjort i PAX")
    browser.see(page)
    assert take(browser, *items, 99) == 200
    assert "Tatt: 1 oppgave. Ikke tatt: 3 oppgaver, som andre har, eller som ikke venter lenger." in browser.text
    owners = [desk.house.item(item).assigned_to for item in items]
    assert owners == ["ola", None, "demo-saksbehandler"]


def test_what_was_theirs_before_is_told_as_that(desk: Desk) -> None:
    items = [desk.add("K1"), desk.add("K2")]
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging")
    take(browser, items[0])
    take(browser, *items)
    assert "Tatt: 1 oppgave. Din fra før: 1 oppgave." in browser.text
    assert "Ikke tatt" not in browser.text
    take(browser, *items)
    (said,) = browser.page().xpath("//p[@role = 'status' and @autofocus]")
    assert (said.text, said.get("data-color")) == ("Tatt: 0 oppgaver. Din fra før: 2 oppgaver.", "warning")


def test_what_was_taken_with_others_is_not_measured(desk: Desk) -> None:
    """Who takes fifty in the morning does not work with all of them until noon."""
    items = [desk.add("K1"), desk.add("K2"), desk.add("K3")]
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging")
    take(browser, *items[:2])
    take(browser, items[2])
    told = [json.loads(row.content)["action"] for row in desk.house.rows("event")]
    assert (told.count("take several"), told.count("take")) == (2, 1)


def test_when_the_last_page_is_done_the_first_is_shown(desk: Desk) -> None:
    items = [desk.add(f"K{number}") for number in range(51)]
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging?vis=ledige&side=2")
    assert take(browser, items[-1]) == 200
    assert "Tatt: 1 oppgave." in browser.text
    assert len(browser.rows()) == 50
    assert "Ingen oppgaver her." not in browser.text
    (shown,) = browser.page().xpath("//@data-adresse")
    assert shown == "/oppfoelging?vis=ledige"


def test_none_that_is_ticked_is_said(desk: Desk) -> None:
    item = desk.add("K1")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging")
    assert take(browser) == 422
    assert "Kryss av minst én oppgave du vil ta." in browser.text
    assert len(browser.rows()) == 1
    assert take(browser, item) == 200, "the page that says so can be used"


def test_no_more_are_taken_than_a_page_has(desk: Desk) -> None:
    item = desk.add("K1")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging")
    assert take(browser, *range(item, item + 51)) == 404
    assert desk.house.item(item).assigned_to is None


def test_who_may_only_read_is_offered_nothing_to_tick(desk: Desk) -> None:
    desk.add("K1")
    browser = desk.visitor(Role.LESETILGANG)
    browser.get("/oppfoelging")
    assert "Ta valgte" not in browser.text
    assert browser.page().xpath("//*[@name = 'valgt']") == []


def test_the_question_of_the_list_takes_the_word_of_the_session_into_no_address(desk: Desk) -> None:
    desk.add("K1")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging")
    (form,) = [form for form in browser.forms() if form.action == "/proev-flere/ny"]
    assert form.method == "GET"
    assert CSRF_FIELD not in dict(form.form_values())


def test_a_long_list_has_pages(desk: Desk) -> None:
    for number in range(51):
        desk.add(f"K{number}")
    browser = desk.visitor(Role.LESETILGANG)
    browser.get("/oppfoelging")
    assert len(browser.rows()) == 50
    assert "Neste side" in browser.text
    browser.get("/oppfoelging?side=2")
    assert [row.split()[1] for row in browser.rows()] == ["K50"]
    assert "Neste side" not in browser.text


def test_one_hit_goes_straight_to_its_page(desk: Desk) -> None:
    desk.add("PX1111111", saker=("2024/17747",))
    desk.completed("PX2222222")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    assert browser.search("2024/17747").url.path == "/oppgave/1"
    assert browser.search("px 2222222").url.path == "/oppgave/2"
    assert "Fullført" in browser.text
    assert "Slått sammen 23.11.2026" not in browser.text, "the clock is the database's own"
    assert "Slått sammen" in browser.text


def test_several_hits_are_a_list_and_none_says_so(desk: Desk) -> None:
    desk.add("PX11111")
    desk.add("PX11112")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    assert browser.search("PX1111").status_code == 200
    assert len(browser.rows()) == 2
    browser.search("PX9999")
    assert "Ingen treff på «PX9999»" in browser.text


def test_a_kjennemerke_is_looked_up_and_leads_to_its_krav(desk: Desk) -> None:
    desk.add("PX1111111")
    desk.known = {"EK12345": Oppslag(("PX1111111", "PX3333333"), ()), "1234567897": Oppslag(("PX3333333",), ())}
    browser = desk.visitor(Role.SAKSBEHANDLER)
    assert browser.search("EK12345").url.path == "/oppgave/1"
    browser.search("1234567897")
    assert "Det gjelder krav PX3333333, som roboten ikke har arbeidet med." in browser.text
    assert str(browser.last.url).endswith("/soek"), "no address holds what a caller gave"
    assert "EK12345" not in desk.house.everything()


def test_a_kjennemerke_of_several_krav_leads_to_a_list_of_them(desk: Desk) -> None:
    desk.add("PX1111111")
    desk.add("PX2222222")
    desk.known = {"EK12345": Oppslag(("PX1111111", "PX2222222"), ())}
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging")
    assert str(browser.search("EK12345").url).endswith("/soek?krav=PX1111111&krav=PX2222222")
    assert len(browser.rows()) == 2


def test_a_system_that_does_not_answer_is_told_of(desk: Desk) -> None:
    desk.known = {"EK12345": Oppslag((), ("Pilen", "Procasso"))}
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.search("EK12345")
    assert "Pilen og Procasso svarte ikke, så KID og kjennemerke er ikke søkt der." in browser.text


def test_an_empty_desk_says_so(desk: Desk) -> None:
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging")
    assert "0 oppgaver venter." in browser.text
    assert "Ingen oppgaver her." in browser.text


def test_one_oppgave_is_not_told_of_as_many(desk: Desk) -> None:
    desk.add("K1")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging")
    assert "1 oppgave venter" in browser.text
    desk.add("K2")
    browser.get("/oppfoelging")
    assert "2 oppgaver venter" in browser.text


def test_a_list_of_one_routine_says_so(desk: Desk) -> None:
    desk.add("K1")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get(f"/oppfoelging?vis=ledige&koe={QUEUE}")
    assert "Viser bare Flytting av krav. Vis alle" in browser.text
    assert browser.page().xpath("//p[contains(., 'Viser bare')]/a/@href") == ["/oppfoelging?vis=ledige"]
    browser.get("/oppfoelging?koe=annen")
    assert "Viser bare annen. Vis alle" in browser.text, "also when it is empty"
    browser.get("/oppfoelging")
    assert "Viser bare" not in browser.text


def test_causes_after_the_sixth_are_folded_away_until_one_of_them_is_chosen(desk: Desk) -> None:
    for n in range(8):
        desk.add(f"K{n}", code=f"C{n}")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppfoelging")
    causes, folded = "//nav[@aria-label='Årsak']", "//nav[@aria-label='Årsak']/details"
    assert len(browser.page().xpath(f"{causes}/a")) == 1 + 6
    assert "Flere årsaker (2)" in browser.text
    links = browser.page().xpath(f"{folded}//a/@href")
    assert len(links) == 2
    assert browser.page().xpath(f"{folded}/@open") == []
    browser.get(links[0])
    assert browser.page().xpath(f"{folded}[@open]//a[@aria-current]/@href") == [links[0]]
