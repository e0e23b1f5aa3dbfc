"""A provider that is wrong in one way at a time, or somebody who pretends to be it: nobody is logged in, and the login
page says so in a sentence."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.integration.oidc.conftest import House
from tests.integration.oidc.provider import CLIENT_ID, PEOPLE, Provider, Wrong, make_key

NOT_TRUSTED = (
    "Svaret fra kommunens innlogging kunne ikke godtas. Prøv igjen. Si fra til Power-teamet hvis det gjentar seg."
)
DENIED = "Innloggingen ble avbrutt, eller kontoen din har ikke fått tilgang til Kraftverk."
AWAY = "Kommunens innlogging svarer ikke. Vent litt og prøv igjen."
OTHER_KEY = make_key()
NOW = int(time.time())
OTHER_ISSUER = "https://login.example.com/another/v2.0"


@dataclass(frozen=True)
class Case:
    name: str
    said: str
    status: int = 403
    wrong: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def claims(**changed: object) -> dict[str, Any]:
    return {"claims": changed}


AFTER_THE_FORM = [
    Case("for another client", NOT_TRUSTED, wrong=claims(aud="another")),
    Case("for another client, asked for by us", NOT_TRUSTED, wrong=claims(aud="another", azp=CLIENT_ID)),
    Case("for two clients, asked for by the other", NOT_TRUSTED, wrong=claims(aud=[CLIENT_ID, "b"], azp="b")),
    Case("for nobody", NOT_TRUSTED, wrong=claims(aud=None)),
    Case("of another issuer", NOT_TRUSTED, wrong=claims(iss=OTHER_ISSUER)),
    Case("of no issuer", NOT_TRUSTED, wrong=claims(iss=None)),
    Case("of another login", NOT_TRUSTED, wrong=claims(nonce="0" * 64)),
    Case("of no login", NOT_TRUSTED, wrong=claims(nonce=None)),
    Case("too old", NOT_TRUSTED, wrong=claims(exp=NOW - 3600, iat=NOW - 7200, nbf=NOW - 7200)),
    Case("that never ends", NOT_TRUSTED, wrong=claims(exp=None)),
    Case("that ends at a word", NOT_TRUSTED, wrong=claims(exp="soon")),
    Case("not yet begun", NOT_TRUSTED, wrong=claims(nbf=NOW + 7200)),
    Case("made in the future", NOT_TRUSTED, wrong=claims(iat=NOW + 7200)),
    Case("without tenant", NOT_TRUSTED, wrong=claims(tid=None)),
    Case("without account", NOT_TRUSTED, wrong=claims(oid=None)),
    Case("with an account that is no id", NOT_TRUSTED, wrong=claims(oid="kari@example.com:x")),
    Case("without subject", NOT_TRUSTED, wrong=claims(sub=None)),
    Case("signed by an unknown key", NOT_TRUSTED, wrong={"key": OTHER_KEY, "kid": "ukjent"}),
    Case("signed by another key of the same name", NOT_TRUSTED, wrong={"key": OTHER_KEY}),
    Case("not signed", NOT_TRUSTED, wrong={"algorithm": "none"}),
    Case("not signed, as its metadata allow", NOT_TRUSTED, wrong={"algorithm": "none", "metadata": {
        "id_token_signing_alg_values_supported": ["none", "RS256"]}}),
    Case("signed with the client secret", NOT_TRUSTED, wrong={"algorithm": "HS256", "key": "x" * 32}),
    Case("signed another way, as its metadata allow", NOT_TRUSTED, wrong={"algorithm": "RS512", "metadata": {
        "id_token_signing_alg_values_supported": ["RS512", "RS256"]}}),
    Case("no token", NOT_TRUSTED, wrong={"token": JSONResponse({"access_token": "x", "token_type": "Bearer"})}),
    Case("a token that is a word", NOT_TRUSTED, wrong={
        "token": JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": "x"})}),
    Case("a token that is a number", NOT_TRUSTED, wrong={
        "token": JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": 1})}),
    Case("an answer that is no JSON", NOT_TRUSTED, wrong={"token": PlainTextResponse("hei")}),
    Case("an answer that is a list", NOT_TRUSTED, wrong={"token": JSONResponse([])}),
    Case("a code it does not know", NOT_TRUSTED, wrong={"token": JSONResponse({"error": "invalid_grant"}, 400)}),
    Case("an error that is no word", NOT_TRUSTED, wrong={"token": JSONResponse({"error": {"a": 1}}, 400)}),
    Case("a token endpoint that fails", AWAY, 503, wrong={"token": Response("", 500)}),
    Case("keys that cannot be read", NOT_TRUSTED, wrong={"keys": PlainTextResponse("hei")}),
    Case("keys that are none", NOT_TRUSTED, wrong={"keys": JSONResponse({"keys": []})}),
    Case("keys that cannot be had", AWAY, 503, wrong={"keys": Response("", 500)}),
    Case("a page that is not there", NOT_TRUSTED, wrong={"metadata": {"jwks_uri": None}}),
]  # fmt: skip
BEFORE_THE_FORM = [
    Case("away", AWAY, 503, wrong={"away": True}),
    Case("another issuer", NOT_TRUSTED, wrong={"metadata": {"issuer": OTHER_ISSUER}}),
    Case("every tenant", NOT_TRUSTED, wrong={"metadata": {"issuer": "https://login.example.com/{tenantid}/v2.0"}}),
    Case("no issuer", NOT_TRUSTED, wrong={"metadata": {"issuer": None}}),
    Case("no page to log in at", NOT_TRUSTED, wrong={"metadata": {"authorization_endpoint": None}}),
]
REFUSED_BY_THE_PROVIDER = {
    "access_denied": DENIED,
    "consent_required": DENIED,
    "server_error": AWAY,
    "temporarily_unavailable": AWAY,
    "invalid_scope": NOT_TRUSTED,
    "<script>": NOT_TRUSTED,
}


@pytest.mark.parametrize("case", AFTER_THE_FORM, ids=str)
def test_an_answer_that_cannot_be_trusted_logs_nobody_in(house: House, case: Case) -> None:
    house.provider.wrong = Wrong(**case.wrong)
    if case.name == "signed with the client secret":
        house.provider.wrong.key = house.provider.secret
    person = house.person()
    answer = person.log_in()
    assert (answer.status_code, person.refusal) == (case.status, case.said)
    assert house.sessions == 0
    assert "__Host-kraftverk" not in person.client.cookies


@pytest.mark.parametrize("case", BEFORE_THE_FORM, ids=str)
def test_to_a_provider_that_is_not_the_right_one_nobody_is_sent(house: House, case: Case) -> None:
    house.provider.wrong = Wrong(**case.wrong)
    person = house.person()
    person.open("/logg-inn")
    answer = person.follow("Logg inn")
    assert (answer.status_code, person.refusal) == (case.status, case.said)
    assert house.provider.asked == []


@pytest.mark.parametrize("error", REFUSED_BY_THE_PROVIDER)
def test_what_the_provider_refuses_is_told_in_our_words(house: House, error: str) -> None:
    house.provider.wrong = Wrong(error=error)
    person = house.person()
    person.open("/logg-inn")
    answer = person.follow("Logg inn")
    said = REFUSED_BY_THE_PROVIDER[error]
    assert (answer.status_code, person.refusal) == (503 if said == AWAY else 403, said)
    assert error not in answer.text
    assert "AADSTS" not in answer.text


def test_a_wrong_client_secret_logs_nobody_in(house: House) -> None:
    house.provider.secret = "renewed at the provider"
    person = house.person()
    person.log_in()
    assert person.refusal == NOT_TRUSTED


def test_when_the_provider_is_right_again_people_log_in_without_a_restart(house: House) -> None:
    person = house.person()
    for wrong in (Wrong(away=True), Wrong(metadata={"issuer": OTHER_ISSUER}), Wrong(metadata={"issuer": None})):
        house.provider.wrong = wrong
        person.open("/logg-inn/start")
        assert person.refusal
    house.provider.wrong = Wrong()
    person.log_in()
    assert person.where == "/oppfoelging"


def test_a_new_key_of_the_provider_is_taken_into_use(house: House) -> None:
    house.person().log_in()
    house.provider.key, house.provider.kid = OTHER_KEY, "nøkkel-2"
    person = house.person()
    person.log_in()
    assert person.where == "/oppfoelging"
    assert house.provider.key_reads == 2


def test_the_keys_are_not_fetched_for_every_login(house: House) -> None:
    for _ in range(2):
        house.person().log_in()
    assert house.provider.key_reads == 1


@pytest.mark.parametrize("seconds", [-30, 30])
def test_clocks_may_differ_a_little(house: House, seconds: int) -> None:
    now = int(time.time())
    house.provider.wrong = Wrong(claims={"exp": now + seconds, "iat": now + seconds, "nbf": now + seconds})
    person = house.person()
    person.log_in()
    assert person.where == "/oppfoelging"


def test_a_provider_that_is_away_keeps_nobody_from_logging_out(house: House) -> None:
    house.provider.wrong = Wrong(away=True)
    person = house.person()
    assert person.open("/logg-ut").status_code == 200
    assert person.heading == "Du er logget ut av Kraftverk"
    assert "Du kan fortsatt være logget inn med kommunens konto." in person.text


def test_the_provider_of_the_tests_checks_what_it_is_sent(provider: Provider) -> None:
    """Otherwise the tests above would prove nothing."""
    provider.console = "https://localhost:1"
    query = {
        "client_id": CLIENT_ID,
        "redirect_uri": "https://localhost:1/logg-inn/svar",
        "response_type": "code",
        "scope": "openid profile",
        "state": "s" * 32,
        "nonce": "n" * 32,
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
    }
    endpoint = provider.metadata_url.replace("v2.0/.well-known/openid-configuration", "oauth2/v2.0")
    with httpx.Client(trust_env=False) as http:
        for name, changed in {"redirect_uri": "https://evil.example.com", "client_id": "another"}.items():
            assert http.get(f"{endpoint}/authorize", params=query | {name: changed}).status_code == 400
        for name in ("response_type", "scope", "state", "nonce", "code_challenge", "code_challenge_method"):
            sent = http.get(f"{endpoint}/authorize", params={key: query[key] for key in query if key != name})
            assert "error=invalid_request" in sent.headers["location"]
        form = {"bruker": "kari", "passord": PEOPLE["kari"].password}
        back = httpx.URL(http.post(f"{endpoint}/authorize", params=query, data=form).headers["location"])
        token = {
            "grant_type": "authorization_code",
            "code": back.params["code"],
            "redirect_uri": query["redirect_uri"],
            "code_verifier": "v" * 64,
        }
        assert http.post(f"{endpoint}/token", data=token, auth=(CLIENT_ID, "wrong")).status_code == 401
        refused = http.post(f"{endpoint}/token", data=token, auth=(CLIENT_ID, provider.secret))
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert not [word for word in provider.issued if word.count(".") == 2], "no token"
