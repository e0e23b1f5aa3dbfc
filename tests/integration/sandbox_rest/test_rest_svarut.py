"""SvarUt over HTTP: letters in, found again, counted, and refused as its contract says."""

from __future__ import annotations

import csv
import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

FIKS_SCOPE = "ks:fiks"
KONTO = "1f6c3a52-7d0e-4b8f-9a41-5c2e8d90b713"
INTEGRASJON = {"IntegrasjonId": "integrasjon-1", "IntegrasjonPassord": "passord-1"}
KARI, SKJULT = "01817328004", "01827620013"
PDF = b"%PDF-1.7\r\n\x00\xff\r\n"
LETTERS = f"/v2/kontoer/{KONTO}/forsendelser"


def new_reference(kravnr: str = "PC7000001") -> str:
    return f"{kravnr}:{uuid.uuid4()}"


def send(svarut: httpx.Client, reference: str, *, mottaker: str = KARI, url: str = LETTERS, **changes: Any) -> Any:
    forsendelse = {
        "tittel": f"Brev {reference}",
        "mottaker": {"navn": "Kari", "digitalId": mottaker, "postnummer": "0155", "poststed": "OSLO"},
        "eksternReferanse": reference,
        "dokumenter": [{"filnavn": "a.pdf", "mimeType": "application/pdf"}],
        **changes,
    }
    parts = [
        ("forsendelse", (None, json.dumps(forsendelse).encode(), "application/json;charset=UTF-8")),
        ("a.pdf", ("a.pdf", PDF, "application/pdf")),
    ]
    return svarut.post(url, files=parts)


def find(svarut: httpx.Client, reference: str) -> list[str]:
    answer = svarut.get(LETTERS, params={"eksternRef": reference})
    assert answer.status_code == 200, answer.text
    ids: list[str] = answer.json()["forsendelseIds"]
    return ids


def counted(sandbox: Any, reference: str) -> list[str]:
    """The ids of the letters that were truly taken in."""
    effects = sandbox.control.get("/effects").json()["effects"]
    return [e["detail"]["id"] for e in effects if (e["system"], e["kind"], e["key"]) == ("SVARUT", "brev", reference)]


@pytest.fixture
def svarut(sandbox: Any, bearer: Callable[..., dict[str, str]]) -> Iterator[httpx.Client]:
    headers = {**bearer(sandbox, FIKS_SCOPE), **INTEGRASJON}
    with httpx.Client(base_url=f"{sandbox.base}/svarut/api", headers=headers, verify=False) as client:
        yield client


def test_a_letter_is_sent_and_found(sandbox: Any, svarut: httpx.Client) -> None:
    reference = new_reference()
    assert find(svarut, reference) == []
    answer = send(svarut, reference)
    assert answer.status_code == 200, answer.text
    letter = answer.json()["id"]
    assert str(uuid.UUID(letter)) == letter
    assert find(svarut, reference) == [letter] == counted(sandbox, reference)
    documents = svarut.get(f"/v2/forsendelser/{letter}/metadata").json()["dokumenter"]
    assert [(d["filnavn"], d["storrelse"], d["sha256Hash"]) for d in documents] == [
        ("a.pdf", len(PDF), hashlib.sha256(PDF).hexdigest())
    ]


def test_the_same_letter_twice_is_two_letters(sandbox: Any, svarut: httpx.Client) -> None:
    reference = new_reference()
    ids = [send(svarut, reference).json()["id"] for _ in range(2)]
    assert find(svarut, reference) == ids == counted(sandbox, reference)
    assert ids[0] != ids[1]


def test_the_status_of_letters(svarut: httpx.Client) -> None:
    letter = send(svarut, new_reference()).json()["id"]
    answer = svarut.post(f"{LETTERS}/status-sok", json={"forsendelseIds": [letter, str(uuid.uuid4())]})
    [status] = answer.json()["statuser"]
    assert (status["id"], status["status"]) == (letter, "AKSEPTERT")
    assert set(status) == {"id", "status", "sisteStatusEndring"}


def test_the_letters_of_a_night_are_told_by_kravnr_and_recipient(sandbox: Any, svarut: httpx.Client) -> None:
    send(svarut, new_reference("PC7100002"), mottaker=SKJULT)
    for mottaker in (SKJULT, KARI):
        send(svarut, new_reference("PC7100001"), mottaker=mottaker)
    rows = list(csv.DictReader(sandbox.control.get("/brev.csv").text.splitlines()))
    mine = [(row["kravnr"], row["mottaker"]) for row in rows if row["kravnr"].startswith("PC71")]
    assert mine == [("PC7100001", KARI), ("PC7100001", SKJULT), ("PC7100002", SKJULT)]


def error(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The ErrorMessage of a refusal, in the published form."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"]) == (status, status)
    assert set(body) == {"timestamp", "status", "error", "errorId", "path", "originalPath", "message"}
    assert isinstance(body["timestamp"], int)
    return body


def test_a_letter_that_is_refused_is_not_sent(sandbox: Any, svarut: httpx.Client) -> None:
    reference = new_reference()
    assert "tittel" in error(send(svarut, reference, tittel=""), 400)["message"]
    wrong_name = [{"filnavn": "b.pdf", "mimeType": "application/pdf"}]
    assert "rekkefølge" in error(send(svarut, reference, dokumenter=wrong_name), 400)["message"]
    error(svarut.post(LETTERS, json={"eksternReferanse": reference}), 400)
    assert find(svarut, reference) == counted(sandbox, reference) == []


def test_what_cannot_be_answered(svarut: httpx.Client) -> None:
    error(svarut.get(LETTERS), 400)
    error(svarut.post(f"{LETTERS}/status-sok", json={"forsendelseIds": [1]}), 400)
    error(svarut.get(f"/v2/forsendelser/{uuid.uuid4()}/metadata"), 404)


def test_too_many_letters_alike(sandbox: Any, svarut: httpx.Client) -> None:
    reference = new_reference()
    answers = [send(svarut, reference).status_code for _ in range(26)]
    assert answers == [200] * 25 + [400]
    assert len(counted(sandbox, reference)) == 25


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer tull"}, 401),
        ({"IntegrasjonId": "en annen"}, 401),
        ({"IntegrasjonPassord": "feil"}, 401),
    ],
)
def test_who_is_let_in(svarut: httpx.Client, headers: dict[str, str], status: int) -> None:
    error(svarut.get(LETTERS, params={"eksternRef": "PC1"}, headers=headers), status)


def test_a_token_of_another_scope(sandbox: Any, svarut: httpx.Client, bearer: Callable[..., dict[str, str]]) -> None:
    error(svarut.get(LETTERS, params={"eksternRef": "PC1"}, headers=bearer(sandbox)), 403)


def test_rights_are_granted_per_konto(sandbox: Any, svarut: httpx.Client) -> None:
    reference = new_reference()
    error(send(svarut, reference, url=f"/v2/kontoer/{uuid.uuid4()}/forsendelser"), 403)
    assert counted(sandbox, reference) == []


def test_an_answer_lost_after_the_letter_was_taken_in(sandbox: Any, svarut: httpx.Client) -> None:
    reference = new_reference()
    sandbox.turn("SVARUT", "answer_lost", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        send(svarut, reference)
    assert find(svarut, reference) == counted(sandbox, reference) != []


@pytest.mark.parametrize(("knob", "status"), [("server_error", 500), ("unavailable", 503), ("too_many_requests", 429)])
def test_overload_and_failure_come_before_any_letter(
    sandbox: Any, svarut: httpx.Client, knob: str, status: int
) -> None:
    reference = new_reference()
    sandbox.turn("SVARUT", knob, times=1)
    error(send(svarut, reference), status)
    assert counted(sandbox, reference) == []


def test_a_letter_taken_in_late_cannot_be_found_at_first(sandbox: Any, svarut: httpx.Client) -> None:
    reference = new_reference()
    sandbox.turn("SVARUT", "saves_late", times=1, saves_late_ms=1000)
    letter = send(svarut, reference).json()["id"]
    assert find(svarut, reference) == []
    deadline = time.monotonic() + 10
    while sandbox.control.get("/health").json()["pending"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert find(svarut, reference) == counted(sandbox, reference) == [letter]


@pytest.mark.needs_shared
def test_every_answer_has_the_published_keys(svarut: httpx.Client, shared: Path) -> None:
    folder = shared / "contracts" / "svarut-rest-v2"

    def schema(name: str, of: str) -> dict[str, Any]:
        published = json.loads((folder / f"forsendelse-{name}-api-v2.json").read_text(encoding="utf-8"))
        properties: dict[str, Any] = published["components"]["schemas"][of]["properties"]
        return properties

    reference = new_reference()
    sent = send(svarut, reference).json()
    assert set(sent) == set(schema("send", "SendForsendelseResponse"))
    found = svarut.get(LETTERS, params={"eksternRef": reference}).json()
    assert set(found) == set(schema("eksternref", "EksternRefOppslagResponse"))
    dated = svarut.get(f"{LETTERS}/metadata", params={"eksternRef": reference}).json()
    assert set(dated) == set(schema("eksternref", "EksternRefOppslagMetadataResponse"))
    assert set(dated["forsendelser"][0]) == set(schema("eksternref", "Forsendelse"))
    [status] = svarut.post(f"{LETTERS}/status-sok", json={"forsendelseIds": [sent["id"]]}).json()["statuser"]
    assert set(status) == set(schema("status", "ForsendelseStatus"))
    assert status["status"] in schema("status", "ForsendelseStatus")["status"]["enum"]
    [document] = svarut.get(f"/v2/forsendelser/{sent['id']}/metadata").json()["dokumenter"]
    assert set(document) <= set(schema("metadata", "DokumentMetadata"))
    assert set(error(svarut.get(LETTERS), 400)) <= set(schema("send", "ErrorMessage"))
