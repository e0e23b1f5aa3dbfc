"""Altinn Notifications: an SMS ordered once, its delivery followed, and the token it takes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest

from connectors.altinn_varsling.client import AltinnVarslingClient, Feed
from connectors.altinn_varsling.sms import Forsendelsesstatus, Sms
from connectors.altinn_varsling.token import AltinnToken
from connectors.credentials import BearerToken
from domain.errors import BusinessException, LoginRejected, SystemException
from tests.unit.connectors.leaks import told_by
from tests.unit.connectors.stubs import Made, Stub, answer, example, hasty, stub

SHIPMENT = "7f0d2c1a-0000-4000-8000-000000000002"
NUMBER = "01817328004"
SMS = Sms("a1b2c3", "PI1000001:2026-11-12", "+4700000001", "Husk å betale.")


def client(subject: Stub) -> AltinnVarslingClient:
    base = "https://example.com/notifications/api/v1"
    return AltinnVarslingClient(base, subject.client(), hasty(), BearerToken("t"), "Innkreving")


def nothing() -> None:
    """For a test that does not ask when."""


@pytest.mark.parametrize("status", [201, 200])
async def test_an_order_on_the_wire(status: int) -> None:
    """200: ordered before under the same idempotencyId. That too is the SMS, once."""
    subject = stub(answer(example("altinn-varsling/order-201.json"), status))
    asked: list[int] = []
    assert await client(subject).order_sms(SMS, before_send=lambda: asked.append(len(subject.requests))) == SHIPMENT
    (request,) = subject.requests
    assert (request.method, request.url.path) == ("POST", "/notifications/api/v1/future/orders")
    assert json.loads(request.content) == json.loads(example("altinn-varsling/order.json"))
    assert (request.headers["authorization"], asked) == ("Bearer t", [0])


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        (example("altinn-varsling/problem-422.json"), 422, "HTTP 422, NOT-00001"),
        ({"status": 422, "code": "NOT-00001"}, 422, "HTTP 422, NOT-00001"),
        ({"errors": {"Recipient": [f"{NUMBER} is not a phone number"]}}, 400, "HTTP 400, no code"),
        ({"code": f"{NUMBER}"}, 400, "HTTP 400, no code"),
    ],
)
async def test_a_refused_order(body: Any, status: int, detail: str) -> None:
    subject = stub(answer(body, status, media_type="application/problem+json"))
    with pytest.raises(BusinessException) as raised:
        await client(subject).order_sms(SMS, before_send=nothing)
    assert (raised.value.code, raised.value.detail, raised.value.nothing_done) == ("SMS_REFUSED", detail, True)
    assert NUMBER not in told_by(raised.value)


async def test_an_order_is_not_repeated_here() -> None:
    subject = stub(answer({}, 503))
    with pytest.raises(SystemException) as raised:
        await client(subject).order_sms(SMS, before_send=nothing)
    assert (raised.value.phase, len(subject.requests)) == ("unavailable", 1)


async def test_nothing_is_sent_once_the_lease_is_lost() -> None:
    def lost() -> None:
        raise RuntimeError("lost")

    subject = stub(answer(example("altinn-varsling/order-201.json"), 201))
    with pytest.raises(RuntimeError):
        await client(subject).order_sms(SMS, before_send=lost)
    assert subject.requests == []


def test_no_number_of_a_person_goes_along_in_the_reference() -> None:
    with pytest.raises(ValueError, match="person's number"):
        Sms("a", f"x{NUMBER}", "+4700000001", "Hei")


def test_an_sms_shows_neither_number_nor_text() -> None:
    assert "+47" not in repr(SMS)
    assert "betale" not in repr(SMS)


async def test_a_shipment() -> None:
    subject = stub(answer(example("altinn-varsling/shipment-200.json")))
    found = await client(subject).get_status(SHIPMENT)
    assert found == Forsendelsesstatus(SHIPMENT, "PI1000001:2026-11-12", "SMS_Accepted", feilet=False)
    assert subject.requests[0].url.path == f"/notifications/api/v1/future/shipment/{SHIPMENT}"


async def test_a_shipment_altinn_does_not_know() -> None:
    problem = {"status": 404, "code": "NOT-00003"}
    assert await client(stub(answer(problem, 404, "application/problem+json"))).get_status(SHIPMENT) is None
    with pytest.raises(SystemException, match="not JSON"):
        await client(stub(answer("<h1>404</h1>", 404, "text/html"))).get_status(SHIPMENT)


@pytest.mark.parametrize(
    ("status", "recipients", "expected"),
    [
        ("Order_Registered", [], ("Order_Registered", False)),
        ("Order_Cancelled", [], ("Order_Cancelled", False)),
        ("Order_Processed", [("SMS", "SMS_Accepted")], ("SMS_Accepted", False)),
        ("Order_Completed", [("SMS", "SMS_Delivered")], ("SMS_Delivered", False)),
        ("Order_Completed", [("SMS", "SMS_Failed")], ("SMS_Failed", True)),
        ("Order_Completed", [("Sms", "SMS_Failed_TTL")], ("SMS_Failed_TTL", True)),
        ("Order_Completed", [("SMS", "SMS_Failed_FromNextYear")], ("SMS_Failed_FromNextYear", True)),
        ("Order_Completed", [("SMS", "SMS_Something")], ("SMS_Something", False)),
        ("Order_Completed", [(None, "SMS_Failed_Expired")], ("SMS_Failed_Expired", True)),
        ("Order_Completed", [("Email", "Email_Failed"), ("SMS", "SMS_Delivered")], ("SMS_Delivered", False)),
    ],
)
async def test_what_a_status_says(
    status: str, recipients: list[tuple[str | None, str]], expected: tuple[str, bool]
) -> None:
    told = [{"type": kind, "destination": "+4700000001", "status": word} for kind, word in recipients]
    subject = stub(answer({"shipmentId": SHIPMENT, "status": status, "recipients": told}))
    found = await client(subject).get_status(SHIPMENT)
    assert found is not None
    assert (found.status, found.feilet) == expected


async def test_the_feed_is_read_to_its_end_and_told_in_order() -> None:
    """`seq` is exclusive: the last number seen is what is asked with next."""
    subject = stub(answer(example("altinn-varsling/feed-200.json")), answer([]))
    feed = await client(subject).read_feed(3)
    assert [request.url.params["seq"] for request in subject.requests] == ["3", "11"]
    assert {request.url.params["pageSize"] for request in subject.requests} == {"500"}
    assert feed == Feed(
        [
            Forsendelsesstatus(SHIPMENT, "PI1000001:2026-11-12", "SMS_Delivered", feilet=False),
            Forsendelsesstatus(
                "7f0d2c1a-0000-4000-8000-000000000003",
                "PI1000002:2026-11-12",
                "SMS_Failed_InvalidRecipient",
                feilet=True,
            ),
            Forsendelsesstatus("7f0d2c1a-0000-4000-8000-000000000004", None, "Order_SomethingNew", feilet=False),
        ],
        11,
    )


async def test_a_feed_with_nothing_new_keeps_its_place() -> None:
    assert await client(stub(answer([]))).read_feed(11) == Feed([], 11)


async def test_a_feed_that_stands_still_is_said() -> None:
    with pytest.raises(SystemException, match="does not go on"):
        await client(stub(answer(example("altinn-varsling/feed-200.json")))).read_feed(3)


@dataclass
class Maskinporten:
    """Tokens mp-1, mp-2, …; the first again until it is refused."""

    number: int = 1
    refusals: list[str] = field(default_factory=list)

    async def authorization(self) -> str:
        return f"Bearer mp-{self.number}"

    def refused(self, authorization: str) -> bool:
        self.refusals.append(authorization)
        self.number += 1
        return True


NOW = 1_790_000_000


def token(name: str, lives: int | None = 1800) -> str:
    claims: dict[str, Any] = {"jti": name} | ({} if lives is None else {"exp": NOW + lives})
    return jwt.encode(claims, "en nøkkel som bare Altinn kjenner", algorithm="HS256")


def altinn_token(clock: list[float], *answers: Made) -> tuple[AltinnToken, Stub, Maskinporten]:
    subject, maskinporten = stub(*answers), Maskinporten()
    base = "https://example.com/authentication/api/v1"
    made = AltinnToken(base, subject.client(), hasty(), maskinporten, now=lambda: clock[0])
    return made, subject, maskinporten


@pytest.mark.parametrize("as_json", [True, False])
async def test_a_token_is_exchanged_and_kept(as_json: bool) -> None:
    body = answer(json.dumps(token("a"))) if as_json else answer(token("a"), media_type="text/plain")
    altinn, subject, _ = altinn_token([NOW], body)
    assert [await altinn.authorization() for _ in range(3)] == [f"Bearer {token('a')}"] * 3
    (request,) = subject.requests
    assert (request.method, request.url.path) == ("GET", "/authentication/api/v1/exchange/maskinporten")
    assert request.headers["authorization"] == "Bearer mp-1"


@pytest.mark.parametrize(("lives", "renewed_after"), [(1800, 1770), (40, 20), (None, 570)])
async def test_a_token_is_renewed_early(lives: int | None, renewed_after: int) -> None:
    clock: list[float] = [NOW]
    altinn, subject, _ = altinn_token(clock, answer(json.dumps(token("a", lives))), answer(json.dumps(token("b"))))
    await altinn.authorization()
    clock[0] = NOW + renewed_after - 1
    await altinn.authorization()
    assert len(subject.requests) == 1
    clock[0] = NOW + renewed_after
    assert await altinn.authorization() == f"Bearer {token('b')}"


async def test_a_token_that_is_refused_is_exchanged_anew_once() -> None:
    altinn, exchanges, _ = altinn_token([NOW], answer(json.dumps(token("a"))), answer(json.dumps(token("b"))))
    api = stub(answer({}, 401), answer(example("altinn-varsling/order-201.json"), 201))
    base = "https://example.com/notifications/api/v1"
    varsling = AltinnVarslingClient(base, api.client(), hasty(), altinn, "Innkreving")
    assert await varsling.order_sms(SMS, before_send=nothing) == SHIPMENT
    used = [request.headers["authorization"] for request in api.requests]
    assert used == [f"Bearer {token('a')}", f"Bearer {token('b')}"]
    assert altinn.refused(used[0])
    assert await altinn.authorization() == used[1], "an old token does not drop the new one"
    assert len(exchanges.requests) == 2


async def test_a_maskinporten_token_that_altinn_refuses() -> None:
    altinn, subject, maskinporten = altinn_token([NOW], answer({}, 401), answer(json.dumps(token("a"))))
    assert await altinn.authorization() == f"Bearer {token('a')}"
    assert (maskinporten.refusals, len(subject.requests)) == (["Bearer mp-1"], 2)
    refused, _, _ = altinn_token([NOW], answer({}, 401))
    with pytest.raises((LoginRejected, SystemException)) as raised:
        await refused.authorization()
    assert (raised.value.system, raised.value.phase) == ("ALTINN", "auth")


@pytest.mark.parametrize(
    "body",
    [
        answer("<html>", media_type="text/html"),
        answer(token("a"), media_type="text/html"),
        answer({"access_token": token("a")}),
        answer('"ikke et token"'),
        answer(b""),
    ],
)
async def test_what_is_no_token_is_not_used(body: Made) -> None:
    altinn, _, _ = altinn_token([NOW], body)
    with pytest.raises(SystemException) as raised:
        await altinn.authorization()
    assert (raised.value.system, raised.value.phase) == ("ALTINN", "parse")
    assert token("a") not in told_by(raised.value)
