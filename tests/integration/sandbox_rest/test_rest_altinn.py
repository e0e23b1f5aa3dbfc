"""Altinn over HTTP: a token for a token, an SMS once for each idempotencyId, and a feed of how they ended."""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

ALTINN_SCOPE = "altinn:serviceowner/notifications.create"
ORDERS, SHIPMENT = "/future/orders", "/future/shipment"
_numbers = count(1)


@pytest.fixture
def exchange(sandbox: Any) -> Callable[[dict[str, str]], httpx.Response]:
    def make(headers: dict[str, str]) -> httpx.Response:
        url = f"{sandbox.base}/altinn/authentication/api/v1/exchange/maskinporten"
        answer: httpx.Response = sandbox.http.get(url, headers=headers)
        return answer

    return make


@pytest.fixture
def altinn(sandbox: Any, bearer: Callable[..., dict[str, str]], exchange: Any) -> Iterator[httpx.Client]:
    token = exchange(bearer(sandbox, ALTINN_SCOPE)).json()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{sandbox.base}/altinn/notifications/api/v1", headers=headers, verify=False) as client:
        yield client


@pytest.fixture
def kravnr() -> str:
    """One that no other test orders an SMS of."""
    return f"PI71{next(_numbers):05}"


def order(kravnr: str, **changes: Any) -> dict[str, Any]:
    sms = {"phoneNumber": "+4700000001", "smsSettings": {"body": "Hei", "sendingTimePolicy": "Daytime"}}
    values = {"idempotencyId": f"nokkel-{kravnr}", "sendersReference": f"{kravnr}:2026-11-12"}
    return {**values, "recipient": {"recipientSms": sms}, **changes}


def counted(sandbox: Any, kravnr: str) -> list[str]:
    effects = sandbox.control.get("/effects").json()["effects"]
    return [e["detail"]["id"] for e in effects if e["system"] == "ALTINN" and e["key"].startswith(f"{kravnr}:")]


def end(sandbox: Any, kravnr: str, status: str) -> None:
    sandbox.control.post("/sms", json={"kravnr": kravnr, "status": status}).raise_for_status()


def test_an_sms_is_sent_once_for_each_idempotency_id(sandbox: Any, altinn: httpx.Client, kravnr: str) -> None:
    first, again = (altinn.post(ORDERS, json=order(kravnr)) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    shipment = first.json()["notification"]["shipmentId"]
    assert [shipment] == counted(sandbox, kravnr)
    other = altinn.post(ORDERS, json=order(kravnr, idempotencyId=str(uuid.uuid4())))
    assert other.status_code == 201
    assert len(counted(sandbox, kravnr)) == 2


def test_who_got_which(sandbox: Any, altinn: httpx.Client, kravnr: str) -> None:
    altinn.post(ORDERS, json=order(kravnr)).raise_for_status()
    rows = list(csv.DictReader(sandbox.control.get("/sms.csv").text.splitlines()))
    (mine,) = [row for row in rows if row["kravnr"] == kravnr]
    assert mine == {"kravnr": kravnr, "mobil": "+4700000001", "tekst": "Hei", "status": "SMS_Accepted"}


def test_a_delivery_is_followed(sandbox: Any, altinn: httpx.Client, kravnr: str) -> None:
    shipment = altinn.post(ORDERS, json=order(kravnr)).json()["notification"]["shipmentId"]
    accepted = altinn.get(f"{SHIPMENT}/{shipment}").json()
    assert (accepted["status"], accepted["recipients"][0]["status"]) == ("Order_Processed", "SMS_Accepted")
    end(sandbox, kravnr, "SMS_Delivered")
    delivered = altinn.get(f"{SHIPMENT}/{shipment}").json()
    assert (delivered["status"], delivered["recipients"][0]["status"]) == ("Order_Completed", "SMS_Delivered")


def test_the_feed_tells_what_has_ended_and_its_seq_is_exclusive(
    sandbox: Any, altinn: httpx.Client, kravnr: str
) -> None:
    def feed(seq: int, size: int = 500) -> list[dict[str, Any]]:
        answer = altinn.get(f"{SHIPMENT}/feed", params={"seq": seq, "pageSize": size})
        entries: list[dict[str, Any]] = answer.json()
        return entries

    start = max((entry["sequenceNumber"] for entry in feed(0)), default=0)
    altinn.post(ORDERS, json=order(kravnr)).raise_for_status()
    assert feed(start) == []
    end(sandbox, kravnr, "SMS_Sending")
    assert feed(start) == [], "still on its way"
    end(sandbox, kravnr, "SMS_Failed_InvalidRecipient")
    (told,) = feed(start)
    assert (told["sequenceNumber"], told["sendersReference"]) == (start + 1, f"{kravnr}:2026-11-12")
    assert told["recipients"][0]["status"] == "SMS_Failed_InvalidRecipient"
    assert feed(start + 1) == []
    end(sandbox, kravnr, "SMS_Delivered")
    assert [entry["sequenceNumber"] for entry in feed(start, size=1)] == [start + 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"idempotencyId": ""},
        {"idempotencyId": None},
        {"recipient": {}},
        {"recipient": {"recipientSms": {"phoneNumber": "00000001", "smsSettings": {"body": "Hei"}}}},
        {"recipient": {"recipientSms": {"phoneNumber": "+4700000001", "smsSettings": {"body": ""}}}},
        {"recipient": {"recipientSms": {"phoneNumber": "+4700000001", "smsSettings": {"body": "x", "tekst": "y"}}}},
        {"requestedSendTime": "2026-01-01T12:00:00Z"},
        {"requestedSendTime": "2126-01-01T12:00:00"},
        {"somethingElse": 1},
    ],
)
def test_an_order_that_is_refused_sends_nothing(
    sandbox: Any, altinn: httpx.Client, kravnr: str, changes: dict[str, Any]
) -> None:
    answer = altinn.post(ORDERS, json=order(kravnr, **changes))
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert counted(sandbox, kravnr) == []


def test_what_cannot_be_answered(altinn: httpx.Client) -> None:
    missing = altinn.get(f"{SHIPMENT}/{uuid.uuid4()}")
    assert (missing.status_code, missing.json()["code"]) == (404, "NOT-00003")
    assert altinn.get(f"{SHIPMENT}/feed", params={"pageSize": 501}).status_code == 400
    assert altinn.get(f"{SHIPMENT}/feed", params={"seq": "x"}).status_code == 400


def test_a_token_is_exchanged_for_one_of_maskinporten_and_of_the_scope(
    sandbox: Any, bearer: Callable[..., dict[str, str]], exchange: Any, altinn: httpx.Client
) -> None:
    assert exchange({}).status_code == 401
    assert exchange({"Authorization": "Bearer tull"}).status_code == 401
    assert exchange(bearer(sandbox)).status_code == 403
    own = {"Authorization": altinn.headers["authorization"]}
    assert exchange(own).status_code == 401, "a token of Altinn's own is none of Maskinporten's"
    direct = altinn.get(f"{SHIPMENT}/feed", headers=bearer(sandbox, ALTINN_SCOPE))
    assert direct.status_code == 401, "and the other way about"


def test_an_answer_lost_after_the_order_was_taken_in(sandbox: Any, altinn: httpx.Client, kravnr: str) -> None:
    sandbox.turn("ALTINN", "answer_lost", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        altinn.post(ORDERS, json=order(kravnr))
    again = altinn.post(ORDERS, json=order(kravnr))
    assert (again.status_code, [again.json()["notification"]["shipmentId"]]) == (200, counted(sandbox, kravnr))


def test_what_became_of_an_sms_nobody_ordered(sandbox: Any) -> None:
    answer = sandbox.control.post("/sms", json={"kravnr": "PI0000000", "status": "SMS_Delivered"})
    assert answer.status_code == 422


@pytest.mark.needs_shared
def test_every_answer_has_the_published_keys(sandbox: Any, altinn: httpx.Client, kravnr: str, shared: Path) -> None:
    folder = shared / "contracts" / "altinn-notifications"

    def published(name: str) -> Any:
        return json.loads((folder / name).read_text(encoding="utf-8"))

    ordered = altinn.post(ORDERS, json=order(kravnr)).json()
    assert set(ordered) == set(published("order-201.json"))
    assert set(ordered["notification"]) == set(published("order-201.json")["notification"])
    shipment = altinn.get(f"{SHIPMENT}/{ordered['notification']['shipmentId']}").json()
    assert set(shipment) == set(published("shipment-200.json"))
    assert set(shipment["recipients"][0]) == set(published("shipment-200.json")["recipients"][0])
    end(sandbox, kravnr, "SMS_Delivered")
    entry = altinn.get(f"{SHIPMENT}/feed").json()[-1]
    assert {"type" if key == "shipmentType" else key for key in entry} == set(published("shipment-feed-200.json")[0])


def test_a_token_runs_out(short_lived: Any, bearer: Callable[..., dict[str, str]], eventually: Any) -> None:
    with httpx.Client(base_url=f"{short_lived.base}/altinn", verify=False) as altinn:
        exchanged = altinn.get(
            "/authentication/api/v1/exchange/maskinporten", headers=bearer(short_lived, ALTINN_SCOPE)
        )
        headers = {"Authorization": f"Bearer {exchanged.json()}"}
        url = "/notifications/api/v1/future/shipment/feed"
        assert eventually(lambda: altinn.get(url, headers=headers).status_code == 401)
