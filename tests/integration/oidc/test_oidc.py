"""Logging in with the agency's accounts, against a real provider: the whole way, and the ways to go astray."""

from __future__ import annotations

import json
import logging
import time
from contextlib import AbstractContextManager
from http.cookiejar import Cookie
from types import SimpleNamespace
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from sqlalchemy.engine import Connection

from config.settings import OidcSettings
from console.pages import oidc
from console.roles import Role
from hub.storage import logins
from kraftverk.oidc import OidcProvider
from tests.integration.oidc.conftest import House
from tests.integration.oidc.person import Person
from tests.integration.oidc.provider import CLIENT_ID, PEOPLE, TENANT, Wrong

KARI = f"{TENANT}:{PEOPLE['kari'].oid}"
NOT_BEGUN = "Innloggingen tok for lang tid, eller den ble begynt i et annet vindu. Logg inn på nytt."
NUMBER = "07891159506"
"""A fødselsnummer of nobody: its month is 9 + 80."""
NOT_TRUSTED = (
    "Svaret fra kommunens innlogging kunne ikke godtas. Prøv igjen. Si fra til Power-teamet hvis det gjentar seg."
)
DENIED = "Innloggingen ble avbrutt, eller kontoen din har ikke fått tilgang til Kraftverk."


def answer_of(house: House, person: Person) -> httpx.URL:
    """The address the provider sends the browser back to, not yet opened."""
    person.client.follow_redirects = False
    person.answer()
    person.client.follow_redirects = True
    url = httpx.URL(person.last.headers["location"])
    assert str(url).startswith(f"{house.address}/logg-inn/svar?")
    return url


def word_of(person: Person) -> Cookie:
    """What joins the two halves of the login that this browser has begun."""
    (cookie,) = [cookie for cookie in person.client.cookies.jar if cookie.secure]
    return cookie


def begin(house: House, page: str = "/") -> Person:
    """Somebody at the provider's form."""
    person = house.person()
    person.open(page)
    person.follow("Logg inn")
    assert person.heading == "Kommunens innlogging"
    return person


def test_a_person_logs_in_with_the_agencys_account(house: House) -> None:
    house.desk.add("K1")
    person = house.person()
    person.log_in()
    assert person.where == "/oppfoelging"
    assert "Kari Saksbehandler" in person.text
    assert "K1" in person.text
    (session,) = house.desk.house.rows("login_session")
    assert (session.person, session.name, session.roles) == (KARI, "Kari Saksbehandler", "saksbehandler")


def test_what_the_provider_is_asked(house: House) -> None:
    begin(house)
    (asked,) = house.provider.asked
    assert asked["redirect_uri"] == f"{house.address}/logg-inn/svar"
    assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT_ID, "code", "S256")
    assert asked["scope"].split() == ["openid", "profile"]
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


def test_no_two_logins_ask_the_same(house: House) -> None:
    begin(house)
    begin(house)
    first, second = house.provider.asked
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_the_cookies_are_for_https_and_this_host_alone(house: House) -> None:
    person = house.person()
    person.client.follow_redirects = False
    begun = person.open("/logg-inn/start").headers["set-cookie"]
    assert begun.startswith("__Host-kraftverk-innlogging=")
    assert begun.endswith("; HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure")
    person.client.follow_redirects = True
    person.open(person.last.headers["location"])
    url = answer_of(house, person)
    person.client.follow_redirects = False
    session, ended = person.open(str(url)).headers.get_list("set-cookie")
    assert session.startswith("__Host-kraftverk=")
    assert session.endswith("; HttpOnly; Path=/; SameSite=lax; Secure")
    assert ended.startswith('__Host-kraftverk-innlogging=""')


def test_the_database_holds_nothing_that_would_help_somebody_who_reads_it(house: House) -> None:
    person = begin(house)
    word = word_of(person).value or ""
    person.answer()
    stored = house.desk.house.everything()
    (asked,) = house.provider.asked
    assert len(house.desk.house.rows("login_ended")) == 1
    assert not [secret for secret in (word, word.partition(".")[0], asked["state"], asked["nonce"]) if secret in stored]


def test_nothing_is_written_before_the_provider_has_vouched(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody can begin a login, as often as they like, and send any answer."""
    written: list[str] = []
    database, begin_writing = house.desk.database, house.desk.database.begin
    person = begin(house)

    def note() -> AbstractContextManager[Connection]:
        written.append(person.where)
        return begin_writing()

    monkeypatch.setattr(database, "begin", note)
    url = answer_of(house, person)
    for answer in (
        url.copy_set_param("state", "0" * 64),
        url.copy_remove_param("code"),
        url.copy_set_param("error", "access_denied"),
        url.copy_set_param("code", "another"),
    ):
        assert person.open(str(answer)).status_code == 403
    assert written == []
    assert person.open(str(url)).status_code == 200
    assert written, "the session is"


def test_however_many_begin_a_login_whoever_comes_next_gets_in(house: House) -> None:
    crowd = house.person()
    crowd.client.follow_redirects = False
    assert {crowd.open("/logg-inn/start").status_code for _ in range(150)} == {303}
    person = house.person()
    person.log_in()
    assert person.where == "/oppfoelging"


def test_a_login_outlives_a_restart_but_not_a_new_secret() -> None:
    first, again, other = (OidcProvider(OidcSettings(), secret, "https://x.test").key for secret in ("a", "a", "b"))
    assert first == again
    assert first not in (other, b"a")


def test_neither_secret_code_verifier_nor_token_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """The console calls by httpx2; httpx is this test's own browser."""
    with caplog.at_level(logging.DEBUG):
        house.person().log_in()
        house.provider.secret = "another"
        house.person().log_in()
    (asked, again) = house.provider.asked
    hidden = [asked["state"], asked["nonce"], again["state"], house.provider.secret, *house.provider.issued]
    own = [record for record in caplog.records if record.name.partition(".")[0] not in ("httpx", "httpcore")]
    logged = "\n".join(record.getMessage() for record in own)
    assert not [word for word in hidden if word in logged]
    assert "code_verifier" not in logged
    assert "nobody was logged in: NOT_TRUSTED (invalid_client)" in logged


def test_the_session_is_a_new_one_and_the_old_one_is_over(house: House) -> None:
    person = house.person()
    person.log_in()
    before = person.client.cookies["__Host-kraftverk"]
    person.open("/logg-inn/start")
    assert person.where == "/oppfoelging", "the provider knows the person already"
    assert person.client.cookies["__Host-kraftverk"] != before
    assert logins.find(house.desk.database, before, 3600, 3600) is None
    assert house.sessions == 1


@pytest.mark.parametrize(
    ("user", "roles"),
    [("kari", {Role.SAKSBEHANDLER}), ("ola", {Role.GODKJENNER}), ("eva", {Role.SAKSBEHANDLER, Role.DRIFT})],
)
def test_an_app_role_is_a_role_and_an_unknown_one_is_nothing(house: House, user: str, roles: set[Role]) -> None:
    house.person().log_in(user)
    (session,) = house.desk.house.rows("login_session")
    assert set(session.roles.split()) == roles


@pytest.mark.parametrize("user", ["per", "pal", "tor"])
def test_without_a_role_there_is_a_page_that_says_so(house: House, user: str) -> None:
    person = house.person()
    assert person.log_in(user).status_code == 403
    assert person.heading == "Du har ingen rolle i Kraftverk"
    assert PEOPLE[user].name in person.text
    assert house.sessions == 0


def test_a_name_with_script_in_it_is_text(house: House) -> None:
    person = house.person()
    person.log_in("script")
    assert "<script>alert" not in person.last.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in person.last.text


def test_the_trail_knows_the_person_by_the_account_and_pages_by_the_name(house: House) -> None:
    item = house.desk.add("K1")
    person = house.person()
    person.log_in()
    page = person.open(f"/oppgave/{item}").text
    bevis = page.partition('name="bevis" value="')[2].partition('"')[0]
    seq = page.partition('name="seq" value="')[2].partition('"')[0]
    taken = person.client.post(
        f"{house.address}/oppgave/{item}/ta", data={"bevis": bevis, "seq": seq}, headers={"Origin": house.address}
    )
    assert taken.status_code == 200
    told = json.loads(house.desk.house.rows("event")[-1].content)
    assert (told["actor"], told["role"]) == (KARI, "saksbehandler")
    other = house.person()
    other.log_in("eva")
    for place in ("/oppfoelging", f"/oppgave/{item}"):
        other.open(place)
        assert "Kari Saksbehandler" in other.text
        assert PEOPLE["kari"].oid not in other.last.text


def test_a_new_name_follows_the_account(house: House) -> None:
    house.person().log_in()
    house.provider.wrong.claims = {"name": "Kari Gift"}
    house.person().log_in()
    with house.desk.database.read() as c:
        assert logins.names(c) == {KARI: "Kari Gift"}


@pytest.mark.parametrize(
    "page", ["/oppfoelging?vis=ledige&side=2", "/oppgave/1", "/soek?q=C%2F12+3%26x%3D1", "/tilgjengelighet"]
)
def test_after_the_login_the_page_that_was_wanted_is_there(house: House, page: str) -> None:
    house.desk.add("K1")
    person = house.person()
    person.log_in(page=page)
    assert person.where == page


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example.com/",
        "//evil.example.com",
        "/\\evil.example.com",
        "/\t/evil.example.com",
        "/\n/evil.example.com",
        "javascript:alert(1)",
        "oppgave/1",
        "/logg-ut",
        "/logg-inn/start",
        "/æ",
        "/" + "x" * 500,
        "",
    ],
)
def test_nobody_is_sent_to_another_site_or_round_in_a_ring(house: House, wanted: str) -> None:
    person = house.person()
    person.open(f"/logg-inn/start?videre={quote(wanted, safe='')}")
    person.answer()
    assert person.where == "/oppfoelging"


def test_no_foedselsnummer_is_taken_along_to_the_page_that_was_wanted(house: House) -> None:
    person = house.person()
    for path in ("/logg-inn", "/logg-inn/start"):
        answer = person.open(f"{path}?videre=/foelges-opp%3Fkrav%3D{NUMBER}")
        assert (answer.status_code, person.heading) == (422, "Skriv ikke fødselsnummer")
        assert NUMBER not in answer.text
    assert not person.client.cookies, "none is begun"


def test_the_providers_words_may_hold_one_by_chance(house: House) -> None:
    person = begin(house)
    url = answer_of(house, person)
    assert person.open(str(url.copy_set_param("session_state", f"a{NUMBER}b"))).status_code == 200
    assert person.where == "/oppfoelging"


def test_the_word_of_one_login_cannot_be_changed_to_lead_elsewhere(house: House) -> None:
    person = begin(house)
    cookie = word_of(person)
    cookie.value = (cookie.value or "").rpartition(".")[0] + ".aHR0cHM6Ly9ldmlsLmV4YW1wbGUuY29tLw=="
    person.answer()
    assert person.refusal == NOT_BEGUN
    assert house.sessions == 0


def test_a_login_begun_in_another_browser_is_refused(house: House) -> None:
    """Otherwise somebody could log another in as themselves, and see what that person does."""
    url = answer_of(house, begin(house))
    victim = begin(house)
    assert victim.open(str(url)).status_code == 403
    assert victim.refusal == NOT_BEGUN
    stranger = house.person()
    assert stranger.open(str(url)).status_code == 403
    assert stranger.refusal == NOT_BEGUN
    assert house.sessions == 0


@pytest.mark.parametrize("state", ["", "0" * 64, "æøå", "0' OR '1'='1"])
def test_a_wrong_state_is_refused_and_uses_nothing_up(house: House, state: str) -> None:
    person = begin(house)
    url = answer_of(house, person)
    assert person.open(str(url.copy_set_param("state", state))).status_code == 403
    assert person.refusal == NOT_BEGUN
    assert person.open(str(url)).status_code == 200, "the right answer still counts"
    assert house.sessions == 1


@pytest.mark.parametrize(("careless", "told"), [(False, NOT_TRUSTED), (True, NOT_BEGUN)])
def test_an_answer_counts_once(house: House, careless: bool, told: str) -> None:
    """Also where the provider takes its code twice."""
    house.provider.wrong = Wrong(code_counts_again=careless)
    person = begin(house)
    url = answer_of(house, person)
    again = house.person()
    again.client.cookies.update(person.client.cookies)
    person.open(str(url))
    assert again.open(str(url)).status_code == 403
    assert again.refusal == told
    assert house.sessions == 1


def test_who_has_no_role_ends_the_login_too(house: House) -> None:
    house.provider.wrong = Wrong(code_counts_again=True)
    person = begin(house)
    person.client.follow_redirects = False
    url = person.answer("per").headers["location"]
    person.open(url)
    assert person.heading == "Du har ingen rolle i Kraftverk"
    person.open(url)
    assert person.refusal == NOT_BEGUN


def test_a_login_that_took_too_long_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in a browser that keeps its cookies longer than it is told to."""
    slow, late = begin(house), begin(house)
    now = time.time()
    monkeypatch.setattr(oidc, "time", SimpleNamespace(time=lambda: now + 570))
    slow.answer()
    assert slow.where == "/oppfoelging"
    monkeypatch.setattr(oidc, "time", SimpleNamespace(time=lambda: now + 601))
    assert late.answer().status_code == 403
    assert late.refusal == NOT_BEGUN
    assert house.sessions == 1


def test_a_browser_that_keeps_no_cookie_is_told_so_in_one_sentence(house: House) -> None:
    person = begin(house)
    person.client.cookies.delete(word_of(person).name)
    person.answer()
    assert person.refusal == NOT_BEGUN


def test_who_says_no_is_told_so_and_can_try_again(house: House) -> None:
    person = begin(house)
    assert person.send("avbryt").status_code == 403
    assert person.refusal == DENIED
    person.follow("Logg inn")
    person.answer()
    assert person.where == "/oppfoelging"


def test_who_writes_a_wrong_password_comes_no_further(house: House) -> None:
    person = begin(house)
    person.send(bruker="kari", passord="galt")
    assert person.heading == "Kommunens innlogging"
    assert house.sessions == 0


def test_logging_out_is_of_the_account_too(house: House) -> None:
    person = house.person()
    person.log_in()
    kept = person.client.cookies["__Host-kraftverk"]
    person.send()
    assert person.where == "/logg-ut"
    assert person.heading == "Du er logget ut av Kraftverk"
    person.refreshed()
    assert urlsplit(person.where).path == "/logg-inn"
    assert logins.find(house.desk.database, kept, 3600, 3600) is None
    person.follow("Logg inn")
    assert person.heading == "Kommunens innlogging", "the provider asks who it is"


def test_where_the_provider_has_no_such_page_logging_out_is_of_the_console(house: House) -> None:
    house.provider.wrong.metadata = {"end_session_endpoint": None}
    person = house.person()
    person.log_in()
    person.send()
    assert person.heading == "Du er logget ut av Kraftverk"
    assert "Du kan fortsatt være logget inn med kommunens konto." in person.text
    assert person.open("/oppfoelging").url.path == "/logg-inn"


def test_nothing_a_proxy_or_a_client_says_makes_somebody_logged_in(house: House) -> None:
    headers = {
        "X-Forwarded-User": KARI,
        "X-Remote-User": KARI,
        "X-MS-CLIENT-PRINCIPAL-ID": PEOPLE["kari"].oid,
        "X-MS-TOKEN-AAD-ID-TOKEN": "x",
        "Authorization": "Bearer x",
    }
    assert house.person().open("/oppfoelging", headers=headers).url.path == "/logg-inn"


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-URL"])
def test_the_address_people_are_sent_back_to_is_the_settings_alone(house: House, name: str) -> None:
    value = "host=evil.example.com;proto=http" if name == "Forwarded" else "evil.example.com"
    person = house.person()
    person.client.follow_redirects = False
    answer = person.open("/logg-inn/start", headers={name: value})
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == [f"{house.address}/logg-inn/svar"]
    assert answer.headers["set-cookie"].startswith("__Host-")


def test_behind_the_proxy_the_console_answers_to_its_public_name_alone(house: House) -> None:
    inside = f"http://127.0.0.1:{house.port}/logg-inn"
    assert httpx.get(inside, trust_env=False).status_code == 421
    assert httpx.get(inside, headers={"Host": house.address.removeprefix("https://")}, trust_env=False).is_success
    forged = {"Host": "evil.example.com", "X-Forwarded-Host": house.address.removeprefix("https://")}
    assert httpx.get(inside, headers=forged, trust_env=False).status_code == 421


def test_a_one_time_link_does_not_log_in_here(house: House) -> None:
    token = logins.issue_link(house.desk.database, "demo-power", ["power"], 60.0)
    person = house.person()
    person.open(f"/logg-inn?kode={token}")
    assert not person.last.text.count("<form")
    origin = {"Origin": house.address}
    assert person.client.post(f"{house.address}/logg-inn", data={"kode": token}, headers=origin).status_code == 403
    assert house.sessions == 0
