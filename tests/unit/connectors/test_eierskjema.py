"""The forms «Endre ikke-tinglyst eier»: read whole, or not at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from connectors.eierskjema.reader import read_skjemaer
from domain.eiendom import Matrikkelnummer
from domain.eierskifte import Eierskjema
from domain.errors import SystemException
from tests.unit.connectors.leaks import told_by

HEADER = "matrikkelnummer,eier,dato,referanse\n"
KARI = "01817328096"


def test_every_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text(f"{HEADER}0301-207/412/0/3,{KARI},2026-11-01,SK-2\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text(f"{HEADER}0301-207/413,230582785,2026-10-01,SK-1\n", encoding="utf-8")
    (tmp_path / "notat.txt").write_text("ikke et skjema", encoding="utf-8")
    assert read_skjemaer(tmp_path) == [
        Eierskjema(Matrikkelnummer("0301", 207, 413), "230582785", date(2026, 10, 1), "SK-1"),
        Eierskjema(Matrikkelnummer("0301", 207, 412, 0, 3), KARI, date(2026, 11, 1), "SK-2"),
    ]


def test_no_form_is_none(tmp_path: Path) -> None:
    assert read_skjemaer(tmp_path) == []


def test_no_folder_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(SystemException) as raised:
        read_skjemaer(tmp_path / "borte")
    assert raised.value.phase == "connect"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{HEADER}207/412,{KARI},2026-11-01,SK-1\n", "row 2, column matrikkelnummer"),
        (f"{HEADER}0301-207/412,,2026-11-01,SK-1\n", "row 2, column eier"),
        (f"{HEADER}0301-207/412,{KARI},1.11.2026,SK-1\n", "row 2, column dato"),
        (f"{HEADER}0301-207/412,{KARI},2026-11-01,\n", "row 2, column referanse"),
        (f"{HEADER}0301-207/412,{KARI},2026-11-01,SK-1", "half-written"),
        (f"0301-207/412,{KARI},2026-11-01,SK-1\n", "the header lacks"),
    ],
)
def test_a_file_that_is_not_as_agreed(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SystemException) as raised:
        read_skjemaer(tmp_path)
    assert raised.value.phase == "parse"
    assert words in raised.value.message
    assert KARI not in told_by(raised.value)
