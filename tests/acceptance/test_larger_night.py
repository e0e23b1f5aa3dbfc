"""A larger world: everything that is found in it, and a part of its night carried out.

The whole of its night is some 350 groups, most of them through the screens of PAX, and takes minutes: `kraftverk demo
--once --population ../shared/population/middels` runs it. Here all of Pilen is merged, and a part of PAX.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import registry, routine
from flows.routine import Night
from hub.storage.runs import lines
from tests.acceptance.answers import exported_report, exported_results, is_parking, right_answers
from tests.acceptance.conftest import Morning
from tests.acceptance.office import Office, office
from tests.acceptance.worlds import cut

pytestmark = [pytest.mark.needs_shared, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def middels(shared: Path) -> Path:
    return shared / "population" / "middels"


@pytest.fixture(scope="module")
def evening(middels: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The whole world, the night's work found and nothing done."""
    with office(tmp_path_factory.mktemp("middels") / "state", middels) as agency:
        yield agency


async def test_all_that_is_left_out_and_every_group_there_is(evening: Office) -> None:
    answers = right_answers(evening.population)
    module = registry.module("parking-merge")
    night = Night(module.METADATA, module.AUTOMATION, evening.installation(), evening.as_of, "test")
    await routine.find(night)
    found = [set(row["krav"].split(";")) for row in evening.rows("SELECT krav FROM work_item")]
    for krav in answers.results:
        (group,) = [group for group in found if group & krav]
        assert krav <= group
    assert len(found) == len(answers.results)
    assert {frozenset(group) for group in found if any(nr.startswith("PI") for nr in group)} == {
        krav for krav in answers.results if any(nr.startswith("PI") for nr in krav)
    }
    with night.installation.database.read() as c:
        report = [(line.krav, line.code, line.antall) for line in lines(c, run_id=1)]
    assert {krav: code for krav, code, _ in report if krav} == answers.excluded
    assert [antall for krav, _, antall in report if krav is None] == [answers.protected]


@pytest.fixture(scope="module")
def morning(middels: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    folder = tmp_path_factory.mktemp("part")
    part = cut(middels, folder / "population", pax=8, pilen=999, nothing=8, excluded=9, largest=6)
    with office(folder / "state", part, lanes=2) as agency:
        (said,) = agency.nights(1)
        yield Morning(agency, said, agency.export(), right_answers(part))


def test_a_part_of_it_carried_out(morning: Morning) -> None:
    answers, results = morning.answers, exported_results(morning.export)
    assert morning.said.code == 0, morning.said
    assert {krav: (status, result) for krav, status, result in results} == {
        krav: ("completed", result) for krav, result in answers.results.items()
    }
    assert len(results) == len(answers.results) > 100
    assert exported_report(morning.export) == (answers.excluded, answers.protected)
    krav = morning.office.krav().values()
    assert {row["kravnr"]: row["saksnr"] for row in krav if is_parking(row)} == answers.saksnr
    assert morning.office.merges() == answers.moves
    assert Counter(nr[:2] for nr, _ in answers.moves).keys() == {"PX", "PI"}
