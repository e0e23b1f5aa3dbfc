"""The table of rates is read strictly: each error names file, row, column and the remedy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from config.satser import SATSER, SatserError, load

HEADING = "kind,valid_from,value,unit,up_to,source,confidence"
GOOD = "forsinkelsesrente,2026-07-01,12.25,percent_pa,,FOR-2026-06-25-1372,B"


def table(folder: Path, *rows: str, heading: str = HEADING) -> Path:
    path = folder / "satser.csv"
    path.write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
    return path


def test_a_row_is_what_stands_there(tmp_path: Path) -> None:
    [rad] = load(table(tmp_path, GOOD))
    assert (rad.row, rad.kind, rad.valid_from, rad.value) == (
        2,
        "forsinkelsesrente",
        date(2026, 7, 1),
        Decimal("12.25"),
    )
    assert (rad.unit, rad.up_to, rad.source, rad.confidence) == ("percent_pa", None, "FOR-2026-06-25-1372", "B")


def test_a_byte_order_mark_is_taken(tmp_path: Path) -> None:
    path = table(tmp_path, GOOD)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(load(path)) == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (GOOD.replace("2026-07-01", "01.07.2026"), "satser.csv, row 3, column valid_from: «01.07.2026» will not do;"),
        (GOOD.replace("12.25", '"12,25"'), "satser.csv, row 3, column value: «12,25» will not do; write a number with"),
        (GOOD.replace("12.25", ""), "satser.csv, row 3, column value: «»"),
        (GOOD.replace("12.25", "-1"), "row 3, column value"),
        (GOOD.replace("12.25", "NaN"), "row 3, column value"),
        (GOOD.replace("percent_pa", ""), "row 3, column unit"),
        (GOOD.replace("FOR-2026-06-25-1372", " "), "row 3, column source"),
        (GOOD.replace("percent_pa,,", "percent_pa,mye,"), "row 3, column up_to"),
        (GOOD.replace(",B", ""), "row 3: write exactly 7 cells"),
        (GOOD + ",B", "row 3: write exactly 7 cells"),
        (GOOD, "row 3, column valid_from: row 2 says the same; take one out"),
        ("inkassosalaer,2020-10-01,0.25,inkassosats,500,forskrift,B", "row 3, column up_to: add the step above"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(SatserError) as error:
        load(table(tmp_path, GOOD, row))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SatserError, match="row 1: the columns must be kind, valid_from"):
        load(table(tmp_path, heading=HEADING.replace("value", "verdi")))
    with pytest.raises(SatserError, match="row 1"):
        load(table(tmp_path, heading=""))


def test_a_file_that_is_missing_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(SatserError, match="cannot be read"):
        load(tmp_path / "satser.csv")
    (tmp_path / "satser.csv").write_bytes(HEADING.encode() + b"\n\xe5")
    with pytest.raises(SatserError, match="cannot be read"):
        load(tmp_path / "satser.csv")


def test_the_products_own_table_has_every_half_year_since_2004() -> None:
    fra = sorted(rad.valid_from for rad in load(SATSER) if rad.kind == "forsinkelsesrente")
    assert fra == [date(aar, maaned, 1) for aar in range(2004, 2027) for maaned in (1, 7)]


@pytest.mark.needs_shared
def test_the_products_own_table_says_what_the_rules_say(shared: Path) -> None:
    """Every row of the rules' own table, the one with three amounts split in three."""
    ours = {(rad.kind, rad.valid_from.isoformat(), str(rad.value)) for rad in load(SATSER)}
    theirs = set()
    for line in (shared / "rules" / "rates.csv").read_text(encoding="utf-8").splitlines()[1:]:
        kind, valid_from, values = line.split(",")[:3]
        kinds = [kind]
        if kind == "kontrollsanksjon_low_normal_hc":
            kinds = [f"kontrollsanksjon_{name}" for name in ("lav", "normal", "hc")]
        theirs |= {(name, valid_from, value) for name, value in zip(kinds, values.split("/"), strict=True)}
    assert theirs <= ours
    assert {kind for kind, _, _ in ours - theirs} == {"inkassosalaer", "purregebyr", "betalingsoppfordringsgebyr"}
