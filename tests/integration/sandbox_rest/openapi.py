"""Holding an answer against the OpenAPI document of a simulator."""

from __future__ import annotations

from typing import Any

import httpx
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def check(document: dict[str, Any], path: str, answer: httpx.Response) -> None:
    """The body is what the document promises for this operation and status."""
    operation = document["paths"][path][answer.request.method.lower()]
    response = operation["responses"][str(answer.status_code)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    [(media_type, content)] = response["content"].items()
    assert answer.headers["content-type"].partition(";")[0] == media_type
    registry = Registry().with_resource("urn:document", Resource.from_contents({**document, "$schema": DIALECT}))
    schema = _absolute(content["schema"])
    Draft202012Validator(schema, registry=registry).validate(answer.json())


def _absolute(schema: Any) -> Any:
    """References within the document made references to it."""
    if isinstance(schema, list):
        return [_absolute(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: f"urn:document{value}" if name == "$ref" else _absolute(value) for name, value in schema.items()}
