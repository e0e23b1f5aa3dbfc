"""A larger world: everything that is found in it, and a part of its night carried out.

The whole of its night is some 350 groups, most of them through the screens of PAX, and takes minutes: `kraftverk demo
--once --population ../shared/population/middels` runs it. Here a part of Pilen and of PAX is merged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import registry, routine
from flows.routine import Night
from hub.report import control_report
from tests.acceptance.answers import Lines, of, right_answers
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
    for krav in answers.merges:
        (group,) = [group for group in found if group & krav]
        assert krav <= group
    assert len(found) == len(answers.merges)
    assert {frozenset(group) for group in found if any(nr.startswith("PI") for nr in group)} == {
        krav for krav in answers.merges if any(nr.startswith("PI") for nr in krav)
    }
    assert listed(evening) == of(answers.lines, "parking-merge")


def test_a_part_of_it_carried_out(middels: Path, tmp_path: Path) -> None:
    part = cut(middels, tmp_path / "population", pax=8, pilen=16, nothing=8, excluded=9, largest=6)
    answers = right_answers(part)
    with office(tmp_path / "state", part, lanes=2) as agency:
        (said,) = agency.nights(1)
        assert said.code == 0, said
        rows = agency.rows("SELECT krav, state, result FROM work_item")
        assert {frozenset(row["krav"].split(";")): (row["state"], row["result"]) for row in rows} == answers.items[
            "parking-merge"
        ]
        assert len(rows) == len(answers.merges) > 100
        assert listed(agency) == of(answers.lines, "parking-merge")
        krav = agency.krav()
        assert {nr: row["saksnr"] for nr, row in krav.items()} == {nr: r["saksnr"] for nr, r in answers.krav.items()}
        assert agency.merges() == answers.moves
    assert Counter(nr[:2] for nr, _ in answers.moves).keys() == {"PX", "PI"}


def listed(agency: Office) -> Lines:
    """The control report of parking-merge."""
    with agency.installation().database.read() as c:
        report = control_report(c, "parking-merge", agency.as_of)
    return Counter(
        ("parking-merge", line.code, line.krav or "", "", "", str(line.antall or ""))
        for line in report.lines
        if line.krav or line.antall
    )
