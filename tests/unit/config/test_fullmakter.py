"""The fullmaktsmatrise: read strictly, and looked up by date, role and kravtype."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from config.fullmakter import load_fullmakter
from config.settings import SettingsError
from hub.fullmakt import Fullmakt, Fullmakter

HEAD = "gyldig_fra,rolle,kravtype,til_og_med\n"


def test_the_matrix_of_the_house_can_be_read() -> None:
    assert {linje.rolle for linje in load_fullmakter()} == {"godkjenner"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("rolle,kravtype\n", "the columns must be gyldig_fra, rolle, kravtype, til_og_med"),
        (HEAD + "2026-01-01,godkjenner,*\n", "row 2: a row has 4 cells"),
        (HEAD + "2026-01-01,a,*,1.00\n01.01.2026,godkjenner,*,1.00\n", "row 3, gyldig_fra: write a date"),
        (HEAD + "2026-01-01,godkjenner,*,1000\n", "row 2, til_og_med: write kroner with two decimals"),
    ],
)
def test_a_broken_matrix_is_told_with_its_place(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "fullmakter.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=told):
        load_fullmakter(file)


def test_a_missing_matrix_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_fullmakter(tmp_path / "none.csv")


MATRIX = Fullmakter(
    [
        Fullmakt(date(2026, 1, 1), "godkjenner", "*", 1000),
        Fullmakt(date(2026, 7, 1), "godkjenner", "*", 2000),
        Fullmakt(date(2026, 1, 1), "godkjenner", "SFO", 500),
        Fullmakt(date(2026, 1, 1), "leder", "SFO", 9000),
    ]
)


@pytest.mark.parametrize(
    ("roles", "kravtype", "on", "limit"),
    [
        ({"godkjenner"}, "HUSLEIE", date(2025, 12, 31), None),
        ({"godkjenner"}, "HUSLEIE", date(2026, 1, 1), 1000),
        ({"godkjenner"}, "HUSLEIE", date(2026, 6, 30), 1000),
        ({"godkjenner"}, "HUSLEIE", date(2026, 7, 1), 2000),
        ({"godkjenner"}, "SFO", date(2026, 7, 1), 500),
        ({"godkjenner", "leder"}, "SFO", date(2026, 7, 1), 9000),
        ({"leder"}, "HUSLEIE", date(2026, 7, 1), None),
        (set(), "SFO", date(2026, 7, 1), None),
    ],
)
def test_the_limit_is_that_of_the_date_the_role_and_the_kravtype(
    roles: set[str], kravtype: str, on: date, limit: int | None
) -> None:
    assert MATRIX.limit(roles, kravtype, on) == limit
