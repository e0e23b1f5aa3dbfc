"""Nobody of the population can be found in what a night leaves behind, with every log at DEBUG and faults on the way.

The simulators' own files are the outside world's, and are left out; so are krav.csv and brev.csv of an export, the
outside world's answers. `test_faults` searches its nights in the same way; `test_brev` reads the letters.
"""

from __future__ import annotations

import re
import sqlite3
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from kraftverk.world import World, environment
from tests.acceptance.answers import AUTOMATIONS, exported, right_answers
from tests.acceptance.office import Said, order, read, run
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
    population = cut(liten, folder / "population", pax=1, pilen=1, excluded=1, largest=2, minors=1)
    state, export = folder / "state", folder / "export"
    given = ("--population", population, "--state", state, "--export", export, "--faults", "0.02")
    return Left(run("demo", "--once", *given, KRAFTVERK_LOG_LEVEL="DEBUG"), population, state, export)


def test_the_night_under_prefect_came_out_right(left: Left) -> None:
    assert left.said.code == 0, left.said
    outcome, answers = exported(left.export), right_answers(left.population)
    assert outcome.items == answers.items
    assert (outcome.krav, outcome.letters) == (answers.krav, answers.letters)


def test_the_logs_are_as_talkative_as_they_can_be(left: Left) -> None:
    for process in ("prefect", "worker-1"):
        assert " DEBUG " in (left.state / "logs" / f"{process}.log").read_text(encoding="utf-8")
    with sqlite3.connect(left.state / "prefect" / "prefect.db") as database:
        levels = {level for (level,) in database.execute("SELECT DISTINCT level FROM log")}
        artifacts = {key for (key,) in database.execute("SELECT key FROM artifact")}
    assert min(levels) == 10
    assert {f"{name}-{what}" for name in AUTOMATIONS for what in ("utfall", "kontrollrapport")} <= artifacts


def test_the_seal_of_the_round_is_kept_by_prefect_and_in_the_control_report(left: Left, tmp_path: Path) -> None:
    with sqlite3.connect(left.state / "prefect" / "prefect.db") as database:
        (shown,) = database.execute("SELECT data FROM artifact WHERE key = 'segl' ORDER BY created").fetchone()
    (mark,) = re.findall(r"`(1:[0-9a-f:]+)`", shown)
    office = environment(World(left.state))
    proven = order("audit", "verify", "--seal", mark, **office)
    assert proven.code == 0, proven
    assert "Seal 1 from outside is in the series" in proven.out
    assert order("report", "--out", tmp_path, **office).code == 0
    (om,) = tmp_path.glob("*_om-rapporten.csv")
    newest = order("audit", "seal", **office).out.split()[0]
    assert f"Segl;{newest}\r\n" in om.read_bytes().decode("utf-8-sig")


def test_nobody_is_found_in_databases_logs_artifacts_and_exports(left: Left) -> None:
    people = People.of(left.population)
    assert people.found_below(left.state, but_for=[left.state / "sandbox"]) == {}
    assert people.found_below(left.export, but_for=[left.export / "krav.csv", left.export / "brev.csv"]) == {}
    assert people.found_in(left.said.out + left.said.err) == set()


def test_nobody_is_found_in_the_control_report(left: Left, tmp_path: Path) -> None:
    said = order("report", "--out", tmp_path, **environment(World(left.state)))
    assert said.code == 0, said
    workbook, *tables = sorted(tmp_path.iterdir(), key=lambda path: path.suffix != ".xlsx")
    assert zipfile.is_zipfile(workbook)
    assert tables
    assert People.of(left.population).found_below(tmp_path, but_for=[]) == {}
    hidden = {row["foedselsnummer"] for row in read(left.population / "personer.csv") if row["gradering"] != "ugradert"}
    theirs = [row["kravnr"] for row in read(left.population / "krav.csv") if row["skyldner"] in hidden]
    assert theirs
    with zipfile.ZipFile(workbook) as packed:
        told = "".join(packed.read(name).decode() for name in packed.namelist())
    assert [kravnr for kravnr in theirs if kravnr in told] == []


def test_the_search_finds_who_is_there(left: Left) -> None:
    people = People.of(left.population)
    found = people.found_below(left.state, but_for=[])
    assert found.keys() == {"sandbox/pax-filer/krav.csv"}
    assert people.found_below(left.export, but_for=[])["krav.csv"] > found["sandbox/pax-filer/krav.csv"]
    number = min(people.numbers)
    assert people.found_in(f"{number[:6]} {number[6:]}, tlf.") == {number}
