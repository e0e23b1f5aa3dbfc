"""A larger world: everything that is found in it.

The whole of its night is some 350 groups, most of them through the screens of PAX, and takes minutes: `kraftverk demo
--once --population ../shared/population/middels` runs it. What is carried out is held against the right answers in
`liten` (test_night).
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


def listed(agency: Office) -> Lines:
    """The control report of parking-merge."""
    with agency.installation().database.read() as c:
        report = control_report(c, "parking-merge", agency.as_of)
    return Counter(
        ("parking-merge", line.code, line.krav or "", "", "", str(line.antall or ""))
        for line in report.lines
        if line.krav or line.antall
    )
