"""Pilen or Procasso is down for a day, answers are lost, saves are late: nothing lost, nothing twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from domain.errors import SystemException
from flows import registry, routine
from flows.routine import Night
from flows.samkjoering import handlinger
from hub.automation import Look
from tests.acceptance.office import Office, office
from tests.acceptance.privacy import People
from tests.acceptance.shared_claims import (
    Change,
    assert_equal_to_the_oere,
    at_procasso,
    both,
    gebyr,
    make_day,
    make_world,
    payment,
    sanksjon,
    told,
)
from tests.acceptance.test_claims_sync import BOTH, NAME, PAYMENTS

pytestmark = pytest.mark.timeout(300)
ONE, OTHER = "PI1000001", "PI1000002"
SYSTEMS = ("PILEN", "PROCASSO")


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return make_world(tmp_path / "population", [sanksjon(ONE), gebyr(OTHER)])


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks for work and finds a system away does not look again this morning."""
    monkeypatch.setattr(routine, "FIND_PAUSES", ())


@pytest.mark.parametrize("away", SYSTEMS)
async def test_a_system_that_is_away_for_a_day_is_caught_up(
    away: str, world: Path, tmp_path: Path, impatient: None
) -> None:
    with office(tmp_path / "state", world, quick=True) as agency:
        await agency.night(*BOTH)
        before = told(agency)
        agency.move_to(make_day(tmp_path / "day-1", "2026-11-24", [payment(ONE, "100.00", "2026-11-24")]))
        at_procasso(agency, ONE, beloep="50.00")
        agency.misbehave("drop", 1.0, away)
        with pytest.raises(SystemException, match=away):
            await agency.night(*BOTH)
        assert told(agency) == before
        agency.calm()
        changes: list[Change] = [payment(ONE, "100.00", "2026-11-25"), (OTHER, "tilstand", "KLAGE")]
        agency.move_to(make_day(tmp_path / "day-2", "2026-11-25", changes))
        at_procasso(agency, ONE, beloep="50.00")
        assert await agency.night(*BOTH) == 0
        assert told(agency) - before == Counter(
            {("PROCASSO", "innbetaling", ONE): 2, ("PILEN", "innbetaling", ONE): 2, ("PROCASSO", "status", OTHER): 1}
        )
        assert both(agency, ONE) == ("AAPEN", ["100.00", "100.00", "50.00", "50.00"])
        assert_equal_to_the_oere(agency)


@pytest.mark.parametrize("away", SYSTEMS)
async def test_one_that_goes_away_when_the_work_has_been_found_is_told_the_next_morning(
    away: str, world: Path, tmp_path: Path
) -> None:
    with office(tmp_path / "state", world, quick=True) as agency:
        await agency.night(*BOTH)
        before = told(agency)
        agency.move_to(make_day(tmp_path / "day-1", "2026-11-24", [payment(ONE, "100.00", "2026-11-24")]))
        at_procasso(agency, ONE, beloep="50.00")
        await find(agency)
        agency.set(patience="0.5")
        agency.misbehave("drop", 1.0, away)
        assert await agency.night(PAYMENTS, find=False) == 1
        agency.calm()
        agency.set(patience="60.0")
        agency.move_to(make_day(tmp_path / "day-2", "2026-11-25", [payment(ONE, "7.00", "2026-11-25")]))
        assert await agency.night(*BOTH) == 0
        at_procasso(agency, ONE, beloep="8.00")
        agency.move_to(make_day(tmp_path / "day-3", "2026-11-26"))
        assert await agency.night(*BOTH) == 0
        assert both(agency, ONE) == ("AAPEN", ["100.00", "50.00", "7.00", "8.00"])
        assert told(agency) - before == Counter({("PROCASSO", "innbetaling", ONE): 2, ("PILEN", "innbetaling", ONE): 2})
        assert_equal_to_the_oere(agency)


@pytest.mark.parametrize("knob", ["answer_lost", "saves_late", "saves_half"])
async def test_the_first_change_in_each_system_goes_wrong(knob: str, world: Path, tmp_path: Path) -> None:
    with office(tmp_path / "state", world, quick=True) as agency:
        agency.set(lease="3.0", act_limit="2.0")
        agency.misbehave(knob, 1.0, times=1)
        await agency.night(*BOTH)
        agency.wait_for_late_saves()
        changes: list[Change] = [
            payment(ONE, "100.00", "2026-11-24"),
            (OTHER, "tilstand", "KLAGE"),
            (ONE, "renter", "20.00"),
        ]
        agency.move_to(make_day(tmp_path / "day-1", "2026-11-24", changes))
        at_procasso(agency, ONE, beloep="50.00")
        agency.misbehave(knob, 1.0, times=1)
        await agency.night(*BOTH)
        agency.wait_for_late_saves()
        agency.calm()
        agency.move_to(make_day(tmp_path / "day-2", "2026-11-25"))
        assert await agency.night(*BOTH) == 0
        assert told(agency) == Counter(
            {(system, "innfordring", kravnr): 1 for system in SYSTEMS for kravnr in (ONE, OTHER)}
            | {(system, "innbetaling", ONE): 1 for system in SYSTEMS}
            | {("PROCASSO", "beloep", ONE): 1, ("PROCASSO", "status", OTHER): 1}
        )
        assert both(agency, ONE) == ("AAPEN", ["100.00", "50.00"])
        assert both(agency, OTHER) == ("KLAGE", [])
        assert_equal_to_the_oere(agency)


async def test_every_fault_now_and_then_by_the_command_line_with_everything_logged(world: Path, tmp_path: Path) -> None:
    with office(tmp_path / "state", world, quick=True) as agency:
        agency.set(lease="3.0", act_limit="2.0")
        people = People.of(world)
        for day, today in enumerate(("2026-11-24", "2026-11-25"), 1):
            for knob in ("too_many_requests", "server_error", "unavailable", "drop", "answer_lost", "saves_late"):
                for system in SYSTEMS:
                    agency.misbehave(knob, 0.05, system)
            for name in BOTH:
                said = agency.kraftverk("run", name, "--local", KRAFTVERK_LOG_LEVEL="DEBUG")
                assert people.found_in(said.out + said.err) == set()
            agency.wait_for_late_saves()
            agency.calm()
            agency.move_to(make_day(tmp_path / f"day-{day}", today, [payment(ONE, f"{day}.00", today)]))
            if both_have(agency):
                at_procasso(agency, ONE, beloep=f"{day}.50")
        assert await agency.night(*BOTH) == 0
        assert_equal_to_the_oere(agency)
        assert all(n == 1 for key, n in told(agency).items() if key[1] == "innfordring")
        tilstand, amounts = both(agency, ONE)
        assert tilstand == "AAPEN"
        assert len(amounts) == len(set(amounts)), "each payment has an amount of its own"
        assert {"1.00", "2.00"} <= set(amounts)
        assert people.found_below(agency.world.folder, but_for=(agency.world.folder / "sandbox",)) == {}


async def test_money_that_comes_while_a_persons_answer_about_the_krav_is_awaited_is_told(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The amounts were told; then the status turned out to be another than planned, and the plan was begun."""
    with office(tmp_path / "state", world, quick=True) as agency:
        await agency.night(*BOTH)
        changes: list[Change] = [(ONE, "renter", "20.00"), (ONE, "tilstand", "KLAGE")]
        agency.move_to(make_day(tmp_path / "day-1", "2026-11-24", changes))
        with monkeypatch.context() as drifted:
            drifted.setattr(handlinger, "_has_status", lambda *_: Look.UNKNOWN)
            await agency.night(*BOTH)
        agency.move_to(make_day(tmp_path / "day-2", "2026-11-25", [payment(ONE, "7.00", "2026-11-25")]))
        before = told(agency)
        await agency.night(*BOTH)
        assert told(agency) - before == Counter({("PROCASSO", "innbetaling", ONE): 1})
        (waits,) = agency.rows("SELECT queue, waiting_kind FROM work_item WHERE closed_as_of IS NULL")
        assert (waits["queue"], waits["waiting_kind"]) == (NAME, "uncertain")


def both_have(agency: Office) -> bool:
    """Whether it was handed over already: on another krav Procasso takes no money in."""
    return ("PROCASSO", "innfordring", ONE) in told(agency)


async def find(agency: Office) -> None:
    module = registry.module(PAYMENTS)
    await routine.find(Night(module.METADATA, module.AUTOMATION, agency.installation(), agency.as_of, "natt"))
