"""Procasso answers as its own document says, and the document says what it is: an assumption."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from sandbox.procasso.problems import CODES
from tests.integration.sandbox_rest.openapi import check


@pytest.fixture(scope="module")
def document(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((root / "sandbox/procasso/openapi.yaml").read_text(encoding="utf-8"))
    return loaded


def test_the_document_is_served_to_everybody_and_calls_itself_an_assumption(
    sandbox: Any, root: Path, document: dict[str, Any]
) -> None:
    served = sandbox.http.get(f"{sandbox.base}/procasso/api/v1/openapi.yaml")
    assert served.status_code == 200
    assert served.content == (root / "sandbox/procasso/openapi.yaml").read_bytes()
    assert document["openapi"].startswith("3.1")
    assert "assumption" in document["info"]["summary"]
    assert "antatt" in document["info"]["title"]


def test_every_read_is_as_documented(procasso: httpx.Client, document: dict[str, Any]) -> None:
    look_up = {"kravIder": ["PC9000001", "X"]}
    check(document, "/krav", procasso.get("/krav"))
    check(document, "/krav", procasso.get("/krav?limit=x"))
    check(document, "/krav", procasso.get("/krav", headers={"Authorization": ""}))
    check(document, "/krav/bulkoppslag", procasso.post("/krav/bulkoppslag", json=look_up))
    check(document, "/krav/bulkoppslag", procasso.post("/krav/bulkoppslag", json={}))
    check(document, "/hendelser/bulkoppslag", procasso.post("/hendelser/bulkoppslag", json=look_up))
    check(document, "/krav/{kravId}/notater", procasso.get("/krav/X/notater"))
    check(document, "/krav/{kravId}/dokumenter", procasso.get("/krav/X/dokumenter"))


def test_every_save_is_as_documented(
    procasso: httpx.Client, document: dict[str, Any], next_krav: Callable[[], str]
) -> None:
    kravnr = next_krav()
    pdf = {
        "metadata": (None, json.dumps({"referanse": "a", "tittel": "Brev", "forsendelsesId": "F-1"})),
        "fil": ("brev.pdf", b"%PDF-1.7", "application/pdf"),
    }
    asked: list[tuple[str, str, dict[str, Any], int]] = [
        ("PATCH", "/krav/{kravId}", {"json": {"versjon": 1, "beloep": {"kostnader": "0.00"}}}, 200),
        ("PATCH", "/krav/{kravId}", {"json": {"versjon": 1, "beloep": {"kostnader": "0.00"}}}, 409),
        ("PATCH", "/krav/{kravId}", {"json": {"versjon": 2, "behandling": {"saksflyt": "ORDINAER"}}}, 422),
        ("PATCH", "/krav/{kravId}", {"json": {"versjon": 2}}, 400),
        ("POST", "/krav/{kravId}/avskrivning", {"json": {"versjon": 2, "kode": "ANNET"}}, 422),
        ("POST", "/krav/{kravId}/avskrivning", {"json": {"versjon": 2, "kode": "FORELDET"}}, 200),
        ("POST", "/krav/{kravId}/notater", {"json": {"referanse": "a", "tekst": "b"}}, 201),
        ("POST", "/krav/{kravId}/notater", {"json": {"referanse": "a"}}, 400),
        ("POST", "/krav/{kravId}/dokumenter", {"files": pdf}, 201),
        ("POST", "/krav/{kravId}/dokumenter", {"json": {}}, 400),
        ("GET", "/krav/{kravId}/notater", {}, 200),
        ("GET", "/krav/{kravId}/dokumenter", {}, 200),
    ]
    for method, path, body, status in asked:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        answer = procasso.request(method, path.replace("{kravId}", kravnr), headers=headers, **body)
        assert answer.status_code == status, path
        check(document, path, answer)


def test_every_code_of_a_refusal_is_documented(document: dict[str, Any]) -> None:
    feil = document["components"]["schemas"]["Feil"]["properties"]["feil"]
    assert set(feil["properties"]["kode"]["enum"]) == set(CODES)
