"""From the table in config to what the law looks up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from config.satser import SatserError
from domain.sats import Slag
from flows.satser import load_satser

HEADING = "kind,valid_from,value,unit,up_to,source,confidence\n"


def table(folder: Path, row: str) -> Path:
    path = folder / "satser.csv"
    path.write_text(HEADING + row + "\n", encoding="utf-8")
    return path


def test_limits_in_kroner_become_oere() -> None:
    satser = load_satser()
    assert satser.get_trinn(Slag.INKASSOSALAER, date(2026, 1, 1), 500_00) == Decimal("0.25")
    assert satser.get_trinn(Slag.INKASSOSALAER, date(2026, 1, 1), 500_01) == Decimal("0.35")


def test_a_rate_of_the_house_is_found_on_its_day(tmp_path: Path) -> None:
    satser = load_satser(table(tmp_path, "inkassosats,2027-01-01,770.50,nok,,forskrift,A"))
    assert satser.get_beloep(Slag.INKASSOSATS, date(2027, 1, 1)) == 77050


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("forsinkelserente,2026-07-01,12.25,percent_pa,,x,B", "row 2, column kind: «forsinkelserente» is no rate we"),
        ("forsinkelsesrente,2026-07-02,12.25,percent_pa,,x,B", "row 2, column valid_from: forsinkelsesrente is set fr"),
    ],
)
def test_what_the_law_does_not_know_is_refused(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(SatserError) as error:
        load_satser(table(tmp_path, row))
    assert said in str(error.value)
