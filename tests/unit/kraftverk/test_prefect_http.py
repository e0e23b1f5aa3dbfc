"""What is asked of Prefect, and what is made of a server that is busy. A real one is in tests/integration/prefect."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from console.timetable import NoAnswer
from kraftverk import prefect_http
from kraftverk.prefect_http import PrefectHttp

API = "http://prefect.test/api"


def prefect(answer: Callable[[httpx.Request], httpx.Response]) -> PrefectHttp:
    return PrefectHttp(API, "user:secret", httpx.MockTransport(answer))


@pytest.mark.parametrize(
    ("answers", "asked"),
    [([503, 503, 200], 3), ([503, 503, 503, 200], 3), ([500, 200], 1), ([401, 200], 1)],
)
def test_a_busy_server_is_asked_again_and_a_broken_one_is_not(
    monkeypatch: pytest.MonkeyPatch, answers: list[int], asked: int
) -> None:
    monkeypatch.setattr(prefect_http, "PAUSES", (0.0, 0.0))
    coming = iter(answers)
    given: list[int] = []

    def answer(_: httpx.Request) -> httpx.Response:
        given.append(next(coming))
        return httpx.Response(given[-1], json=[])

    if answers[asked - 1] == 200:
        assert prefect(answer).states(["a"]) == {}
    else:
        with pytest.raises(NoAnswer, match=f"it said {answers[asked - 1]}"):
            prefect(answer).states(["a"])
    assert len(given) == asked


def test_a_schedule_without_a_name_is_told_in_full_so_that_it_is_not_lost() -> None:
    """Prefect replaces every schedule of a deployment when one of them has no slug."""
    sent: list[dict[str, object]] = []
    found = {
        "id": "d1",
        "name": "nightly",
        "paused": True,
        "tags": ["own", "tidsplan:ola"],
        "schedules": [{"slug": None, "active": True, "schedule": {"interval": 3600.0, "timezone": "Europe/Oslo"}}],
    }

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "PATCH":
            sent.append(json.loads(request.content))
            return httpx.Response(204)
        return httpx.Response(200, json=[found])

    asked = prefect(answer)
    (plan,) = asked.timetables(["nightly"])
    assert (plan.cron, plan.active) == (None, False), "a paused deployment runs nothing"
    asked.change(plan, None, True, "kari")
    (told,) = sent
    assert told == {
        "tags": ["own", "tidsplan:kari"],
        "paused": False,
        "schedules": [{"slug": "nightly", "active": True, "schedule": {"interval": 3600.0, "timezone": "Europe/Oslo"}}],
    }
