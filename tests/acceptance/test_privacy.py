"""Nobody of the population can be found in what a night leaves behind, with every log at DEBUG and faults on the way.

The simulators' own files are the outside world's, and are left out; so is krav.csv of an export, the outside world's
answer, and brev.csv, who its letters went to. `test_faults` searches its nights in the same way.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.answers import exported, right_answers
from tests.acceptance.office import Said, run
from tests.acceptance.privacy import People
from tests.acceptance.worlds import cut

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Left:
    """What `kraftverk demo --once` has left behind."""

    said: Said
    population: Path
    state: Path
    export: Path


@pytest.fixture(scope="module")
def left(liten: Path, tmp_path_factory: pytest.TempPathFactory) -> Left:
    folder = tmp_path_factory.mktemp("demo")
    population = cut(
        liten, folder / "population", pax=1, pilen=1, nothing=1, excluded=1, largest=3, minors=1, renter=1, foreldet=1
    )
    state, export = folder / "state", folder / "export"
    order = ("--population", population, "--state", state, "--export", export, "--faults", "0.02")
    return Left(run("demo", "--once", *order, KRAFTVERK_LOG_LEVEL="DEBUG"), population, state, export)


def test_the_night_under_prefect_came_out_right(left: Left) -> None:
    assert left.said.code == 0, left.said
    outcome, answers = exported(left.export), right_answers(left.population)
    assert outcome.items == answers.items
    assert outcome.letters == answers.letters


def test_the_logs_are_as_talkative_as_they_can_be(left: Left) -> None:
    for process in ("prefect", "worker-1"):
        assert " DEBUG " in (left.state / "logs" / f"{process}.log").read_text(encoding="utf-8")
    with sqlite3.connect(left.state / "prefect" / "prefect.db") as database:
        levels = {level for (level,) in database.execute("SELECT DISTINCT level FROM log")}
        artifacts = {key for (key,) in database.execute("SELECT key FROM artifact")}
    assert min(levels) == 10
    assert {"parking-merge-utfall", "minors-kontrollrapport", "kontrollrapport"} <= artifacts


def test_nobody_is_found_in_databases_logs_artifacts_and_exports(left: Left) -> None:
    people = People.of(left.population)
    assert people.found_below(left.state, but_for=[left.state / "sandbox"]) == {}
    assert people.found_below(left.export, but_for=[left.export / f"{name}.csv" for name in ("krav", "brev")]) == {}
    assert people.found_in(left.said.out + left.said.err) == set()


def test_the_search_finds_who_is_there(left: Left) -> None:
    people = People.of(left.population)
    found = people.found_below(left.state, but_for=[])
    assert found.keys() == {"sandbox/pax-filer/krav.csv"}
    assert people.found_below(left.export, but_for=[])["krav.csv"] > found["sandbox/pax-filer/krav.csv"]
    number = min(people.numbers)
    assert people.found_in(f"{number[:6]} {number[6:]}, tlf.") == {number}
