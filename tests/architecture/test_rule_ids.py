"""A rule named in the code can be looked up in docs/regler.md, and what stands there is where it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

RULE = re.compile(r"\b(?:RENTE|GEBYR|KS|FORELD|INK|MERGE|MIND|UTL|BO|FRIST|VERN|ID|EIER)-[0-9]+\b")
CODE = ("config", "connectors", "console", "domain", "flows", "hub", "kraftverk", "robots", "sandbox")


@pytest.fixture(scope="module")
def rows(root: Path) -> list[list[str]]:
    """The cells of each row that begins with a rule."""
    lines = (root / "docs" / "regler.md").read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if RULE.match(line.strip("| "))]


def test_every_rule_in_the_code_is_described(root: Path, rows: list[list[str]]) -> None:
    described = {rule for row in rows for rule in RULE.findall(row[0])}
    used = {
        rule: path.relative_to(root).as_posix()
        for folder in CODE
        for path in (root / folder).rglob("*.py")
        for rule in RULE.findall(path.read_text("utf-8"))
    }
    assert used, "no rule is named in the code: has the form of the ids changed?"
    assert {rule: place for rule, place in used.items() if rule not in described} == {}


def test_a_row_has_its_five_cells_and_names_modules_there_are(root: Path, rows: list[list[str]]) -> None:
    known = {path.stem for path in (root / "domain").glob("*.py")} | set(CODE)
    for row in rows:
        assert len(row) == 5, row[0]
        assert row[4], row[0]
        assert set(re.findall(r"`(\w+)`", row[2])) <= known, row[0]
