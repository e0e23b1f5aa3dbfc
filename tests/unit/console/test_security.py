"""What the console refuses, whoever asks."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from console.app import create_app
from console.roles import Role
from console.security import MAX_BODY
from hub.storage import logins
from tests.unit.console.desk import HOST, Browser, Desk


@pytest.fixture
def browser(desk: Desk) -> Browser:
    desk.add("K1")
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppgave/1")
    return browser


def fields(browser: Browser, action: str = "/oppgave/1/ta") -> dict[str, str]:
    (form,) = [form for form in browser.forms() if form.action == action]
    return dict(form.fields)


def untouched(desk: Desk) -> bool:
    return desk.house.item().assigned_to is None


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1:8090", "", f"{HOST}.evil.example.com", f"{HOST}:81"])
def test_another_host_is_refused(desk: Desk, host: str) -> None:
    client = TestClient(create_app(desk.office), f"http://{HOST}")
    assert client.get("/logg-inn", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example.com"},
        {"Origin": "null"},
        {"Origin": f"https://{HOST}"},
        {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "cross-site"},
        {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-site"},
        {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "none"},
    ],
)
def test_a_change_from_another_site_is_refused(desk: Desk, browser: Browser, headers: dict[str, str]) -> None:
    assert browser.send("/oppgave/1/ta", fields(browser), headers).status_code == 403
    assert untouched(desk)


def test_a_change_that_does_not_say_where_it_comes_from_is_refused(desk: Desk, browser: Browser) -> None:
    answer = browser.client.post("/oppgave/1/ta", data=fields(browser))
    assert answer.status_code == 403
    assert untouched(desk)


@pytest.mark.parametrize("proof", ["", "0" * 64, "æøå", None])
def test_a_form_without_the_sessions_own_proof_is_refused(desk: Desk, browser: Browser, proof: str | None) -> None:
    sent = fields(browser)
    sent.pop("bevis")
    answer = browser.send("/oppgave/1/ta", sent if proof is None else sent | {"bevis": proof})
    assert answer.status_code == 403
    assert "Skjemaet er for gammelt" in browser.text
    assert untouched(desk)


def test_the_proof_of_another_session_is_refused(desk: Desk, browser: Browser) -> None:
    sent = fields(browser)
    other = desk.visitor(Role.SAKSBEHANDLER, person="ola")
    assert other.send("/oppgave/1/ta", sent).status_code == 403
    assert untouched(desk)


def test_a_link_logs_in_once(desk: Desk) -> None:
    token = logins.issue_link(desk.database, "demo-power", ["power"], 60.0)
    first, second = desk.visitor(), desk.visitor()
    for browser in (first, second):
        browser.get(f"/logg-inn?kode={token}")
    assert first.submit("/logg-inn").url.path == "/oppfoelging"
    assert second.submit("/logg-inn").status_code == 403
    assert "Lenken er brukt før, eller den er for gammel." in second.text


def test_to_look_at_a_link_does_not_use_it_up(desk: Desk) -> None:
    token = logins.issue_link(desk.database, "demo-power", ["power"], 60.0)
    browser = desk.visitor()
    for _ in range(3):
        browser.get(f"/logg-inn?kode={token}")
    assert browser.submit("/logg-inn").url.path == "/oppfoelging"


@pytest.mark.parametrize("code", ["", "made-up", "' OR 1=1 --"])
def test_a_made_up_link_is_refused(desk: Desk, code: str) -> None:
    assert desk.visitor().send("/logg-inn", {"kode": code}).status_code == 403
    assert desk.house.rows("login_session") == []


def test_an_old_link_is_refused(desk: Desk) -> None:
    token = logins.issue_link(desk.database, "demo-power", ["power"], -1.0)
    assert desk.visitor().send("/logg-inn", {"kode": token}).status_code == 403


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


def test_who_logs_out_is_out(desk: Desk, browser: Browser) -> None:
    kept = dict(browser.client.cookies)
    browser.submit("/logg-ut")
    browser.client.cookies.update(kept)
    assert browser.get("/oppfoelging").url.path == "/logg-inn"


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


@pytest.mark.parametrize("path", ["/oppfoelging", "/logg-inn", "/finnes-ikke", "/static/kraftverk.css"])
def test_every_answer_carries_the_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_an_oversized_form_is_refused(desk: Desk, browser: Browser) -> None:
    sent = fields(browser) | {"begrunnelse": "x" * (MAX_BODY + 1)}
    assert browser.send("/oppgave/1/ta", sent).status_code == 413
    assert untouched(desk)


def test_a_form_that_does_not_say_how_long_it_is_is_broken_off(desk: Desk, browser: Browser) -> None:
    def endless() -> object:
        for _ in range(MAX_BODY // 65536 + 2):
            yield b"x" * 65536

    headers = {"Origin": f"http://{HOST}", "Content-Type": "application/x-www-form-urlencoded"}
    assert browser.client.post("/oppgave/1/ta", content=endless(), headers=headers).status_code == 413  # type: ignore[arg-type]
    assert untouched(desk)


@pytest.mark.parametrize("path", ["/static/..%2fapp.py", "/static/../app.py", "/static/%2e%2e/app.py", "/static/"])
def test_nothing_outside_the_static_folder_is_served(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_an_unexpected_failure_says_little_and_logs_no_data(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("PX7654321 is not a case number")

    monkeypatch.setattr("console.pages.oppfoelging.keys.find_items", fail)
    client = TestClient(create_app(desk.office), f"http://{HOST}", raise_server_exceptions=False)
    client.cookies.update(dict(browser.client.cookies))
    answer = client.get("/soek?krav=PX7654321")
    assert answer.status_code == 500
    assert "Noe gikk galt" in answer.text
    assert "PX7654321" not in answer.text + caplog.text
    assert "page /soek failed: RuntimeError" in caplog.text
