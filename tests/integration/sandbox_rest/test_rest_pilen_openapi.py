"""Pilen answers as its own document says, and the document says what it is: an assumption."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource

from sandbox.pilen.problems import CODES

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@pytest.fixture(scope="module")
def document(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((root / "sandbox/pilen/openapi.yaml").read_text(encoding="utf-8"))
    return loaded


def check(document: dict[str, Any], path: str, answer: httpx.Response) -> None:
    """The body is what the document promises for this operation and status."""
    operation = document["paths"][path][answer.request.method.lower()]
    response = operation["responses"][str(answer.status_code)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    [(media_type, content)] = response["content"].items()
    assert answer.headers["content-type"].partition(";")[0] == media_type
    registry = Registry().with_resource("urn:pilen", Resource.from_contents({**document, "$schema": DIALECT}))
    schema = _absolute(content["schema"])
    Draft202012Validator(schema, registry=registry).validate(answer.json())


def _absolute(schema: Any) -> Any:
    """References within the document made references to it."""
    if isinstance(schema, list):
        return [_absolute(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: f"urn:pilen{value}" if name == "$ref" else _absolute(value) for name, value in schema.items()}


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
