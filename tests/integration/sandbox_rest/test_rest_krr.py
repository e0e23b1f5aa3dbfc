"""KRR over HTTP: up to a thousand in one call, for who has a token of its scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

KRR_SCOPE = "krr:global/kontaktinformasjon.read"
KARI, DOED, BARN, UKJENT = "01817328004", "01818618022", "15901234567", "01899012345"


@pytest.fixture
def krr(sandbox: Any, bearer: Callable[..., dict[str, str]]) -> Iterator[httpx.Client]:
    base = f"{sandbox.base}/krr/rest/v2"
    with httpx.Client(base_url=base, headers=bearer(sandbox, KRR_SCOPE), verify=False) as client:
        yield client


def test_a_lookup(krr: httpx.Client) -> None:
    answer = krr.post("/personer", json={"personidentifikatorer": [KARI, DOED, BARN, UKJENT]})
    assert answer.status_code == 200, answer.text
    persons = answer.json()["personer"]
    assert [person["personidentifikator"] for person in persons] == [KARI, DOED, BARN, UKJENT]
    assert [person["status"] for person in persons] == ["AKTIV", "SLETTET", "IKKE_REGISTRERT", "IKKE_REGISTRERT"]
    assert persons[0]["kontaktinformasjon"]["mobiltelefonnummer"] == "+4700000001"


@pytest.mark.parametrize("count", [0, 1001])
def test_too_few_and_too_many(krr: httpx.Client, count: int) -> None:
    assert krr.post("/personer", json={"personidentifikatorer": [f"{n:011}" for n in range(count)]}).status_code == 400


@pytest.mark.parametrize("body", [b"", b"[]", b'{"personidentifikatorer": "x"}', b'{"personidentifikatorer": [1]}'])
def test_what_is_no_request(krr: httpx.Client, body: bytes) -> None:
    assert krr.post("/personer", content=body).status_code == 400


def test_who_is_let_in(sandbox: Any, krr: httpx.Client, bearer: Callable[..., dict[str, str]]) -> None:
    body = {"personidentifikatorer": [KARI]}
    assert krr.post("/personer", json=body, headers={"Authorization": "Bearer tull"}).status_code == 401
    assert krr.post("/personer", json=body, headers=bearer(sandbox)).status_code == 403
