"""Tokens: the assertion as Maskinporten wants it, kept and renewed early, and each refusal told apart."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qs

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.call import Call
from connectors.http import Api
from connectors.maskinporten import MaskinportenClient, MaskinportenToken
from domain.errors import LoginRejected, SystemException
from tests.unit.connectors.leaks import told_by
from tests.unit.connectors.stubs import Made, Stub, answer, example, hasty, stub

TOKEN = answer(example("maskinporten/token-200.json"))


@dataclass
class Clock:
    now: float = 1_780_000_000.0

    def __call__(self) -> float:
        return self.now


def tokens(expires_in: int, *names: str) -> list[Made]:
    return [answer({"access_token": name, "expires_in": expires_in}) for name in names]


def client(
    subject: Stub, key: bytes, clock: Clock | None = None, issuer: str = "https://test.example.com/"
) -> MaskinportenClient:
    return MaskinportenClient(
        "https://test.example.com/token", issuer, "klient-1", "kid-1", lambda: key, subject.client(), hasty(),
        now=clock or Clock(),
    )  # fmt: skip


def assertion_of(request: httpx.Request) -> str:
    return parse_qs(request.content.decode())["assertion"][0]


async def test_the_assertion(private_key: bytes) -> None:
    subject = stub(TOKEN)
    assert await client(subject, private_key).token("a:b c:d") == "eksempel-token"
    request = subject.requests[0]
    assert (request.method, str(request.url)) == ("POST", "https://test.example.com/token")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.content.decode())["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    key = serialization.load_pem_private_key(private_key, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    decoded = jwt.decode_complete(
        assertion_of(request),
        key.public_key(),
        algorithms=["RS256"],
        audience="https://test.example.com/",
        options={"verify_exp": False, "verify_iat": False},
    )
    claims = decoded["payload"]
    assert decoded["header"]["kid"] == "kid-1"
    assert (claims["iss"], claims["scope"], claims["iat"]) == ("klient-1", "a:b c:d", 1_780_000_000)
    assert 0 < claims["exp"] - claims["iat"] <= 120
    assert "resource" not in claims


async def test_the_issuer_gets_the_closing_slash_the_audience_must_have(private_key: bytes) -> None:
    subject = stub(TOKEN)
    await client(subject, private_key, issuer="https://test.example.com").token("a:b")
    claims = jwt.decode(assertion_of(subject.requests[0]), options={"verify_signature": False})
    assert claims["aud"] == "https://test.example.com/"


async def test_every_try_has_an_assertion_of_its_own(private_key: bytes) -> None:
    subject = stub(httpx.ReadTimeout(""), answer(status=503), TOKEN)
    await client(subject, private_key).token("a:b")
    ids = {jwt.decode(assertion_of(r), options={"verify_signature": False})["jti"] for r in subject.requests}
    assert len(ids) == 3


async def test_a_key_that_has_been_rotated_signs_the_next_assertion(private_key: bytes) -> None:
    later = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    rotated = later.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files, subject = iter([private_key, rotated, rotated]), stub(TOKEN)
    maskinporten = MaskinportenClient(
        "https://test.example.com/token", "i/", "k", "kid", lambda: next(files), subject.client(), hasty(), now=Clock()
    )
    for scope in ("a:b", "c:d", "e:f"):
        await maskinporten.token(scope)
    assert next(files, None) is None
    signed = [_is_signed_with(later.public_key(), assertion_of(request)) for request in subject.requests]
    assert signed == [False, True, True]


def _is_signed_with(key: rsa.RSAPublicKey, assertion: str) -> bool:
    try:
        jwt.decode(
            assertion,
            key,
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_aud": False, "verify_iat": False},
        )
    except jwt.InvalidSignatureError:
        return False
    return True


@pytest.mark.parametrize(
    ("expires_in", "later", "expected"),
    [
        (120, 89.0, "first"),  # renewed 30 s before the end
        (120, 90.0, "second"),
        (599, 568.0, "first"),
        (599, 570.0, "second"),
        (20, 9.0, "first"),  # a short one: half its life
        (20, 10.0, "second"),
    ],
)
async def test_a_token_is_kept_and_renewed_before_it_expires(
    private_key: bytes, expires_in: int, later: float, expected: str
) -> None:
    clock = Clock()
    maskinporten = client(stub(*tokens(expires_in, "first", "second")), private_key, clock)
    assert await maskinporten.token("a:b") == "first"
    clock.now += later
    assert await maskinporten.token("a:b") == expected


async def test_scopes_have_tokens_of_their_own(private_key: bytes) -> None:
    maskinporten = client(stub(*tokens(120, "first", "second")), private_key)
    assert [await maskinporten.token(scope) for scope in ("a:b", "c:d", "a:b")] == ["first", "second", "first"]


async def test_many_at_once_ask_once(private_key: bytes) -> None:
    subject = stub(TOKEN)
    maskinporten = client(subject, private_key)
    assert await asyncio.gather(*[maskinporten.token("a:b") for _ in range(20)]) == ["eksempel-token"] * 20
    assert len(subject.requests) == 1


async def test_a_failure_is_not_kept(private_key: bytes) -> None:
    maskinporten = client(stub(answer(status=403), TOKEN), private_key)
    with pytest.raises(SystemException):
        await maskinporten.token("a:b")
    assert await maskinporten.token("a:b") == "eksempel-token"


async def test_an_expired_token_is_replaced_and_the_call_made_again(private_key: bytes) -> None:
    maskinporten = client(stub(*tokens(120, "first", "second")), private_key)
    register = stub(answer(status=401), answer({}))
    credentials = MaskinportenToken(maskinporten, "a:b")
    api = Api("REGISTERET", "https://example.com", register.client(), hasty(), credentials=credentials)
    await api.send(Call(method="GET", route="/"))
    assert [request.headers["authorization"] for request in register.requests] == ["Bearer first", "Bearer second"]


async def test_forgetting_an_old_token_leaves_the_new_one(private_key: bytes) -> None:
    subject = stub(*tokens(120, "first", "second", "third"))
    maskinporten = client(subject, private_key)
    await maskinporten.token("a:b")
    maskinporten.forget("a:b", "first")
    assert await maskinporten.token("a:b") == "second"
    maskinporten.forget("a:b", "first")
    assert await maskinporten.token("a:b") == "second"


def refusal(error: str, code: str | None, description: str = "Tekst. (trace_id: 1)", status: int = 400) -> Made:
    uri = {} if code is None else {"error_uri": f"https://maskinporten.no/errors/{code}"}
    return answer({"error": error, "error_description": description, **uri}, status=status)


@pytest.mark.parametrize(
    ("refused", "kind", "shown"),
    [
        (refusal("invalid_grant", "MP-100"), LoginRejected, "MP-100"),
        (refusal("invalid_grant", "MP-110"), LoginRejected, "MP-110"),
        (refusal("invalid_grant", "MP-121"), LoginRejected, "MP-121"),
        (refusal("invalid_grant", "MP-124"), LoginRejected, "MP-124"),
        (refusal("invalid_client", None, status=401), LoginRejected, "no code"),
        (refusal("invalid_grant", "MP-012"), SystemException, "MP-012"),
        (refusal("invalid_grant", "MP-130"), SystemException, "MP-130"),
        (refusal("invalid_grant", None, "Issue time is after now (trace_id: 1)"), SystemException, "no code"),
        (refusal("invalid_request", "MP-011"), SystemException, "MP-011"),
        (refusal("invalid_scope", "MP-200"), SystemException, "MP-200"),
        (refusal("forbidden", "MP-250", status=403), SystemException, "MP-250"),
        (refusal("noe nytt og 01817328004", "MP-999"), SystemException, "unknown error"),
        (answer("<html>WAF</html>", 403, "text/html"), SystemException, "HTTP 403"),
        (answer("<html>WAF</html>", 401, "text/html"), SystemException, "HTTP 401"),
    ],
)
async def test_refusals(private_key: bytes, refused: Made, kind: type[SystemException], shown: str) -> None:
    """What is wrong with us stops the target at once; what is wrong with one assertion or a grant does not."""
    subject = stub(refused)
    with pytest.raises(SystemException) as raised:
        await client(subject, private_key).token("a:b")
    error = raised.value
    assert (type(error), error.system, error.phase) == (kind, "MASKINPORTEN", "auth")
    assert shown in error.message
    assert len(subject.requests) == 1
    assert "trace_id" not in error.message
    assert "01817328004" not in told_by(error)


async def test_the_example_of_an_expired_key(private_key: bytes) -> None:
    refused = answer(example("maskinporten/feil-400-MP-121.json"), status=400)
    with pytest.raises(LoginRejected, match=r"invalid_grant \(MP-121\)"):
        await client(stub(refused), private_key).token("a:b")


@pytest.mark.parametrize("key", [b"", b"-----BEGIN PRIVATE KEY-----\nHEMMELIG\n-----END PRIVATE KEY-----\n"])
async def test_a_key_that_is_no_key(key: bytes) -> None:
    subject = stub(TOKEN)
    with pytest.raises(SystemException) as raised:
        await client(subject, key).token("a:b")
    assert (raised.value.system, raised.value.phase, subject.requests) == ("MASKINPORTEN", "auth", [])
    assert "HEMMELIG" not in told_by(raised.value)


async def test_a_key_file_that_is_not_there(tmp_path_factory: pytest.TempPathFactory) -> None:
    missing = tmp_path_factory.mktemp("key") / "key.pem"
    maskinporten = MaskinportenClient(
        "https://test.example.com/token", "i/", "k", "kid", missing.read_bytes, stub(TOKEN).client(), hasty()
    )
    with pytest.raises(SystemException, match="FileNotFoundError") as raised:
        await maskinporten.token("a:b")
    assert raised.value.phase == "auth"
