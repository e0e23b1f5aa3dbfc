"""The token endpoint over a real socket: what it gives out and what it refuses."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

FREG_SCOPE = "folkeregister:deling/offentligmedhjemmel"
Ask = Callable[[Any, str], httpx.Response]
Make = Callable[..., str]


def test_a_good_assertion_gives_a_token_for_the_scope(sandbox: Any, make_assertion: Make, ask_token: Ask) -> None:
    answer = ask_token(sandbox, make_assertion(sandbox))
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 120, FREG_SCOPE)


def test_the_token_says_who_and_what_and_verifies_with_the_published_key(
    sandbox: Any, make_assertion: Make, ask_token: Ask
) -> None:
    token = ask_token(sandbox, make_assertion(sandbox)).json()["access_token"]
    metadata = sandbox.http.get(f"{sandbox.issuer}.well-known/oauth-authorization-server").json()
    published = jwt.PyJWKSet.from_dict(sandbox.http.get(metadata["jwks_uri"]).json())
    key = published[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["RS256"], audience="unspecified", issuer=sandbox.issuer)
    assert claims["client_id"] == "kraftverk"
    assert claims["scope"] == FREG_SCOPE
    assert claims["exp"] - claims["iat"] == 120
    assert claims["consumer"]["ID"].startswith("0192:")


def test_the_metadata_names_the_endpoint_that_answers(sandbox: Any, make_assertion: Make) -> None:
    metadata = sandbox.http.get(f"{sandbox.base}/maskinporten/.well-known/oauth-authorization-server").json()
    assert metadata["issuer"] == f"{sandbox.base}/maskinporten/"
    form = {"grant_type": metadata["grant_types_supported"][0], "assertion": make_assertion(sandbox)}
    assert sandbox.http.post(metadata["token_endpoint"], data=form).status_code == 200


REFUSED = {
    "audience without the closing slash": ({"aud": "{base}/maskinporten"}, "MP-110", "invalid_grant"),
    "audience of the real issuer": ({"aud": "https://maskinporten.no/"}, "MP-110", "invalid_grant"),
    "unknown client": ({"iss": "en-annen"}, "MP-100", "invalid_grant"),
    "unknown key": ({"header": {"kid": "ukjent"}}, "MP-100", "invalid_grant"),
    "expired key": ({"header": {"kid": "gammel"}}, "MP-121", "invalid_grant"),
    "certificate": ({"header": {"x5c": ["MII"]}}, "MP-123", "invalid_grant"),
    "foreign scope": ({"scope": "nav:aareg/v1/arbeidsforhold"}, "MP-200", "invalid_scope"),
    "one foreign scope among good ones": (
        {"scope": f"{FREG_SCOPE} krr:global/digitalpost.read"},
        "MP-200",
        "invalid_scope",
    ),
    "no scope": ({"scope": None}, "MP-011", "invalid_request"),
    "no jti": ({"jti": None}, "MP-011", "invalid_request"),
    "no iat": ({"iat": None}, "MP-011", "invalid_request"),
}


@pytest.mark.parametrize(("changes", "code", "error"), REFUSED.values(), ids=REFUSED)
def test_a_bad_assertion_is_refused_with_its_code(
    changes: dict[str, Any], code: str, error: str, sandbox: Any, make_assertion: Make, ask_token: Ask
) -> None:
    changes = {name: value.format(base=sandbox.base) if name == "aud" else value for name, value in changes.items()}
    answer = ask_token(sandbox, make_assertion(sandbox, **changes))
    assert answer.status_code == 400
    body = answer.json()
    assert set(body) == {"error", "error_description", "error_uri"}
    assert body["error"] == error
    assert body["error_uri"] == f"https://maskinporten.no/errors/{code}"
    assert re.search(r"\(trace_id: [0-9a-f]{32}\)$", body["error_description"])


def test_an_assertion_signed_with_another_key_is_refused(sandbox: Any, make_assertion: Make, ask_token: Ask) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    answer = ask_token(sandbox, make_assertion(sandbox, signed_with=stranger))
    assert (answer.status_code, answer.json()["error_uri"][-6:]) == (400, "MP-124")


def test_an_assertion_works_once(sandbox: Any, make_assertion: Make, ask_token: Ask) -> None:
    assertion = make_assertion(sandbox)
    assert ask_token(sandbox, assertion).status_code == 200
    again = ask_token(sandbox, assertion)
    assert (again.status_code, again.json()["error_uri"][-6:]) == (400, "MP-012")


def test_a_new_assertion_with_an_old_jti_is_refused(sandbox: Any, make_assertion: Make, ask_token: Ask) -> None:
    assert ask_token(sandbox, make_assertion(sandbox, jti="samme")).status_code == 200
    again = ask_token(sandbox, make_assertion(sandbox, jti="samme", exp=int(time.time()) + 90))
    assert again.json()["error_uri"][-6:] == "MP-012"


def test_a_lost_answer_has_spent_the_jti(sandbox: Any, make_assertion: Make, ask_token: Ask) -> None:
    assertion = make_assertion(sandbox)
    sandbox.turn("MASKINPORTEN", "answer_lost", times=1)
    with pytest.raises(httpx.TransportError):
        ask_token(sandbox, assertion)
    assert ask_token(sandbox, assertion).json()["error_uri"][-6:] == "MP-012"
    assert ask_token(sandbox, make_assertion(sandbox)).status_code == 200


@pytest.mark.parametrize("form", [{}, {"grant_type": "client_credentials"}, {"assertion": "x.y.z"}])
def test_a_request_that_is_no_jwt_grant_is_refused(form: dict[str, str], sandbox: Any) -> None:
    answer = sandbox.http.post(f"{sandbox.base}/maskinporten/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_text_that_is_no_jwt_is_refused(sandbox: Any, ask_token: Ask) -> None:
    assert ask_token(sandbox, "ikke.en.jwt").json()["error_uri"][-6:] == "MP-011"


def test_tokens_live_as_long_as_the_environment_says(
    short_lived: Any, make_assertion: Make, ask_token: Ask, eventually: Callable[..., bool]
) -> None:
    body = ask_token(short_lived, make_assertion(short_lived)).json()
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    person = f"{short_lived.freg}/personer/01817328004"
    assert body["expires_in"] == 1
    assert short_lived.http.get(person, headers=headers).status_code == 200
    assert eventually(lambda: short_lived.http.get(person, headers=headers).status_code == 401)


def test_a_token_of_another_sandbox_is_worth_nothing(sandbox: Any, short_lived: Any, bearer: Any) -> None:
    answer = short_lived.http.get(f"{short_lived.freg}/personer/01817328004", headers=bearer(sandbox))
    assert answer.status_code == 401
