"""Kjøringer: what ran and what should have, a run now, and the timetable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from console.roles import Role
from console.timetable import PlannedRun
from domain.kalender import OSLO
from hub.states import State
from hub.storage import runs
from hub.storage.claims import Outcome
from tests.unit.console.desk import Browser, Desk
from tests.unit.hub.behaviours.house import NIGHT, QUEUE
from tests.unit.hub.fake_world import arbeid

START, PLAN = "/kjoeringer/start", "/kjoeringer/tidsplan/nightly"


def begun(desk: Desk, kind: str, prefect: str | None = None, ended: str | None = None, day: date = NIGHT) -> int:
    run_id = runs.begin(desk.database, QUEUE, kind, day, "kraftverk", prefect)
    if ended:
        runs.end(desk.database, run_id, ended)
    return run_id


def at(desk: Desk, role: Role, path: str = "/kjoeringer") -> Browser:
    browser = desk.visitor(role)
    browser.get(path)
    return browser


def row(browser: Browser, start: str) -> str:
    return next(text for text in browser.rows() if text.startswith(start))


def told(desk: Desk) -> list[tuple[str, str, str, str]]:
    return [(row.queue, row.actor, row.action, row.reason) for row in desk.house.rows("queue_event")]


def test_the_runs_are_listed_newest_first_with_what_came_of_them(desk: Desk) -> None:
    desk.add("K1")
    desk.completed("K2")
    begun(desk, "find", ended="failed")
    browser = at(desk, Role.LESETILGANG)
    numbers = [int(text.split()[0]) for text in browser.rows() if text.split()[0].isdigit()]
    assert numbers == sorted(numbers, reverse=True)
    # the harness' own run tried both: one was asked about, one was completed
    assert "1 må vurderes, 1 fullført" in row(browser, "1 ")
    assert "✕ Feilet" in row(browser, f"{numbers[0]} ")
    assert "23.11.2026 Flytting av krav Finner arbeid" in row(browser, f"{numbers[0]} ")


def test_a_run_leads_to_its_oppgaver_and_not_to_those_of_others(desk: Desk) -> None:
    desk.add("K1")
    desk.house.run_id = begun(desk, "drain")
    desk.add("K2")
    browser = at(desk, Role.LESETILGANG, "/kjoeringer/1")
    assert [text.split()[1] for text in browser.rows()] == ["K1"]
    browser.get(f"/kjoeringer/{desk.house.run_id}")
    assert [text.split()[1] for text in browser.rows()] == ["K2"]


def test_a_protected_persons_item_is_not_among_them(desk: Desk) -> None:
    desk.house.find(arbeid("K1"))
    claims = desk.house.claims()
    held = desk.house.claim(claims)
    desk.house.items.cancel_protected(held.item.id, NIGHT, held.seq)
    browser = at(desk, Role.POWER, "/kjoeringer/1")
    assert browser.rows() == []


def test_a_run_that_never_told_its_end_stands_as_the_scheduler_says(desk: Desk) -> None:
    going, crashed, forgotten = (begun(desk, "find", prefect=name) for name in ("a", "b", "c"))
    desk.scheduler.known = {"a": "RUNNING", "b": "CRASHED"}
    browser = at(desk, Role.LESETILGANG)
    assert "– Pågår 0 endringer funnet" in row(browser, f"{going} ")
    assert "✕ Avbrutt" in row(browser, f"{crashed} ")
    assert "Pågår, eller ble avbrutt" in row(browser, f"{forgotten} ")


def test_a_search_that_failed_does_not_say_that_it_found_nothing(desk: Desk) -> None:
    failed, whole = begun(desk, "find", ended="failed"), begun(desk, "find", ended="completed")
    browser = at(desk, Role.SAKSBEHANDLER)
    assert "Stoppet før den var ferdig" in row(browser, f"{failed} ")
    assert "0 endringer funnet" in row(browser, f"{whole} ")
    browser.get(f"/kjoeringer/{failed}")
    told = "Stoppet før den var ferdig. Neste kjøring leter på nytt. Power-teamet ser hvorfor."
    assert told in browser.text
    for untrue in ("endringer funnet", "ligger i køen"):
        assert untrue not in browser.text
    browser.get(f"/kjoeringer/{whole}")
    assert told not in browser.text
    assert "Det den fant, ligger i køen" in browser.text


def test_technicians_alone_get_the_link_to_prefect(desk: Desk) -> None:
    begun(desk, "find", prefect="abc", ended="completed")
    link = "http://prefect.test/runs/flow-run/abc"
    assert link in at(desk, Role.POWER).last.text
    assert link not in at(desk, Role.SAKSBEHANDLER).last.text


def test_an_attempt_leads_technicians_to_its_prefect_run(desk: Desk) -> None:
    desk.house.run_id = begun(desk, "drain", prefect="abc")
    item = desk.add("K1")
    link = "http://prefect.test/runs/flow-run/abc"
    assert link in at(desk, Role.DRIFT, f"/oppgave/{item}").last.text
    assert link not in at(desk, Role.SAKSBEHANDLER, f"/oppgave/{item}").last.text


def test_planned_stands_against_actual_start(desk: Desk) -> None:
    planned = datetime(2026, 11, 23, 4, 0, tzinfo=OSLO).timestamp()
    desk.scheduler.planned = [
        PlannedRun("r1", "nightly", "COMPLETED", planned, planned, planned + 30, planned + 600),
        PlannedRun("r2", "morning", "CRASHED", planned + 7200, planned + 7200, planned + 7200 + 25 * 60, None),
        PlannedRun("r3", "nightly", "SCHEDULED", planned + 86400, planned + 86400, None, None),
        PlannedRun("r4", "nightly", "RUNNING", None, planned + 9000, planned + 9010, None),
    ]
    browser = at(desk, Role.LESETILGANG)
    shown = [text for text in browser.rows() if text.startswith(("Natt", "Morgen")) and "hver dag" not in text]
    assert shown == [
        "Nattkjøringen 23.11.2026 kl. 04.00 23.11.2026 kl. 04.00, i tide 23.11.2026 kl. 04.10 Ferdig",
        "Morgenrunden 23.11.2026 kl. 06.00 23.11.2026 kl. 06.25, 25 min for sent – ✕ Avbrutt",
        "Nattkjøringen 24.11.2026 kl. 04.00 – – Ikke begynt",
        "Nattkjøringen Bestilt 23.11.2026 kl. 06.30 23.11.2026 kl. 06.30 – Pågår",
    ]


def test_a_night_that_did_not_run_is_said_at_the_top(desk: Desk) -> None:
    today = datetime.now(OSLO).date()
    desk.office = replace(desk.office, today=lambda: today)
    begun(desk, "find", ended="completed", day=today - timedelta(days=3))
    begun(desk, "find", ended="completed", day=today - timedelta(days=1))
    browser = at(desk, Role.LESETILGANG)
    assert f"Nattkjøringen {today - timedelta(days=2):%d.%m.%Y} kl. 04.00: ingenting kjørte" in browser.text
    desk.scheduler.plans["nightly"] = replace(desk.scheduler.plans["nightly"], active=False)
    browser.get("/kjoeringer")
    assert "Ikke kjørt" not in browser.text
    assert "■ Slått av" in browser.text


def test_in_an_invented_world_the_days_since_are_no_missed_nights(desk: Desk) -> None:
    """It stands at its own day, which it has run, however long it is kept up."""
    begun(desk, "find", ended="completed", day=NIGHT)
    assert "Ikke kjørt" not in at(desk, Role.LESETILGANG).text


def test_without_an_answer_the_rest_is_shown_and_the_page_says_so(desk: Desk) -> None:
    begun(desk, "find", ended="completed")
    desk.scheduler.up = False
    browser = at(desk, Role.POWER)
    assert browser.last.status_code == 200
    assert "svarer ikke" in browser.text
    assert row(browser, "2 ").startswith("2 23.11.2026 Flytting av krav Finner arbeid")
    assert browser.submit(START, hva="nightly", begrunnelse="nå").status_code == 503
    assert "Det er usikkert om kjøringen ble startet" in browser.text
    assert browser.get(PLAN).status_code == 503
    assert told(desk) == []


def test_a_run_whose_order_is_not_answered_is_told_as_uncertain_and_nothing_written_is_lost(desk: Desk) -> None:
    desk.scheduler.reads_alone = True
    browser = at(desk, Role.POWER)
    assert browser.submit(START, hva="nightly", toerr="ja", begrunnelse="ny fil kom sent").status_code == 503
    (alert,) = browser.page().xpath("//*[@role = 'alert']")
    assert "Det er usikkert om kjøringen ble startet" in alert.text_content()
    assert browser.page().xpath("//details[summary = 'Kjør nå'][@open]")
    (form,) = [form for form in browser.forms() if form.action == START]
    assert {"hva": "nightly", "toerr": "ja", "begrunnelse": "ny fil kom sent"}.items() <= dict(
        form.form_values()
    ).items()
    assert told(desk) == []


def test_a_timetable_whose_change_is_not_answered_is_told_as_uncertain_and_nothing_written_is_lost(desk: Desk) -> None:
    browser = at(desk, Role.POWER)
    browser.get(PLAN)
    desk.scheduler.reads_alone = True
    assert browser.submit(PLAN, tid="05:30", begrunnelse="filen kommer sent").status_code == 503
    (alert,) = browser.page().xpath("//*[@role = 'alert']")
    assert "Det er usikkert om endringen ble lagret. Under står tidsplanen slik den er nå." in alert.text_content()
    assert "Kjører hver dag kl. 04.00, og er på." in browser.text
    (form,) = [form for form in browser.forms() if form.action == PLAN]
    written = dict(form.form_values())
    assert (written["tid"], written["begrunnelse"]) == ("05:30", "filen kommer sent")
    assert told(desk) == []
    desk.scheduler.reads_alone = False
    assert browser.submit(PLAN).status_code == 200, "the page that says so can be used"
    assert told(desk) != []


def test_a_timetable_that_cannot_be_read_when_it_is_saved_is_not_changed_for_certain(desk: Desk) -> None:
    browser = at(desk, Role.POWER)
    browser.get(PLAN)
    (form,) = [form for form in browser.forms() if form.action == PLAN]
    desk.scheduler.up = False
    browser.send(PLAN, dict(form.form_values()) | {"tid": "05:30", "begrunnelse": "filen kommer sent"})
    (alert,) = browser.page().xpath("//*[@role = 'alert']")
    assert "Ingenting er endret." in alert.text_content()
    assert "Det du skrev: «filen kommer sent»" in alert.text_content()


@pytest.mark.parametrize(
    ("wanted", "deployment", "parameters"),
    [
        ("nightly", "nightly", {}),
        ("morning", "morning", {}),
        (QUEUE, "nightly", {"automations": [QUEUE]}),
    ],
)
def test_a_run_now_is_ordered_by_the_person_who_asks(
    desk: Desk, wanted: str, deployment: str, parameters: dict[str, object]
) -> None:
    browser = at(desk, Role.POWER)
    browser.submit(START, hva=wanted, begrunnelse="ny fil kom sent")
    assert "Kjøringen er bestilt" in browser.text
    assert desk.scheduler.asked == [(deployment, {"ordered_by": "demo-power", "dry_run": False} | parameters)]
    assert told(desk) == [(wanted, "demo-power", "run now", "ny fil kom sent")]


def test_a_dry_run_now(desk: Desk) -> None:
    browser = at(desk, Role.POWER)
    browser.submit(START, hva=QUEUE, toerr="ja", begrunnelse="prøve")
    assert desk.scheduler.asked[0][1]["dry_run"] is True


def test_one_that_goes_already_is_not_begun_again(desk: Desk) -> None:
    desk.scheduler.going = True
    browser = at(desk, Role.POWER)
    browser.submit(START, hva="nightly", begrunnelse="nå")
    (said,) = browser.page().xpath("//*[@role='status'][contains(., 'Ingen ny er startet')]")
    assert said.get("data-color") == "warning", "nothing was done"
    assert told(desk) == []


@pytest.mark.parametrize("sent", [{"hva": "", "begrunnelse": "nå"}, {"hva": "nightly"}, {"hva": "drain; rm", "x": ""}])
def test_a_run_that_is_not_understood_is_not_begun(desk: Desk, sent: dict[str, str]) -> None:
    browser = at(desk, Role.POWER)
    fields = dict(next(form for form in browser.forms() if form.action == START).fields)
    assert browser.send(START, fields | sent).status_code == 422
    assert desk.scheduler.asked == []


def test_the_time_of_day_is_moved_on_the_responsibility_of_who_moved_it(desk: Desk) -> None:
    browser = at(desk, Role.POWER, PLAN)
    assert "Kjører hver dag kl. 04.00, og er på. Sist endret av ola." in browser.text
    browser.submit(PLAN, tid="05:30", begrunnelse="kartverket er nede om natten")
    assert "Tidsplanen er endret" in browser.text
    plan = desk.scheduler.plans["nightly"]
    assert (plan.cron, plan.active, plan.changed_by) == ("30 5 * * *", True, "demo-power")
    said = "hver dag kl. 05.30, på: kartverket er nede om natten"
    assert told(desk) == [("nightly", "demo-power", "schedule", said)]
    assert "hver dag kl. 05.30" in row(browser, "Nattkjøringen")


def test_a_timetable_is_switched_off(desk: Desk) -> None:
    browser = at(desk, Role.POWER, PLAN)
    fields = dict(next(form for form in browser.forms() if form.action == PLAN).fields) | {"begrunnelse": "ferie"}
    browser.send(PLAN, {name: value for name, value in fields.items() if name != "aktiv"})
    plan = desk.scheduler.plans["nightly"]
    assert (plan.cron, plan.active) == ("0 4 * * *", False)
    assert "■ Slått av" in row(browser, "Nattkjøringen")


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"tid": "02:00"}, "utenom 02–03"),
        ({"tid": "02:59"}, "utenom 02–03"),
        ({"tid": "fire"}, "04:00"),
        ({"tid": "04:00"}, "Ingenting er endret: velg"),
        ({"tid": "05:00", "begrunnelse": ""}, "Skriv hvorfor."),
    ],
)
def test_a_time_that_cannot_be_used_changes_nothing(desk: Desk, wanted: dict[str, str], said: str) -> None:
    browser = at(desk, Role.POWER, PLAN)
    before = dict(desk.scheduler.plans)
    assert browser.submit(PLAN, **{"begrunnelse": "fordi"} | wanted).status_code == 422
    assert said in browser.text
    assert desk.scheduler.plans == before


def test_two_who_change_the_timetable_do_not_write_over_each_other(desk: Desk) -> None:
    first, second = at(desk, Role.POWER, PLAN), at(desk, Role.POWER, PLAN)
    first.submit(PLAN, tid="05:00", begrunnelse="min grunn")
    assert second.submit(PLAN, tid="06:00", begrunnelse="min også").status_code == 409
    (form,) = [form for form in second.forms() if form.action == PLAN]
    assert (form.fields["tid"], form.fields["begrunnelse"]) == ("06:00", "min også"), "what was written is still there"
    assert desk.scheduler.plans["nightly"].cron == "0 5 * * *"


def test_what_goes_every_minute_can_only_be_switched(desk: Desk) -> None:
    browser = at(desk, Role.POWER, "/kjoeringer/tidsplan/drain")
    assert "Kjører hvert minutt" in browser.text
    assert 'name="tid"' not in browser.last.text
    assert browser.get("/kjoeringer/tidsplan/annet").status_code == 404


def test_a_long_list_has_pages(desk: Desk) -> None:
    for _ in range(50):
        begun(desk, "find", ended="completed")
    browser = at(desk, Role.LESETILGANG, f"/kjoeringer?rutine={QUEUE}")
    assert "Eldre kjøringer" in browser.text
    browser.get(f"/kjoeringer?rutine={QUEUE}&foer=2")
    assert [text.split()[0] for text in browser.rows()] == ["1"]
    assert "Eldre kjøringer" not in browser.text
    assert at(desk, Role.LESETILGANG, "/kjoeringer?rutine=other").rows()[-1].startswith("Utføring"), "none of those"


def test_finished_items_are_shown_as_they_are_now(desk: Desk) -> None:
    desk.house.find(arbeid("K1"))
    claims = desk.house.claims()
    held = desk.house.claim(claims)
    desk.house.finish(claims, held, Outcome(State.COMPLETED, "complete", result="MERGED", krav=("K1",)))
    assert "Fullført: Slått sammen" in at(desk, Role.LESETILGANG, "/kjoeringer/1").rows()[0]
