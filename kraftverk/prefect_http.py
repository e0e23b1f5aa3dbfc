"""Prefect's server asked over plain HTTP, by a process that does not want Prefect in its memory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx

TIMEOUT = 10.0
GOING = ["SCHEDULED", "PENDING", "RUNNING"]


class PrefectHttp:
    """One server. Every method raises httpx.HTTPError when it does not answer as it should."""

    def __init__(self, api_url: str, auth_string: str) -> None:
        user, _, password = auth_string.partition(":")
        self._client = httpx.Client(base_url=api_url, auth=(user, password), timeout=TIMEOUT, trust_env=False)

    def request_run(self, flow: str, name: str, parameters: dict[str, Any] | None = None) -> str:
        """The id of a run of that deployment that is due, pending or running; of a new one when there is none."""
        deployment = self._get(f"/deployments/name/{flow}/{name}")["id"]
        due = {
            "deployments": {"id": {"any_": [deployment]}},
            "flow_runs": {
                "state": {"type": {"any_": GOING}},
                "expected_start_time": {"before_": datetime.now(UTC).isoformat()},
            },
            "limit": 1,
        }
        going = self._post("/flow_runs/filter", due)
        run = going[0] if going else self._post(f"/deployments/{deployment}/create_flow_run", _with(parameters))
        return str(run["id"])

    def _get(self, path: str) -> Any:
        return self._client.get(path).raise_for_status().json()

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._client.post(path, json=body).raise_for_status().json()


def _with(parameters: dict[str, Any] | None) -> dict[str, Any]:
    return {"parameters": parameters or {}}
