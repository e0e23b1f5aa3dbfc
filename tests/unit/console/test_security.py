"""What the console refuses, whoever asks."""

from __future__ import annotations

import hmac
import re
from dataclasses import replace
from itertools import count
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient
from starlette.types import Send

from console.app import create_app
from console.roles import Role
from console.security import MAX_BODY
from domain.foedselsnummer import contains_foedselsnummer
from hub.storage import logins
from tests.unit.console.desk import HOST, Browser, Desk
from tests.unit.hub.behaviours.house import NIGHT


@pytest.fixture
def browser(desk: Desk) -> Browser:
    desk.add("K1")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppgave/1")
    return browser


def test_to_look_at_a_link_does_not_use_it_up(desk: Desk) -> None:
    token = logins.issue_link(desk.database, "demo-power", ["power"], 60.0)
    browser = desk.visitor()
    for _ in range(3):
        browser.get(f"/logg-inn?kode={token}")
    assert browser.submit("/logg-inn").url.path == "/oppfoelging"


def test_outside_the_demo_no_link_logs_in(desk: Desk) -> None:
    token = logins.issue_link(desk.database, "demo-power", ["power"], 60.0)
    desk.office = replace(desk.office, demo=False)
    assert desk.visitor().send("/logg-inn", {"kode": token}).status_code == 403


@pytest.mark.parametrize(
    ("column", "seconds", "ends"),
    [("seen_at", 3_500, False), ("seen_at", 3_700, True), ("created_at", 28_700, False), ("created_at", 28_900, True)],
)
def test_a_session_ends_unused_after_an_hour_and_anyway_after_eight(
    desk: Desk, browser: Browser, column: str, seconds: int, ends: bool
) -> None:
    desk.house.sql(f"UPDATE login_session SET {column} = {column} - :seconds", seconds=seconds)
    assert (browser.get("/oppfoelging").url.path == "/logg-inn") is ends


def fields(browser: Browser, action: str) -> dict[str, str]:
    (form,) = [form for form in browser.forms() if form.action == action]
    return dict(form.fields)


FROM_HERE = f"http://{HOST}"


@pytest.mark.parametrize(
    ("referer", "videre"),
    [
        (f"{FROM_HERE}/oppgave/1", "/oppgave/1"),
        (f"{FROM_HERE}/foelges-opp?kode=SOON&side=2", "/foelges-opp?kode=SOON&side=2"),
        (f"{FROM_HERE}/oppgave/1/kommentar", "/oppgave/1"),
        (f"{FROM_HERE}/godkjenninger/godkjenn", "/godkjenninger"),
        (f"{FROM_HERE}/foelges-opp?krav=07891159506", None),
        (f"{FROM_HERE}/foelges-opp?krav=078911+59%3506", None),
        (f"{FROM_HERE}//et.annet.sted/oppgave/1", None),
        ("http://et.annet.sted/oppgave/1", None),
        (f"{FROM_HERE}/logg-inn", None),
        (f"{FROM_HERE}/finnes/ikke", None),
        ("http://[", None),
        ("oppgave/1", None),
        ("", None),
    ],
)
def test_whoever_saves_after_the_session_has_ended_is_told_and_led_back(
    desk: Desk, browser: Browser, referer: str, videre: str | None
) -> None:
    desk.office = replace(desk.office, demo=False)
    form = fields(browser, "/oppgave/1/kommentar") | {"begrunnelse": "Ringt skyldner"}
    late = desk.visitor()
    late.send("/oppgave/1/kommentar", form, {"Referer": referer})
    (told,) = late.page().xpath("//*[@role='alert']")
    assert told.text_content() == "Du var logget ut. Ingenting er lagret."
    (login,) = [urlsplit(link.get("href")) for link in late.page().xpath("//main//a")]
    assert (login.path, parse_qs(login.query)) == ("/logg-inn/start", {"videre": [videre]} if videre else {})
    assert "Ringt skyldner" not in desk.house.everything()


def test_whoever_only_reads_is_not_told_that_something_is_lost(desk: Desk) -> None:
    late = desk.visitor()
    late.get("/oppgave/1")
    assert late.last.url.path == "/logg-inn"
    assert late.page().xpath("//*[@role='alert']") == []


@pytest.mark.parametrize(
    ("path", "status"), [("/oppgave/99", 404), ("/finnes-ikke", 404), ("/koer?x=07891159506", 422)]
)
def test_a_refusal_has_the_menu_for_whoever_is_logged_in(desk: Desk, browser: Browser, path: str, status: int) -> None:
    assert browser.get(path).status_code == status
    assert browser.page().xpath("//nav[@aria-label='Hovedmeny']//a[@href='/oppfoelging']")
    stranger = desk.visitor()
    stranger.get(path)
    assert stranger.page().xpath("//nav") == []


def test_so_has_one_for_what_a_role_may_not_or_a_form_may_not_hold(browser: Browser) -> None:
    assert browser.get("/revisjonsspor").status_code == 403
    assert browser.page().xpath("//nav[@aria-label='Hovedmeny']")
    assert browser.search("07891159506").status_code == 422
    assert browser.page().xpath("//nav[@aria-label='Hovedmeny']")


def test_what_is_too_large_is_refused_on_a_page(browser: Browser) -> None:
    form = fields(browser, "/oppgave/1/kommentar") | {"begrunnelse": "x" * MAX_BODY}
    assert browser.send("/oppgave/1/kommentar", form).status_code == 413
    assert browser.heading() == "For stort"
    assert browser.page().xpath("//a[@href='/']")


def test_use_keeps_a_session_alive(desk: Desk, browser: Browser) -> None:
    for _ in range(3):
        desk.house.sql("UPDATE login_session SET seen_at = seen_at - 3000")
        assert browser.get("/oppfoelging").url.path == "/oppfoelging"


def test_a_page_that_asks_by_itself_keeps_no_session_alive(desk: Desk, browser: Browser) -> None:
    for _ in range(2):
        desk.house.sql("UPDATE login_session SET seen_at = seen_at - 2000")
        answer = browser.get("/tellere")
    assert answer.url.path == "/logg-inn"


def test_whoever_says_they_are_there_keeps_theirs(desk: Desk, browser: Browser) -> None:
    for _ in range(2):
        desk.house.sql("UPDATE login_session SET seen_at = seen_at - 2000")
        browser.get("/min-profil")
        assert browser.send("/fortsett", fields(browser, "/min-profil")).status_code == 204


def test_no_session_is_refused_for_a_number_its_forms_hold_by_chance(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In hexadecimal, one session in some thousands had a valid fødselsnummer in every form it sent."""
    digests = ((n, hmac.digest(str(n).encode(), b"csrf", "sha256").hex()) for n in count())
    unlucky = next(str(n) for n, digest in digests if contains_foedselsnummer(digest, NIGHT))
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: unlucky)
    desk.add("K1")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppgave/1")
    browser.submit("/oppgave/1/kommentar", begrunnelse="Ringt skyldneren")
    assert browser.last.status_code == 200
    assert "Ringt skyldneren" in browser.text


def test_the_choice_of_keys_is_the_browsers(desk: Desk, browser: Browser) -> None:
    browser.get("/min-profil")
    assert "data-taster" not in browser.last.text
    browser.submit("/min-profil", taster="1")
    assert "Valget er lagret" in browser.text
    assert "data-taster" in browser.get("/koer").text
    browser.get("/min-profil")
    browser.send("/min-profil", fields(browser, "/min-profil") | {"taster": ""})
    assert "data-taster" not in browser.get("/koer").text


def test_a_file_is_kept_by_the_browser_until_it_is_another(desk: Desk) -> None:
    browser = desk.visitor()
    (path,) = re.findall(r'href="(/static/kraftverk\.css\?v=[0-9a-f]+)"', browser.get("/logg-inn").text)
    assert "immutable" in browser.get(path).headers["cache-control"]
    assert browser.get("/static/kraftverk.css").headers["cache-control"] == "no-store"
    assert browser.get("/static/finnes-ikke.css?v=1").headers["cache-control"] == "no-store"


def test_before_it_ends_the_person_is_warned(desk: Desk, browser: Browser) -> None:
    browser.get("/oppfoelging")
    assert "Du logges ut om" not in browser.text
    desk.house.sql("UPDATE login_session SET created_at = created_at - 28500")
    browser.get("/oppfoelging")
    assert "Du logges ut om 5 minutter." in browser.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: Desk) -> None:
    token = logins.issue_link(desk.database, "demo-power", ["power"], 60.0)
    client = TestClient(create_app(desk.office), f"http://{HOST}", follow_redirects=False)
    cookie = client.post("/logg-inn", data={"kode": token}, headers={"Origin": f"http://{HOST}"}).headers["set-cookie"]
    assert re.search(r"^kraftverk=[\w-]{43}; HttpOnly; Path=/; SameSite=lax$", cookie)


def test_over_https_the_cookie_is_for_https_and_this_host_alone(desk: Desk) -> None:
    desk.office = replace(desk.office, https=True)
    token = logins.issue_link(desk.database, "demo-power", ["power"], 60.0)
    client = TestClient(create_app(desk.office), f"https://{HOST}", follow_redirects=False)
    answer = client.post("/logg-inn", data={"kode": token}, headers={"Origin": f"https://{HOST}"})
    assert re.search(
        r"^__Host-kraftverk=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure$", answer.headers["set-cookie"]
    )


def test_what_the_browser_is_given_is_not_what_is_stored(desk: Desk, browser: Browser) -> None:
    (token,) = browser.client.cookies.values()
    assert token not in desk.house.everything()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/oppfoelging", 200), ("/logg-inn", 200), ("/finnes-ikke", 404), ("/static/kraftverk.css", 200), ("/koer", 500)],
)
def test_every_answer_carries_the_headers(
    browser: Browser, path: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.pages.koer._systems", fail)
    answer = browser.get(path)
    assert answer.status_code == status
    headers = answer.headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


UNFORESEEN = "PX7654321 is not a case number"


def fail(*_: object) -> None:
    raise RuntimeError(UNFORESEEN)


def test_an_unexpected_failure_says_little_and_logs_no_data(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("console.pages.oppfoelging.keys.find_items", fail)
    answer = browser.get("/soek?krav=PX7654321")
    assert answer.status_code == 500
    assert browser.heading() == "Noe gikk galt"
    assert "PX7654321" not in answer.text + caplog.text
    assert "page /soek failed, RuntimeError" in caplog.text
    assert "in fail\n" in caplog.text, "where it was"


@pytest.mark.parametrize("error", [KeyError("krav"), IndexError("list index out of range")], ids=["key", "index"])
def test_a_fault_of_ours_is_not_told_as_something_that_is_not_there(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def look_in_vain(*_: object) -> None:
        raise error

    monkeypatch.setattr("console.pages.koer._systems", look_in_vain)
    assert browser.get("/koer").status_code == 500
    assert browser.heading() == "Noe gikk galt"
    assert f"page /koer failed, {type(error).__name__}" in caplog.text


def test_a_page_that_fails_half_way_is_broken_off_and_its_failure_is_not_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def begin_and_fail(_self: object, _scope: object, _receive: object, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        fail()

    monkeypatch.setattr("console.app.Static.__call__", begin_and_fail)
    answer = desk.visitor().get("/static/kraftverk.css")
    assert (answer.status_code, answer.text) == (200, "")
    assert "PX7654321" not in caplog.text
    assert "failed, RuntimeError" in caplog.text
