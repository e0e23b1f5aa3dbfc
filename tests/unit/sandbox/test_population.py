"""A population is read as it stands, or refused with the place of the fault."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sandbox.population import PopulationError, apply_changes, load

Edit = Callable[[str], str]


@pytest.fixture
def liten(root: Path, tmp_path: Path) -> Path:
    """A copy that may be spoiled."""
    return Path(shutil.copytree(root / "tests" / "population" / "liten", tmp_path / "liten"))


def spoil(path: Path, row: int, old: str, new: str) -> None:
    """Replace in one row, counted as an editor does."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert old in lines[row - 1]
    lines[row - 1] = lines[row - 1].replace(old, new, 1)
    path.write_text("".join(lines), encoding="utf-8")


def set_cell(path: Path, row: int, column: str, value: str) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[row - 1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def error_of(folder: Path) -> str:
    with pytest.raises(PopulationError) as caught:
        load(folder)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def test_every_row_is_kept_as_it_stands(root: Path) -> None:
    folder = root / "tests" / "population" / "liten"
    population = load(folder)

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    assert (population.name, population.as_of, population.seed) == ("liten", date(2026, 11, 23), 1)
    assert list(population.krav.values()) == rows("krav.csv")
    assert list(population.personer.values()) == rows("personer.csv")
    assert list(population.enheter.values()) == rows("enheter.csv")
    assert population.kjoretoy == rows("kjoretoy.csv")
    assert population.pax_uttrekk == rows("pax_uttrekk.csv")
    hendelser = rows("hendelser.csv")
    assert sum(len(found) for found in population.hendelser.values()) == len(hendelser)
    assert population.hendelser["PC2463235"] == [row for row in hendelser if row["kravnr"] == "PC2463235"]


@pytest.mark.needs_shared
def test_the_larger_world_can_be_read(shared: Path) -> None:
    assert len(load(shared / "population" / "middels").krav) == 5000


def test_the_week_can_be_read(root: Path) -> None:
    population = load(root / "tests" / "population" / "liten")
    for number in range(1, 8):
        population = apply_changes(population, root / "tests" / "population" / "liten-uke" / f"day-{number}")
    assert population.as_of == date(2026, 11, 30)


@pytest.mark.needs_shared
@pytest.mark.parametrize("name", ["liten", "liten-uke"])
def test_our_copies_are_true(root: Path, shared: Path, name: str) -> None:
    def files(folder: Path) -> dict[Path, bytes]:
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    assert files(root / "tests" / "population" / name) == files(shared / "population" / name)


@pytest.mark.parametrize(
    "name", ["personer.csv", "enheter.csv", "kjoretoy.csv", "krav.csv", "hendelser.csv", "pax_uttrekk.csv"]
)
def test_a_missing_file_and_a_missing_column_are_named(liten: Path, name: str) -> None:
    path = liten / name
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    column = header.split(",")[1]
    path.write_text(header.replace(f",{column}", ",noe_annet", 1) + "\n" + rest, encoding="utf-8")
    assert f"{path}, row 1: column {column} is missing" in error_of(liten)
    path.unlink()
    assert f"{path} is missing" in error_of(liten)


@pytest.mark.parametrize(
    ("name", "row", "column", "value", "remedy"),
    [
        ("krav.csv", 2, "forfall", "03.03.2025", "YYYY-MM-DD"),
        ("krav.csv", 3, "forfall", "2025-02-29", "YYYY-MM-DD"),
        ("krav.csv", 4, "forfall", "20250303", "YYYY-MM-DD"),
        ("krav.csv", 4, "forfall", "", "YYYY-MM-DD"),
        ("krav.csv", 5, "ilagt_tidspunkt", "2025-02-10T16:32:36", "YYYY-MM-DDTHH:MM:SSZ"),
        ("krav.csv", 6, "ilagt_tidspunkt", "2025-02-10T24:32:36Z", "YYYY-MM-DDTHH:MM:SSZ"),
        ("krav.csv", 7, "hovedstol", "1350", "two decimals"),
        ("krav.csv", 8, "kostnader", "1350,00", "two decimals"),
        ("krav.csv", 9, "renter", "-1.00", "two decimals"),
        ("krav.csv", 10, "kravtype", "BOT", "PARKERINGSGEBYR"),
        ("krav.csv", 11, "fagsystem", "PAKS", "PROCASSO"),
        ("krav.csv", 12, "tilstand", "aapen", "AAPEN"),
        ("krav.csv", 13, "saksflyt", "ANNEN", "MINDREAARIG"),
        ("krav.csv", 14, "saksnr", "", "fill it in"),
        ("krav.csv", 15, "kravnr", "", "fill it in"),
        ("krav.csv", 15, "opprinnelig_forfall", "i går", "YYYY-MM-DD"),
        ("krav.csv", 434, "renter_beregnet_til", "2025", "YYYY-MM-DD"),
        ("pax_uttrekk.csv", 2, "fagsystem", "PILEN", "PAX"),
        ("personer.csv", 2, "gradering", "hemmelig", "ugradert"),
        ("personer.csv", 2, "status", "død", "doed"),
        ("personer.csv", 2, "foedselsdato", "1973-13-01", "YYYY-MM-DD"),
        ("personer.csv", 2, "reservert", "nei", "NEI"),
        ("enheter.csv", 2, "status", "borte", "slettet"),
        ("kjoretoy.csv", 2, "fra", "2023", "YYYY-MM-DD"),
        ("hendelser.csv", 2, "dato", "2015-12-32", "YYYY-MM-DD"),
        ("hendelser.csv", 2, "beloep", "10.00", "leave it empty"),
        ("hendelser.csv", 2, "hendelse", "INNBETALING", "two decimals"),
    ],
)
def test_a_bad_cell_is_named_with_its_remedy(
    liten: Path, name: str, row: int, column: str, value: str, remedy: str
) -> None:
    set_cell(liten / name, row, column, value)
    message = error_of(liten)
    named = "beloep" if value == "INNBETALING" else column
    assert f"{liten / name}, row {row}, column {named}: " in message
    assert remedy in message


def test_a_step_belongs_to_its_kind_of_krav(liten: Path) -> None:
    with (liten / "krav.csv").open(encoding="utf-8", newline="") as file:
        kinds = [row["kravtype"] for row in csv.DictReader(file)]
    row = kinds.index("PARKERINGSGEBYR") + 2
    set_cell(liten / "krav.csv", row, "steg", "LETT")
    assert f"row {row}, column steg: " in error_of(liten)
    assert "FORFALT, VARSEL, UTLEGG" in error_of(liten)


@pytest.mark.parametrize(
    ("name", "column", "shown"),
    [
        ("krav.csv", "kravnr", True),
        ("pax_uttrekk.csv", "kravnr", True),
        ("enheter.csv", "organisasjonsnummer", True),
        ("personer.csv", "foedselsnummer", False),
    ],
)
def test_a_key_that_stands_twice_is_named_by_both_rows_and_a_persons_not_at_all(
    liten: Path, name: str, column: str, shown: bool
) -> None:
    with (liten / name).open(encoding="utf-8", newline="") as file:
        key = list(csv.DictReader(file))[3][column]
    set_cell(liten / name, 9, column, key)
    message = error_of(liten)
    assert f"{liten / name}, row 9, column {column}: " in message
    assert "row 5 too" in message
    assert (key in message) is shown


def test_no_message_repeats_a_cell(liten: Path) -> None:
    set_cell(liten / "krav.csv", 2, "forfall", "01817328004")
    assert "01817328004" not in error_of(liten)


def test_rows_are_counted_as_an_editor_does_also_after_a_cell_of_two_lines(liten: Path) -> None:
    spoil(liten / "personer.csv", 2, "Sandakerveien", '"Sandakerveien\n')
    spoil(liten / "personer.csv", 3, "161 H0101", '161 H0101"')
    load(liten)
    spoil(liten / "personer.csv", 4, "1986-01-01", "1986-01-00")
    assert "personer.csv, row 4, column foedselsdato" in error_of(liten)


def test_a_row_with_too_few_cells_is_named(liten: Path) -> None:
    spoil(liten / "kjoretoy.csv", 5, ",", "")
    assert "kjoretoy.csv, row 5: 3 cells where the header has 4" in error_of(liten)


def test_a_quote_that_never_ends_is_named(liten: Path) -> None:
    spoil(liten / "enheter.csv", 4, "PEDERSEN", '"PEDERSEN')
    assert "enheter.csv, row 4: not readable as CSV" in error_of(liten)


def test_semicolons_and_another_encoding_are_told(liten: Path) -> None:
    path = liten / "enheter.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",", ";"), encoding="utf-8")
    assert "with a comma between" in error_of(liten)
    path.write_text(text, encoding="latin-1")
    assert f"{path} is not UTF-8" in error_of(liten)


def test_columns_in_another_order_and_a_byte_order_mark_do_no_harm(liten: Path) -> None:
    before = load(liten).kjoretoy
    path = liten / "kjoretoy.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row[::-1] for row in csv.reader(file)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    assert load(liten).kjoretoy == before


def test_an_unknown_column_is_named(liten: Path) -> None:
    spoil(liten / "enheter.csv", 1, "innehaver", "innehaver,eier")
    assert "enheter.csv, row 1: column eier is unknown" in error_of(liten)


@pytest.mark.parametrize(
    ("key", "value"), [("as_of", "23.11.2026"), ("as_of", None), ("name", ""), ("seed", "1"), ("seed", True)]
)
def test_the_header_must_hold_what_it_should(liten: Path, key: str, value: object) -> None:
    path = liten / "population.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    assert f"{path}, {key}: " in error_of(liten)


def test_a_header_that_is_no_json_is_told_with_its_row(liten: Path) -> None:
    (liten / "population.json").write_text('{\n "as_of": 2026-11-23\n}')
    assert "population.json, row 2: not readable as JSON" in error_of(liten)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path / 'borte'} is not a folder" in error_of(tmp_path / "borte")
