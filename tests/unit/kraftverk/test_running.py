"""A run that is asked for while another is under way: the same one is waited for, another one is named."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from kraftverk import house, running
from kraftverk.prefect_runs import OtherRun, request_run
from kraftverk.readiness import load_environment
from kraftverk.running import run_automation
from kraftverk.usage import UsageError

UNDER_WAY = UUID(int=7)


class Prefect:
    """So much of Prefect's client as is used to ask for a run."""

    def __init__(self, *under_way: Mapping[str, Any]) -> None:
        self.under_way = [SimpleNamespace(id=UUID(int=7 + n), parameters=each) for n, each in enumerate(under_way)]
        self.begun: list[Mapping[str, Any]] = []

    async def api_healthcheck(self) -> None:
        """It is up."""

    async def api_version(self) -> str:
        return "3"

    async def read_deployment_by_name(self, _: str) -> Any:
        return SimpleNamespace(id=uuid4())

    async def read_flow_runs(self, **_: object) -> list[Any]:
        return self.under_way

    async def read_flow_run(self, run: UUID) -> Any:
        """It is looked for until it has ended."""
        self.under_way = [each for each in self.under_way if each.id != run]
        return SimpleNamespace(state=SimpleNamespace(is_final=lambda: True))

    async def create_flow_run_from_deployment(self, _: UUID, parameters: Mapping[str, Any]) -> Any:
        self.begun.append(parameters)
        return SimpleNamespace(id=uuid4())


@pytest.mark.parametrize(
    ("under_way", "asked"),
    [
        ({}, {}),
        ({}, {"automations": None, "as_of": None, "dry_run": False, "ordered_by": "kari"}),
        ({"automations": ["minors"], "ordered_by": "ola"}, {"automations": ["minors"], "ordered_by": "kari"}),
        ({"as_of": "2026-12-01", "dry_run": True}, {"as_of": "2026-12-01", "dry_run": True}),
    ],
)
async def test_a_run_that_does_the_same_is_given_back(under_way: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    prefect: Any = Prefect(under_way)
    assert await request_run(prefect, "nightly/nightly", asked) == (UNDER_WAY, False)
    assert prefect.begun == []


@pytest.mark.parametrize(
    ("under_way", "asked"),
    [
        ({}, {"automations": ["minors"]}),
        ({"automations": ["minors"]}, {}),
        ({"automations": ["minors"]}, {"automations": []}),
        ({"automations": ["minors"]}, {"automations": ["minors"], "dry_run": True}),
        ({"automations": ["minors"]}, {"automations": ["minors"], "as_of": "2026-12-02"}),
    ],
)
async def test_a_run_that_does_something_else_is_not(under_way: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    prefect: Any = Prefect(under_way)
    with pytest.raises(OtherRun) as other:
        await request_run(prefect, "nightly/nightly", asked)
    assert other.value.run == UNDER_WAY
    assert prefect.begun == []


async def test_of_several_the_one_that_does_the_same_is_given_back() -> None:
    prefect: Any = Prefect({}, {"dry_run": True})
    assert await request_run(prefect, "nightly/nightly", {"dry_run": True}) == (UUID(int=8), False)


async def test_the_demo_lets_the_night_of_its_own_timetable_go_first() -> None:
    prefect: Any = Prefect({})
    await house.begin(prefect, "nightly/nightly", {"as_of": "2026-12-02"})
    assert prefect.under_way == []
    assert prefect.begun == [{"as_of": "2026-12-02"}]


@pytest.mark.parametrize(
    ("under_way", "words"),
    [
        ({"automations": ["sanction-interest"], "as_of": None}, "nightly is running for sanction-interest: wait"),
        ({"as_of": "2026-12-01"}, "nightly is running for all its automations as of 2026-12-01: wait"),
        ({"automations": ["minors", "limitation"], "dry_run": True}, "for minors, limitation, as a dry run: wait"),
    ],
)
def test_at_the_command_line_the_other_run_is_named(
    under_way: Mapping[str, Any], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAFTVERK_SECRETS", str(tmp_path))
    (tmp_path / "prefect.auth").write_text("kraftverk:secret")
    demo = {"environment": "demo", "prefect_api": "http://prefect.test/api"}
    monkeypatch.setattr(running, "load", lambda: load_environment("production").model_copy(update=demo))
    prefect = Prefect(under_way)

    @asynccontextmanager
    async def client_of(*_: str) -> AsyncIterator[Prefect]:
        yield prefect

    monkeypatch.setattr(running, "client_of", client_of)
    with pytest.raises(UsageError) as refused:
        run_automation("parking-merge", dry_run=True, local=False, as_of="2026-12-02")
    assert words in str(refused.value)
    assert str(refused.value).endswith(f": wait for it: http://prefect.test/runs/flow-run/{UNDER_WAY}")
    assert prefect.begun == []
