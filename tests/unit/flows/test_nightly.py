"""What ends the night: what has had its time is emptied, whatever became of the automations."""

from __future__ import annotations

import pytest

from flows import nightly as night
from flows.installation import Installation
from hub.automation import Json


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the night did, in its order, without Prefect and without systems."""
    done: list[str] = []

    async def run_round(automations: list[str], *_: object) -> Json:
        done.append("round")
        if "minors" in automations:
            raise RuntimeError("failed: minors")
        return {}

    async def retention(_installation: object) -> None:
        done.append("retention")

    monkeypatch.setattr(Installation, "open", lambda: None)
    monkeypatch.setattr(night, "run_round", run_round)
    monkeypatch.setattr(night, "retention", retention)
    return done


async def test_what_is_old_is_emptied_when_the_round_is_over(done: list[str]) -> None:
    assert await night.nightly.fn(automations=["limitation"]) == {}
    assert done == ["round", "retention"]


async def test_also_when_an_automation_failed(done: list[str]) -> None:
    with pytest.raises(RuntimeError, match="failed: minors"):
        await night.nightly.fn(automations=["minors"])
    assert done == ["round", "retention"]


async def test_a_dry_night_deletes_nothing(done: list[str]) -> None:
    await night.nightly.fn(automations=["limitation"], dry_run=True)
    assert done == ["round"]
