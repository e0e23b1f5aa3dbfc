"""A round goes on whatever fails in it, and says at its end what did."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest

from flows import rounds
from flows.installation import Installation
from flows.rounds import run_round

NIGHT = "2026-11-30"
FAILS: set[str] = set()


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the round did, in its order, without Prefect and without systems. What stands in FAILS fails."""
    done: list[str] = []
    FAILS.clear()

    def doing(what: str) -> None:
        if what in FAILS:
            raise OSError(what)
        done.append(what)

    def module(name: str) -> SimpleNamespace:
        async def flow(*, as_of: str, dry_run: bool, ordered_by: str | None) -> str:
            doing(name)
            return f"{name} {as_of} {ordered_by}"

        return SimpleNamespace(FLOW=flow, METADATA=name)

    async def seal(_installation: object) -> None:
        doing("seal")

    async def report(_installation: object, ran: list[str], _night: object) -> None:
        doing("report")
        done.extend(f"told of {name}" for name in ran)

    monkeypatch.setattr(Installation, "open", lambda: None)
    monkeypatch.setattr(rounds.registry, "module", module)
    monkeypatch.setattr(rounds, "seal", seal)
    monkeypatch.setattr(rounds, "report_of_the_night", report)
    monkeypatch.setattr(rounds, "get_run_logger", lambda: logging.getLogger("round"))
    return done


async def test_each_runs_in_the_routines_order_then_comes_the_seal_and_the_report(done: list[str]) -> None:
    results = await run_round(["limitation", "minors"], NIGHT, False, "kari")
    assert results == {"minors": f"minors {NIGHT} kari", "limitation": f"limitation {NIGHT} kari"}
    assert done == ["minors", "limitation", "seal", "report", "told of minors", "told of limitation"]


@pytest.mark.parametrize(
    ("fails", "left"),
    [
        ("minors", ["limitation", "seal", "report", "told of limitation"]),
        ("seal", ["minors", "limitation", "report", "told of minors", "told of limitation"]),
        ("report", ["minors", "limitation", "seal"]),
    ],
)
async def test_what_fails_is_named_and_stops_nothing_else(
    done: list[str], caplog: pytest.LogCaptureFixture, fails: str, left: list[str]
) -> None:
    FAILS.add(fails)
    with pytest.raises(RuntimeError, match=f"failed: {fails}"):
        await run_round(["minors", "limitation"], NIGHT, False, "kari")
    assert done == left
    assert f"{fails} failed" in caplog.text


async def test_a_round_in_which_nothing_ran_has_no_report_and_still_its_seal(done: list[str]) -> None:
    FAILS.add("minors")
    with pytest.raises(RuntimeError, match="failed: minors"):
        await run_round(["minors"], NIGHT, False, "kari")
    assert done == ["seal"]


async def test_a_dry_round_seals_and_reports_nothing(done: list[str]) -> None:
    await run_round(["minors"], NIGHT, True, "kari")
    assert done == ["minors"]
