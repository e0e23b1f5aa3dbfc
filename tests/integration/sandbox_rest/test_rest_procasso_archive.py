"""Notes and documents of a krav in Procasso, over a real socket."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx
import pytest

NextKrav = Callable[[], str]
PDF = b"%PDF-1.7 et brev"
METADATA = {"referanse": "minors:1", "tittel": "Nytt varsel på 38,00", "forsendelsesId": "F-17"}
NOTE = {"referanse": "minors:1", "tekst": "Skyldner er mindreårig (MIND-7)."}
FILED = {**METADATA, "sha256": sha256(PDF).hexdigest(), "stoerrelse": 16, "dato": "2026-11-23"}
NOTED = {**NOTE, "dato": "2026-11-23"}


def add_note(procasso: httpx.Client, kravnr: str, key: str | None = None, body: object = NOTE) -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return procasso.post(f"/krav/{kravnr}/notater", json=body, headers=headers)


def add_document(
    procasso: httpx.Client,
    kravnr: str,
    key: str | None = None,
    *,
    metadata: object = METADATA,
    pdf: bytes = PDF,
    media_type: str = "application/pdf",
) -> httpx.Response:
    files = {
        "metadata": (None, json.dumps(metadata).encode(), "application/json"),
        "fil": ("dokument.pdf", pdf, media_type),
    }
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return procasso.post(f"/krav/{kravnr}/dokumenter", files=files, headers=headers)


Adding = Callable[[httpx.Client, str, str | None], httpx.Response]
ADDING: dict[str, Adding] = {"note": add_note, "document": add_document}
SHELF = {"note": "notater", "document": "dokumenter"}
ENTRY = {"note": NOTED, "document": FILED}


def shelf(procasso: httpx.Client, kravnr: str, kind: str) -> list[dict[str, Any]]:
    body = procasso.get(f"/krav/{kravnr}/{SHELF[kind]}").json()
    assert body["kravId"] == kravnr
    return list(body[SHELF[kind]])


def kode(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["feil"]["kode"]


@pytest.mark.parametrize("kind", ADDING)
def test_an_entry_is_kept_and_changes_nothing_of_its_krav(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, kind: str
) -> None:
    kravnr = next_krav()
    before = procasso.post("/krav/bulkoppslag", json={"kravIder": [kravnr]}).json()
    assert shelf(procasso, kravnr, kind) == []
    answer = ADDING[kind](procasso, kravnr, None)
    assert (answer.status_code, answer.json()) == (201, ENTRY[kind])
    assert shelf(procasso, kravnr, kind) == [ENTRY[kind]]
    assert procasso.post("/krav/bulkoppslag", json={"kravIder": [kravnr]}).json() == before
    [effect] = sandbox.effects(kravnr)
    assert (effect["kind"], effect["detail"]) == (kind, {"referanse": "minors:1"})


@pytest.mark.parametrize("kind", ADDING)
def test_the_same_key_is_one_entry_and_another_key_one_more(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, kind: str
) -> None:
    kravnr, key = next_krav(), str(uuid.uuid4())
    assert [ADDING[kind](procasso, kravnr, each).status_code for each in (key, key, None)] == [201] * 3
    assert shelf(procasso, kravnr, kind) == [ENTRY[kind]] * 2
    assert sandbox.saves(kravnr) == [kind] * 2


def test_the_same_key_for_something_else_is_refused(sandbox: Any, procasso: httpx.Client, next_krav: NextKrav) -> None:
    kravnr, key = next_krav(), str(uuid.uuid4())
    assert add_document(procasso, kravnr, key).status_code == 201
    for answer in (
        add_document(procasso, kravnr, key, pdf=b"%PDF-1.7 et annet"),
        add_document(procasso, kravnr, key, metadata={**METADATA, "forsendelsesId": "F-18"}),
        add_document(procasso, "PC9000001", key),
        add_note(procasso, kravnr, key),
    ):
        assert kode(answer) == (422, "NOEKKEL_GJENBRUKT")
    assert sandbox.saves(kravnr) == ["document"]
    assert sandbox.saves("PC9000001") == []


@pytest.mark.parametrize("kind", ADDING)
def test_a_closed_krav_may_have_one_more(procasso: httpx.Client, kind: str) -> None:
    assert ADDING[kind](procasso, "PC9000004", None).status_code == 201


@pytest.mark.parametrize("kind", ADDING)
def test_what_procasso_does_not_have_or_somebody_has_open(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, kind: str
) -> None:
    kravnr, key = next_krav(), str(uuid.uuid4())
    assert kode(ADDING[kind](procasso, "PI9000001", key)) == (404, "UKJENT_KRAV")
    assert kode(procasso.get(f"/krav/PI9000001/{SHELF[kind]}")) == (404, "UKJENT_KRAV")
    sandbox.control.post("/pax", json={"locked_cases": [f"C{kravnr[2:5]}"]})
    assert kode(ADDING[kind](procasso, kravnr, key)) == (409, "SAK_OPPTATT")
    assert shelf(procasso, kravnr, kind) == []
    sandbox.control.post("/pax", json={"locked_cases": []})
    assert ADDING[kind](procasso, kravnr, key).status_code == 201


@pytest.mark.parametrize("kind", ADDING)
def test_an_answer_lost_and_a_late_save(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, eventually: Callable[..., bool], kind: str
) -> None:
    kravnr, key = next_krav(), str(uuid.uuid4())
    sandbox.turn("PROCASSO", "answer_lost", times=1)
    sandbox.turn("PROCASSO", "saves_late", times=1, saves_late_ms=300)
    with pytest.raises(httpx.TransportError):
        ADDING[kind](procasso, kravnr, key)
    assert shelf(procasso, kravnr, kind) == []
    assert eventually(lambda: shelf(procasso, kravnr, kind) == [ENTRY[kind]])
    assert ADDING[kind](procasso, kravnr, key).json() == ENTRY[kind]
    assert sandbox.saves(kravnr) == [kind]


@pytest.mark.parametrize("kind", ADDING)
def test_half_an_entry_is_none(sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, kind: str) -> None:
    kravnr = next_krav()
    sandbox.turn("PROCASSO", "saves_half", times=1)
    assert kode(ADDING[kind](procasso, kravnr, None)) == (500, "INTERN_FEIL")
    assert shelf(procasso, kravnr, kind) == []
    assert sandbox.saves(kravnr) == []


@pytest.mark.parametrize(
    "body",
    [
        {"referanse": "a"},
        {"referanse": "", "tekst": "b"},
        {"referanse": "x" * 101, "tekst": "b"},
        {"referanse": "a", "tekst": " "},
        {"referanse": "a", "tekst": "x" * 4001},
        {"referanse": "a", "tekst": "b", "dato": "2026-11-23"},
        [],
    ],
)
def test_a_note_outside_the_contract_is_refused(sandbox: Any, procasso: httpx.Client, body: Any) -> None:
    assert kode(add_note(procasso, "PC9000001", body=body)) == (400, "UGYLDIG_INNHOLD")
    assert sandbox.saves("PC9000001") == []


def test_a_document_may_have_gone_out_with_no_letter(procasso: httpx.Client, next_krav: NextKrav) -> None:
    answer = add_document(procasso, next_krav(), str(uuid.uuid4()), metadata={**METADATA, "forsendelsesId": None})
    assert (answer.status_code, answer.json()["forsendelsesId"]) == (201, None)


@pytest.mark.parametrize("left_out", ["referanse", "tittel", "forsendelsesId"])
def test_a_document_must_say_what_it_is(sandbox: Any, procasso: httpx.Client, left_out: str) -> None:
    metadata = {name: text for name, text in METADATA.items() if name != left_out}
    assert kode(add_document(procasso, "PC9000001", metadata=metadata)) == (400, "UGYLDIG_INNHOLD")
    assert sandbox.saves("PC9000001") == []


def test_a_document_must_be_a_pdf_of_at_most_ten_mebibytes(sandbox: Any, procasso: httpx.Client) -> None:
    assert kode(add_document(procasso, "PC9000001", pdf=b"<html>")) == (422, "IKKE_PDF")
    assert kode(add_document(procasso, "PC9000001", media_type="text/plain")) == (422, "IKKE_PDF")
    too_large = b"%PDF-".ljust(10 * 1024 * 1024 + 1)
    assert kode(add_document(procasso, "PC9000001", pdf=too_large)) == (413, "FOR_STORT")
    assert sandbox.saves("PC9000001") == []


@pytest.mark.parametrize(
    "files",
    [
        {"fil": ("a.pdf", PDF, "application/pdf")},
        {"metadata": (None, json.dumps(METADATA))},
        {"metadata": ("m.json", json.dumps(METADATA)), "fil": ("a.pdf", PDF, "application/pdf")},
        {"metadata": (None, json.dumps(METADATA)), "fil": (None, PDF)},
    ],
    ids=["no metadata", "no file", "metadata as a file", "file without a name"],
)
def test_a_document_is_two_parts(sandbox: Any, procasso: httpx.Client, files: Any) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answer = procasso.post("/krav/PC9000001/dokumenter", files=files, headers=headers)
    assert kode(answer) == (400, "UGYLDIG_INNHOLD")
    assert sandbox.saves("PC9000001") == []
