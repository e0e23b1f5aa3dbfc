"""The night of parking-merge held against the right answers: every group, every krav left out, every krav after it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.answers import exported_report, exported_results, is_parking
from tests.acceptance.office import read

if TYPE_CHECKING:
    from tests.acceptance.conftest import Morning

pytestmark = pytest.mark.timeout(600)


def test_the_night_comes_to_its_end(liten_morning: Morning) -> None:
    assert liten_morning.said.code == 0, liten_morning.said


def test_each_group_is_merged_or_found_to_need_nothing(liten_morning: Morning) -> None:
    results = exported_results(liten_morning.export)
    assert {krav: (status, result) for krav, status, result in results} == {
        krav: ("completed", result) for krav, result in liten_morning.answers.results.items()
    }
    assert len(results) == len(liten_morning.answers.results)


def test_each_krav_left_out_stands_in_the_report_with_its_reason_and_protected_ones_are_only_counted(
    liten_morning: Morning,
) -> None:
    answers = liten_morning.answers
    assert exported_report(liten_morning.export) == (answers.excluded, answers.protected)


def test_each_parking_krav_stands_in_the_right_case_afterwards(liten_morning: Morning) -> None:
    krav = liten_morning.office.krav().values()
    assert {row["kravnr"]: row["saksnr"] for row in krav if is_parking(row)} == liten_morning.answers.saksnr


def test_nothing_else_about_any_krav_has_changed(liten_morning: Morning) -> None:
    before = read(liten_morning.office.population / "krav.csv")
    after = liten_morning.office.krav()
    assert len(after) == len(before)
    moved = liten_morning.answers.saksnr
    for row in before:
        assert after[row["kravnr"]] == {**row, "saksnr": moved.get(row["kravnr"], row["saksnr"])}


def test_each_merge_was_done_once(liten_morning: Morning) -> None:
    assert liten_morning.office.merges() == liten_morning.answers.moves


def test_every_event_holds_in_its_chain(liten_morning: Morning) -> None:
    said = liten_morning.office.kraftverk("audit", "verify")
    (events,) = liten_morning.office.rows("SELECT count(*) AS n FROM event")
    assert said.code == 0
    assert f"{events['n']} events checked, 0 do not hold" in said.out
    assert events["n"] >= 3 * len(liten_morning.answers.results)


def test_the_same_night_again_changes_nothing_and_adds_nothing(liten_morning: Morning) -> None:
    office = liten_morning.office
    items, krav, export = office.rows("SELECT * FROM work_item ORDER BY id"), office.krav(), liten_morning.export
    report = Counter(tuple(row.values()) for row in read(export / "kontrollrapport.csv"))
    posts = read(export / "arbeidsposter.csv")
    (said,) = office.nights(1)
    assert said.code == 0, said
    assert office.rows("SELECT * FROM work_item ORDER BY id") == items
    assert office.krav() == krav
    assert office.merges() == liten_morning.answers.moves
    again = office.export()
    assert read(again / "arbeidsposter.csv") == posts
    assert Counter(tuple(row.values()) for row in read(again / "kontrollrapport.csv")) == report
