"""Prefect's server asked over plain HTTP, by a process that does not want Prefect in its memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from console.timetable import Changed, NoAnswer, PlannedRun, Timetable
from flows.person import SCHEDULED_BY

TIMEOUT = 5.0
"""Seconds: somebody waits for the page."""
PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds before asking again when its database was busy, which it answers with 503 and has then done nothing."""
GOING = ["SCHEDULED", "PENDING", "RUNNING"]
ZONE = "Europe/Oslo"


class PrefectHttp:
    """One server, as the console's `Scheduler`. Deployments are named as in prefect.yaml."""

    def __init__(self, api_url: str, auth_string: str, transport: httpx.BaseTransport | None = None) -> None:
        user, _, password = auth_string.partition(":")
        login = (user, password)
        self._client = httpx.Client(base_url=api_url, auth=login, timeout=TIMEOUT, trust_env=False, transport=transport)
        self._changing = threading.Lock()

    def timetables(self, deployments: Collection[str]) -> Sequence[Timetable]:
        found = {each["name"]: each for each in self._deployments(deployments)}
        return [_timetable(found[name]) for name in deployments if name in found and found[name]["schedules"]]

    def runs(self, deployments: Collection[str], limit: int) -> Sequence[PlannedRun]:
        names = {each["id"]: each["name"] for each in self._deployments(deployments)}
        due = {"expected_start_time": {"before_": _now()}, "deployment_id": {"any_": list(names)}}
        asked = {"flow_runs": due, "sort": "EXPECTED_START_TIME_DESC", "limit": limit}
        return [_planned_run(each, names[each["deployment_id"]]) for each in self._post("/flow_runs/filter", asked)]

    def states(self, ids: Collection[str]) -> Mapping[str, str]:
        if not ids:
            return {}
        found = self._post("/flow_runs/filter", {"flow_runs": {"id": {"any_": list(ids)}}})
        return {each["id"]: each["state_type"] for each in found}

    def run_now(self, deployment: str, parameters: Mapping[str, object]) -> tuple[str, bool]:
        """Two who ask at the same moment get the same run: both have seen the same run before it, which is its key."""
        id_ = self._one(deployment)["id"]
        due = {"deployment_id": {"any_": [id_]}, "expected_start_time": {"before_": _now()}}
        newest = {"sort": "EXPECTED_START_TIME_DESC", "limit": 1}
        going = self._post("/flow_runs/filter", newest | {"flow_runs": due | {"state": {"type": {"any_": GOING}}}})
        if going:
            return str(going[0]["id"]), False
        last = self._post("/flow_runs/filter", newest | {"flow_runs": due})
        key = f"{id_} after {last[0]['id'] if last else 'nothing'}"
        wanted = {"parameters": dict(parameters), "idempotency_key": key}
        answer = self._send("POST", f"/deployments/{id_}/create_flow_run", wanted)
        return str(answer.json()["id"]), answer.status_code == httpx.codes.CREATED

    def change(self, seen: Timetable, cron: str | None, active: bool, person: str) -> None:
        """One request, so that Prefect plans nothing of the new timetable in the old name. What is planned already is
        planned anew."""
        with self._changing:
            found = self._one(seen.deployment)
            if not found["schedules"] or _timetable(found).seen != seen.seen:
                raise Changed
            schedule = found["schedules"][0]
            others = [tag for tag in found["tags"] if not tag.startswith(SCHEDULED_BY)]
            wanted = {
                # one without a name would be deleted and made anew, so it is given one and told in full
                "slug": schedule["slug"] or seen.deployment,
                "schedule": {"cron": cron, "timezone": ZONE} if cron else schedule["schedule"],
                "active": active,
            }
            body = {"tags": [*others, f"{SCHEDULED_BY}{person}"], "paused": False, "schedules": [wanted]}
            self._send("PATCH", f"/deployments/{found['id']}", body)

    def _one(self, deployment: str) -> Any:
        found = self._deployments([deployment])
        if not found:
            raise NoAnswer(f"Prefect has no deployment {deployment}")
        return found[0]

    def _deployments(self, names: Collection[str]) -> Any:
        return self._post("/deployments/filter", {"deployments": {"name": {"any_": list(names)}}})

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._send("POST", path, body).json()

    def _send(self, method: str, path: str, body: Mapping[str, Any]) -> httpx.Response:
        try:
            answer = self._client.request(method, path, json=body)
            for pause in PAUSES:
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    break
                time.sleep(pause)
                answer = self._client.request(method, path, json=body)
            return answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            raise NoAnswer(f"it said {error.response.status_code}") from None
        except httpx.HTTPError as error:
            raise NoAnswer(type(error).__name__) from None


def _timetable(deployment: Mapping[str, Any]) -> Timetable:
    """Of its first schedule; a deployment of ours has one."""
    first = deployment["schedules"][0]
    by = [tag.removeprefix(SCHEDULED_BY) for tag in deployment["tags"] if tag.startswith(SCHEDULED_BY)]
    active = first["active"] and not deployment["paused"]
    return Timetable(deployment["name"], first["schedule"].get("cron"), active, by[0] if by else None)


def _planned_run(run: Mapping[str, Any], deployment: str) -> PlannedRun:
    due = _seconds(run["expected_start_time"])
    assert due is not None
    planned = due if run["auto_scheduled"] else None
    ended = _seconds(run["end_time"])
    return PlannedRun(run["id"], deployment, run["state_type"], planned, due, _seconds(run["start_time"]), ended)


def _seconds(instant: str | None) -> float | None:
    return None if instant is None else datetime.fromisoformat(instant).timestamp()


def _now() -> str:
    return datetime.now(UTC).isoformat()
