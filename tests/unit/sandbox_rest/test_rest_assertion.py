"""The exact limits of a JWT grant, with the time handed in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.maskinporten.assertion import UsedGrants, verify
from sandbox.maskinporten.clients import ClientRegister
from sandbox.maskinporten.errors import GrantRefused
from sandbox.settings import SettingsError

NOW = 1_795_000_000
ISSUER = "http://127.0.0.1:1/maskinporten/"


@pytest.fixture(scope="module")
def signing_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def clients(signing_key: rsa.RSAPrivateKey, tmp_path_factory: pytest.TempPathFactory) -> ClientRegister:
    """The key `snart` expires at NOW + 1, `nettopp` at NOW."""
    public = jwt.algorithms.RSAAlgorithm.to_jwk(signing_key.public_key(), as_dict=True)
    keys = [{**public, "kid": kid, **more} for kid, more in KEYS.items()]
    path = tmp_path_factory.mktemp("clients") / "clients.json"
    path.write_text(json.dumps({"c": {"jwks": {"keys": keys}, "scopes": ["a:b", "c:d"]}}))
    return ClientRegister(path)


KEYS: dict[str, dict[str, int]] = {"k": {}, "snart": {"exp": NOW + 1}, "nettopp": {"exp": NOW}}


def grant(signing_key: rsa.RSAPrivateKey, kid: str = "k", algorithm: str = "RS256", **changes: Any) -> str:
    claims = {"aud": ISSUER, "iss": "c", "scope": "a:b", "iat": NOW, "exp": NOW + 100, "jti": "j", **changes}
    return jwt.encode(claims, signing_key, algorithm=algorithm, headers={"kid": kid})


def outcome(assertion: str, clients: ClientRegister, used: UsedGrants | None = None) -> str | None:
    """`granted`, or the code of the refusal (None for the one without a code)."""
    try:
        verify(assertion, issuer=ISSUER, clients=clients, used=used or UsedGrants(), now=NOW)
    except GrantRefused as refused:
        return refused.code
    return "granted"


TIMES = {
    "just issued": (NOW, NOW + 120, "granted"),
    "lives a second too long": (NOW, NOW + 121, "MP-011"),
    "issued ten seconds ago": (NOW - 10, NOW + 100, "granted"),
    "issued eleven seconds ago": (NOW - 11, NOW + 100, "MP-011"),
    "issued in ten seconds": (NOW + 10, NOW + 100, "granted"),
    "issued in eleven seconds": (NOW + 11, NOW + 100, None),
    "expires now": (NOW - 5, NOW, "MP-130"),
    "expires in a second": (NOW - 5, NOW + 1, "granted"),
    "time as text": (str(NOW), NOW + 100, "MP-011"),
}


@pytest.mark.parametrize(("issued", "expires", "expected"), TIMES.values(), ids=TIMES)
def test_the_times_of_a_grant(
    issued: Any, expires: int, expected: str | None, signing_key: rsa.RSAPrivateKey, clients: ClientRegister
) -> None:
    assert outcome(grant(signing_key, iat=issued, exp=expires), clients) == expected


@pytest.mark.parametrize(("kid", "expected"), [("k", "granted"), ("snart", "granted"), ("nettopp", "MP-121")])
def test_a_key_is_good_until_it_expires(
    kid: str, expected: str, signing_key: rsa.RSAPrivateKey, clients: ClientRegister
) -> None:
    assert outcome(grant(signing_key, kid), clients) == expected


@pytest.mark.parametrize(
    ("algorithm", "expected"), [("RS256", "granted"), ("RS384", "granted"), ("RS512", "granted"), ("PS256", "MP-011")]
)
def test_the_algorithms(algorithm: str, expected: str, signing_key: rsa.RSAPrivateKey, clients: ClientRegister) -> None:
    assert outcome(grant(signing_key, algorithm=algorithm), clients) == expected


def test_an_unsigned_grant_is_refused(clients: ClientRegister) -> None:
    claims = {"aud": ISSUER, "iss": "c", "scope": "a:b", "iat": NOW, "exp": NOW + 100, "jti": "j"}
    assert outcome(jwt.encode(claims, "", algorithm="none", headers={"kid": "k"}), clients) == "MP-011"


def test_a_changed_claim_breaks_the_signature(signing_key: rsa.RSAPrivateKey, clients: ClientRegister) -> None:
    head, _body, signature = grant(signing_key).split(".")
    other_body = grant(signing_key, scope="c:d").split(".")[1]
    assert outcome(f"{head}.{other_body}.{signature}", clients) == "MP-124"


def test_scopes_are_given_back_as_asked_for(signing_key: rsa.RSAPrivateKey, clients: ClientRegister) -> None:
    granted = verify(grant(signing_key, scope="c:d  a:b"), issuer=ISSUER, clients=clients, used=UsedGrants(), now=NOW)
    assert granted.scope == "c:d a:b"


def test_a_jti_is_spent_by_a_good_signature_also_when_the_scope_is_refused(
    signing_key: rsa.RSAPrivateKey, clients: ClientRegister
) -> None:
    used = UsedGrants()
    assert outcome(grant(signing_key, scope="x:y"), clients, used) == "MP-200"
    assert outcome(grant(signing_key), clients, used) == "MP-012"


def test_the_jti_of_an_expired_grant_is_forgotten() -> None:
    used = UsedGrants()
    used.take("c", "j", expires=NOW + 1, now=NOW)
    with pytest.raises(GrantRefused):
        used.take("c", "j", expires=NOW + 1, now=NOW)
    used.take("another client", "j", expires=NOW + 1, now=NOW)
    used.take("c", "j", expires=NOW + 9, now=NOW + 1)


def test_a_new_key_in_the_file_is_seen_at_once(signing_key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    path = tmp_path / "clients.json"
    path.write_text("{}")
    register = ClientRegister(path)
    assert outcome(grant(signing_key), register) == "MP-100"
    public = jwt.algorithms.RSAAlgorithm.to_jwk(signing_key.public_key(), as_dict=True)
    path.write_text(json.dumps({"c": {"jwks": {"keys": [{**public, "kid": "k"}]}, "scopes": ["a:b"]}}))
    assert outcome(grant(signing_key), register) == "granted"


@pytest.mark.parametrize("content", [None, "", "[]", '{"c": {}}', '{"c": {"jwks": {"keys": [{}]}, "scopes": []}}'])
def test_a_client_file_that_cannot_be_used_is_named_at_start(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "clients.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SettingsError, match="SANDBOX_MASKINPORTEN_CLIENTS"):
        ClientRegister(path)


def test_without_a_file_there_are_no_clients(signing_key: rsa.RSAPrivateKey) -> None:
    assert outcome(grant(signing_key), ClientRegister(None)) == "MP-100"
