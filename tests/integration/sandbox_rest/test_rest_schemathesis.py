"""Whatever is asked that the document allows, and much that it does not, is answered as the document says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.integration.sandbox_rest.conftest import PILEN_TOKEN, PROCASSO_TOKEN

SYSTEMS = {"pilen": PILEN_TOKEN, "procasso": PROCASSO_TOKEN}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12
"""Calls of each operation; the same ones every time."""
ALL_IS_ALLOWED = ("GET /openapi.yaml", "POST /krav/{kravId}/dokumenter")
"""Nothing that is not allowed can be made up for these: no parameters, or parts of a form."""


def operations() -> Iterator[Any]:
    """Each operation with what the document allows, and with what it does not."""
    for system in SYSTEMS:
        document = yaml.safe_load((Path("sandbox") / system / "openapi.yaml").read_text(encoding="utf-8"))
        every: list[Any] = list(schemathesis.openapi.from_dict(document).get_all_operations())
        for operation in (each.ok() for each in every):
            for mode in GenerationMode:
                if mode is GenerationMode.POSITIVE or operation.label not in ALL_IS_ALLOWED:
                    yield pytest.param(system, operation, mode, id=f"{system} {operation.label} {mode.value}")


@pytest.mark.parametrize(("system", "operation", "mode"), list(operations()))
def test_every_answer_is_one_the_document_promises(
    sandbox: Any, system: str, operation: Any, mode: GenerationMode
) -> None:
    base_url = f"{sandbox.base}/{system}/api/v1"
    headers = {"Authorization": f"Bearer {SYSTEMS[system]}"}

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        answer = case.call(base_url=base_url, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    ask()
