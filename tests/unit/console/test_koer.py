"""Køer: what stands in each, and the acts that stop and start the robot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from console.roles import Role
from domain.kalender import OSLO
from hub.audit import MACHINE, Actor
from hub.release import ReleaseLevel
from hub.storage import queues, targets
from hub.storage.queues import EVERYTHING
from hub.target import TargetSpec
from tests.unit.console.desk import INFO, Browser, Desk
from tests.unit.hub.behaviours.house import NIGHT, QUEUE
from tests.unit.hub.fake_world import arbeid

STOP, START, LEVEL = f"/koer/{QUEUE}/stans", f"/koer/{QUEUE}/start", f"/koer/{QUEUE}/nivaa"
OPEN = "/koer/fagsystem/WORLD/aapne"
KARI = Actor("kari", "power")


def queue(desk: Desk, name: str = QUEUE) -> queues.WorkQueue:
    with desk.database.read() as c:
        found = queues.get(c, name)
    assert found is not None
    return found


def told(desk: Desk) -> list[tuple[str, str, str, str]]:
    return [(row.queue, row.actor, row.action, row.reason) for row in desk.house.rows("queue_event")]


def at(desk: Desk, role: Role, path: str = f"/koer/{QUEUE}", person: str | None = None) -> Browser:
    browser = desk.visitor(role, person=person)
    browser.get(path)
    return browser


def test_the_list_says_what_each_queue_holds(desk: Desk) -> None:
    desk.add("K1", frist=NIGHT)
    desk.broken("K2")
    desk._work[1] = arbeid("K2")
    desk.house.find(arbeid("K1"), arbeid("K2"), arbeid("K3"), arbeid("K4"))
    desk.house.claim()
    desk.house.sql("UPDATE work_item SET frist = :day WHERE krav = 'K4'", day=(NIGHT - timedelta(days=1)).isoformat())
    desk.house.sql("UPDATE work_item SET frist = :day WHERE krav = 'K1'", day=NIGHT.isoformat())
    browser = at(desk, Role.LESETILGANG, "/koer")
    # queued 1 (K4 or K3), running 1, waiting 2, proposed 0, due 1 (K1), overdue 1 (K4)
    assert browser.rows()[0] == "Flytting av krav Går 1 under 1 min 1 2 0 1 ▲ 1 Drift"
    assert browser.rows()[1].startswith("WORLD I orden")


def test_what_is_postponed_stands_by_itself_and_every_link_shows_what_it_says(desk: Desk) -> None:
    item = desk.add("K1")
    desk.house.people.postpone(item, NIGHT + timedelta(days=3), KARI, "svar ventes")
    browser = at(desk, Role.SAKSBEHANDLER)
    (held,) = browser.page().xpath("//div[dt = 'Til oppfølging']/dd")
    assert held.text_content() == "0, og 1 utsatt"
    (link,) = browser.page().xpath("//a[. = '1 utsatt']/@href")
    browser.get(link)
    assert len(browser.rows()) == 1
    browser.get("/koer")
    assert browser.page().xpath("//td[@data-navn = 'Til oppfølging']")[0].text == "0"
    browser.get("/oversikt")
    assert "1 til er utsatt" in browser.text


def test_a_system_outside_its_hours_is_said_to_be_so(desk: Desk) -> None:
    now = datetime.now(OSLO)
    opens, closes = (now + timedelta(hours=2)).time(), (now + timedelta(hours=3)).time()
    desk.office = replace(desk.office, hours={"WORLD": TargetSpec("WORLD", ("WORLD",), opens=opens, closes=closes)})
    assert at(desk, Role.LESETILGANG, "/koer").rows()[1].startswith("WORLD Utenfor driftsvinduet")
    browser = at(desk, Role.LESETILGANG, "/koer/fagsystem/WORLD")
    assert "Utenfor driftsvinduet" in browser.text
    assert f"{opens:%H.%M}–{closes:%H.%M}" in browser.text


def test_a_queue_is_stopped_and_started_with_a_reason_and_by_name(desk: Desk) -> None:
    browser = at(desk, Role.POWER)
    assert "mister ikke forsøk" in browser.text, "what a pause does is said before it is done"
    browser.submit(STOP, begrunnelse="rare tall")
    assert "Køen er stanset" in browser.text
    assert "av demo-power: «rare tall»" in browser.text
    assert queue(desk).paused == "person"
    browser.get("/koer")
    assert "■ Stanset" in browser.rows()[0]
    assert "av demo-power: «rare tall»" in browser.rows()[0]
    other = at(desk, Role.DRIFT)
    other.submit(START, begrunnelse="tallene var riktige")
    assert "Køen går igjen" in other.text
    assert queue(desk).paused is None
    assert desk.drains == 1, "what was ready is taken up at once"
    assert told(desk) == [
        (QUEUE, "demo-power", "pause", "rare tall"),
        (QUEUE, "demo-drift", "release", "tallene var riktige"),
    ]


@pytest.mark.parametrize(("path", "act"), [(f"/koer/{QUEUE}", STOP), ("/koer", "/koer/noedstopp")])
def test_without_a_reason_nothing_is_stopped(desk: Desk, path: str, act: str) -> None:
    browser = at(desk, Role.DRIFT, path)
    assert browser.submit(act, begrunnelse="  ").status_code == 422
    assert "Skriv hvorfor." in browser.text
    assert told(desk) == []


def test_who_did_not_see_the_pause_does_not_lift_it(desk: Desk) -> None:
    first = at(desk, Role.POWER)
    first.submit(STOP, begrunnelse="første grunn")
    late = at(desk, Role.DRIFT)
    queues.release(desk.database, QUEUE, KARI, "greit")
    queues.pause(desk.database, QUEUE, "person", KARI, "en annen grunn")
    assert late.submit(START, begrunnelse="den første er borte").status_code == 409
    assert "Noen andre, eller roboten, har endret dette" in late.text
    assert "en annen grunn" in late.text
    assert queue(desk).paused == "person"


def test_two_who_stop_at_once_do_not_write_over_each_other(desk: Desk) -> None:
    first, second = at(desk, Role.POWER), at(desk, Role.DRIFT)
    first.submit(STOP, begrunnelse="min grunn")
    assert second.submit(STOP, begrunnelse="min også").status_code == 409
    assert queue(desk).paused_reason == "min grunn"
    assert "Det du skrev, er ikke lagret: «min også»" in second.text, "though its form is gone"


@pytest.mark.parametrize(
    ("path", "act", "other"),
    [
        (f"/koer/{QUEUE}", STOP, lambda desk: pause_and_release(desk, QUEUE)),
        ("/koer", "/koer/noedstopp", lambda desk: pause_and_release(desk, EVERYTHING)),
        (OPEN.removesuffix("/aapne"), OPEN, lambda desk: targets.block(desk.database, "WORLD", "refused again")),
    ],
)
def test_what_was_written_is_still_there_when_another_was_first(
    desk: Desk, path: str, act: str, other: Callable[[Desk], None]
) -> None:
    targets.block(desk.database, "WORLD", "refused")
    desk.house.find(arbeid("K1"))
    late = at(desk, Role.DRIFT, path)
    other(desk)
    assert late.submit(act, begrunnelse="rare tall").status_code == 409
    (form,) = [form for form in late.forms() if form.action == act]
    assert form.fields["begrunnelse"] == "rare tall"
    assert all(each.get("open") is not None for each in form.iterancestors("details")), "and is seen"


def pause_and_release(desk: Desk, name: str) -> None:
    queues.pause(desk.database, name, "person", KARI, "et øyeblikk")
    queues.release(desk.database, name, KARI, "greit")


def test_the_level_that_was_chosen_is_still_chosen_when_another_was_first(desk: Desk) -> None:
    late = at(desk, Role.POWER)
    queues.set_release_level(desk.database, QUEUE, ReleaseLevel.SAMPLE, KARI, "går bra")
    assert late.submit(LEVEL, nivaa="hver_effekt", begrunnelse="ny regel").status_code == 409
    (form,) = [form for form in late.forms() if form.action == LEVEL]
    assert (form.fields["nivaa"], form.fields["begrunnelse"]) == ("hver_effekt", "ny regel")


def test_after_the_volume_guard_two_people_give_the_word(desk: Desk) -> None:
    desk.house.find(arbeid("K1"), max_effects=0)
    browser = at(desk, Role.POWER)
    assert "Stanset av volumvakten" in browser.text
    assert "1 endringer funnet, grensen er 0" in browser.text
    browser.submit(START, begrunnelse="det er riktig")
    assert "Køen starter når én person til gir klarsignal" in browser.text
    assert "Klarsignal er gitt av demo-power" in browser.text
    assert [form.action for form in browser.forms() if form.action == START]
    assert "En annen må også gjøre det." in browser.text
    assert queue(desk).paused == "volume"
    other = at(desk, Role.DRIFT)
    other.submit(START, begrunnelse="enig")
    assert queue(desk).paused is None


def test_the_ladder_is_explained_and_climbed_with_a_reason(desk: Desk) -> None:
    browser = at(desk, Role.POWER)
    for word in ("Tørrkjøring.", "Hver endring godkjennes.", "Stikkprøve.", "Drift."):
        assert word in browser.text
    browser.submit(LEVEL, nivaa="hver_effekt", begrunnelse="ny regel")
    assert queue(desk).release_level is ReleaseLevel.EVERY_EFFECT
    assert "Nivå: Hver endring godkjennes" in browser.text
    assert told(desk) == [(QUEUE, "demo-power", "release level hver_effekt", "ny regel")]


def test_a_level_is_changed_from_the_one_that_was_shown(desk: Desk) -> None:
    browser = at(desk, Role.POWER)
    queues.set_release_level(desk.database, QUEUE, ReleaseLevel.DRY, KARI, "vent")
    assert browser.submit(LEVEL, nivaa="stikkproeve", begrunnelse="klar").status_code == 409
    assert queue(desk).release_level is ReleaseLevel.DRY
    assert browser.submit(LEVEL, nivaa="toerrkjoering", begrunnelse="klar").status_code == 422
    assert "på dette nivået alt" in browser.text
    assert browser.send(LEVEL, {**dict(browser.forms()[-1].fields), "nivaa": "alt"}).status_code == 422


def test_the_emergency_stop_stops_every_queue_and_says_so_everywhere(desk: Desk) -> None:
    browser = at(desk, Role.DRIFT, "/koer")
    browser.submit("/koer/noedstopp", begrunnelse="feil beløp ute")
    assert "Nødstopp er på" in browser.text
    assert "demo-drift stanset alt" in browser.text
    assert queue(desk, EVERYTHING).paused == "person"
    assert queue(desk).paused is None
    assert "Nødstopp er på" in at(desk, Role.LESETILGANG).text
    browser.get("/koer")
    browser.submit("/koer/noedstopp/opphev", begrunnelse="rettet")
    assert "Nødstoppen er opphevet" in browser.text
    assert queue(desk, EVERYTHING).paused is None
    assert [action for _, _, action, _ in told(desk)] == ["pause", "release"]
    assert all("Alt" not in row for row in browser.rows()), "everything is no queue"


def test_a_stopped_system_is_opened_with_a_reason(desk: Desk) -> None:
    targets.block(desk.database, "WORLD", "login rejected")
    browser = at(desk, Role.POWER, "/koer")
    assert "▲ Venter på WORLD" in browser.rows()[0]
    assert "■ Stanset" in browser.rows()[1]
    browser.get("/koer/fagsystem/WORLD")
    assert "login rejected" in browser.text
    browser.submit(OPEN, begrunnelse="nytt passord")
    assert "Fagsystemet er åpnet" in browser.text
    assert targets.blocked(desk.database) == set()
    assert told(desk)[-1] == ("WORLD", "demo-power", "open", "nytt passord")
    assert told(desk)[0] == ("WORLD", MACHINE.name, "block", "login rejected")


def test_a_system_that_was_stopped_once_more_is_not_opened_unseen(desk: Desk) -> None:
    """The second stop is another wrong password, and the third would lock the account."""
    targets.block(desk.database, "WORLD", "login rejected")
    browser = at(desk, Role.DRIFT, "/koer/fagsystem/WORLD")
    targets.unblock(desk.database, "WORLD", KARI, "nytt passord")
    targets.block(desk.database, "WORLD", "login rejected")
    assert browser.submit(OPEN, begrunnelse="nytt passord").status_code == 409
    assert targets.blocked(desk.database) == {"WORLD"}


def test_technicians_words_are_for_technicians(desk: Desk) -> None:
    targets.block(desk.database, "WORLD", "login rejected")
    browser = at(desk, Role.SAKSBEHANDLER, "/koer/fagsystem/WORLD")
    assert "login rejected" not in browser.text
    assert "Innloggingen ble avvist" in browser.text
    assert "00.00–23.59" in browser.text
    browser.get("/koer")
    assert "login rejected" not in browser.text


def test_what_was_done_is_told_newest_first_with_pages(desk: Desk) -> None:
    for number in range(21):
        queues.pause(desk.database, QUEUE, "person", KARI, f"grunn {number}.")
    browser = at(desk, Role.LESETILGANG, "/koer")
    assert "«grunn 20.»" in browser.text
    assert "«grunn 0.»" not in browser.text
    browser.get("/koer?foer=2")
    assert "«grunn 0.»" in browser.text
    assert "«grunn 1.»" not in browser.text


@pytest.mark.parametrize("path", ["/koer/movee", "/koer/*", "/koer/fagsystem/NOWHERE", "/koer/<script>"])
def test_what_is_no_queue_is_not_found(desk: Desk, path: str) -> None:
    assert desk.visitor(Role.POWER).get(path).status_code == 404


def test_a_queue_that_is_all_cannot_be_stopped_by_who_may_stop_one(desk: Desk) -> None:
    browser = at(desk, Role.POWER)
    fields = dict(next(form for form in browser.forms() if form.action == STOP).fields)
    assert browser.send("/koer/*/stans", {**fields, "begrunnelse": "alt"}).status_code == 404
    assert told(desk) == []


def test_a_routine_that_has_never_run_has_nothing_to_stop(desk: Desk) -> None:
    desk.office = replace(desk.office, automations={**desk.office.automations, "new": replace(INFO, name="new")})
    browser = at(desk, Role.POWER)
    fields = {**dict(next(form for form in browser.forms() if form.action == STOP).fields), "begrunnelse": "vent"}
    browser.get("/koer/new")
    assert "Rutinen har ikke kjørt ennå" in browser.text
    assert [form.action for form in browser.forms() if form.action.startswith("/koer")] == []
    for act in ("stans", "start"):
        assert browser.send(f"/koer/new/{act}", fields).status_code == 409
    assert told(desk) == []


def test_the_emergency_stop_is_told_where_the_work_is(desk: Desk) -> None:
    desk.add("K1")
    told_at_the_list = "Nødstopp er på: roboten tar ingen oppgaver før den er opphevet."
    browser = at(desk, Role.SAKSBEHANDLER, "/oppfoelging")
    assert told_at_the_list not in browser.text
    queues.pause(desk.database, EVERYTHING, "person", KARI, "feil beløp ute")
    browser.get("/oppfoelging")
    assert told_at_the_list in browser.text
    for path in ("/koer", f"/koer/{QUEUE}"):
        browser.get(path)
        assert "Står (nødstopp)" in browser.text


def test_a_system_that_is_due_to_be_tried_is_tried_now(desk: Desk) -> None:
    desk.add("K1")
    for offset, told_then in ((600, "Én oppgave prøver seg fram fra "), (-600, "Én oppgave prøver seg fram nå.")):
        desk.house.sql("UPDATE target SET breaker = 'open', retry_at = :at", at=datetime.now(OSLO).timestamp() + offset)
        assert told_then in at(desk, Role.SAKSBEHANDLER, "/koer/fagsystem/WORLD").text


def test_a_stopped_system_is_called_what_it_calls_itself(desk: Desk) -> None:
    desk.office = replace(desk.office, automations={QUEUE: replace(INFO, systemer=("ISYPA",))})
    desk.add("K1")
    targets.block(desk.database, "ISYPA", "LOGIN")
    browser = at(desk, Role.SAKSBEHANDLER, "/koer")
    assert "Venter på ISY-PA" in browser.text
    assert "ISYPA" not in browser.text
    assert at(desk, Role.SAKSBEHANDLER, "/koer/fagsystem/ISYPA").heading() == "Fagsystemet ISY-PA"
