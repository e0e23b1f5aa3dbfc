"""Pilen answers as its own document says, and the document says what it is: an assumption."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from sandbox.pilen.problems import CODES
from tests.integration.sandbox_rest.openapi import check


@pytest.fixture(scope="module")
def document(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((root / "sandbox/pilen/openapi.yaml").read_text(encoding="utf-8"))
    return loaded


def test_the_document_is_served_to_everybody_and_calls_itself_an_assumption(
    sandbox: Any, root: Path, document: dict[str, Any]
) -> None:
    served = sandbox.http.get(f"{sandbox.base}/pilen/api/v1/openapi.yaml")
    assert served.status_code == 200
    assert served.content == (root / "sandbox/pilen/openapi.yaml").read_bytes()
    assert document["openapi"].startswith("3.1")
    assert "assumption" in document["info"]["summary"]
    assert "antatt" in document["info"]["title"]


def test_every_answer_is_as_documented(
    pilen: httpx.Client, document: dict[str, Any], next_set: Callable[[], list[str]], sanksjon: str
) -> None:
    first, second, _third = next_set()
    check(document, "/krav", pilen.get("/krav"))
    check(document, "/krav", pilen.get("/krav?antall=x"))
    check(document, "/krav", pilen.get("/krav", headers={"Authorization": ""}))
    check(document, "/krav/{kravnr}", pilen.get("/krav/PI9000004"))
    check(document, "/krav/{kravnr}", pilen.get("/krav/PI0000000"))
    check(document, "/krav/oppslag", pilen.post("/krav/oppslag", json={"kravnumre": ["PI9000003", "X"]}))
    check(document, "/hendelser/oppslag", pilen.post("/hendelser/oppslag", json={"kravnumre": ["PI9000004"]}))
    for versjon in (1, 1):
        answer = pilen.post(
            f"/saker/S{first[2:4]}1/sammenslaaing", json={"krav": [{"kravnr": second, "versjon": versjon}]},
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )  # fmt: skip
        check(document, "/saker/{saksnr}/sammenslaaing", answer)
    assert answer.status_code == 409
    for change, content in (
        ("renter", {"renter": "61.50", "renterBeregnetTil": "2026-11-23", "versjon": 1}),
        ("avskriving", {"kode": "FORELDET", "versjon": 2}),
    ):
        for kravnr, sent, status in [
            (sanksjon, content, 200), (sanksjon, content, 409), (sanksjon, {}, 400), ("PI0000000", content, 404),
            ("T-BETALT", {**content, "versjon": 1}, 422),
        ]:  # fmt: skip
            answer = pilen.post(f"/krav/{kravnr}/{change}", json=sent, headers={"Idempotency-Key": str(uuid.uuid4())})
            assert answer.status_code == status, (change, kravnr)
            check(document, f"/krav/{{kravnr}}/{change}", answer)


def test_every_code_of_a_problem_is_documented(root: Path, document: dict[str, Any]) -> None:
    assert set(document["components"]["schemas"]["Problem"]["properties"]["kode"]["enum"]) == set(CODES)
