"""The changes of a day: what they may name, and that a bad day leaves the world as it was."""

from __future__ import annotations

import csv
import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sandbox.population import Population, PopulationError, apply_changes, load

KRAV = "PC0075054"


@pytest.fixture(scope="module")
def world(root: Path) -> Population:
    return load(root / "tests" / "population" / "liten")


def day(folder: Path, *changes: tuple[str, str, str, Any], as_of: str = "2026-11-24") -> Path:
    """A day with these (file, key, column, value), its extract being the first row of none."""
    folder.mkdir()
    (folder / "population.json").write_text(json.dumps({"as_of": as_of, "name": "liten day-1", "seed": 1}))
    with (folder / "changes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["what", "file", "key", "column", "value"])
        for name, key, column, value in changes:
            writer.writerow(["test", name, key, column, value if isinstance(value, str) else json.dumps(value)])
    (folder / "pax_uttrekk.csv").write_text(
        "kravnr,kravtype,fagsystem,fordringshaver,skyldner,kjennemerke,ilagt_tidspunkt,forfall,hovedstol,kostnader,"
        "renter,saksnr,steg,tilstand,saksflyt,kid,opprinnelig_forfall,renter_beregnet_til\n"
    )
    return folder


def test_cells_and_rows_are_changed_in_order_on_a_copy(world: Population, tmp_path: Path) -> None:
    before = deepcopy(world)
    new_krav = {**world.krav[KRAV], "kravnr": "PC0000001", "saksnr": "C1"}
    payment = {"kravnr": KRAV, "dato": "2026-11-24", "hendelse": "INNBETALING", "beloep": "10.00"}
    person, enhet = next(iter(world.personer)), next(iter(world.enheter))

    changed = apply_changes(
        world,
        day(
            tmp_path / "day-1",
            ("krav.csv", KRAV, "saksnr", "C5"),
            ("krav.csv", KRAV, "saksnr", "C6"),
            ("krav.csv", "PC0000001", "", new_krav),
            ("hendelser.csv", KRAV, "", payment),
            ("personer.csv", person, "status", "doed"),
            ("enheter.csv", enhet, "status", "konkurs"),
            ("kjoretoy.csv", "ZZ10000", "", {"kjennemerke": "ZZ10000", "eier": enhet, "fra": "2026-11-24", "til": ""}),
        ),
    )

    assert (changed.as_of, changed.name, changed.seed) == (date(2026, 11, 24), "liten day-1", 1)
    assert changed.krav == {**before.krav, KRAV: {**before.krav[KRAV], "saksnr": "C6"}, "PC0000001": new_krav}
    assert changed.hendelser == {**before.hendelser, KRAV: [*before.hendelser.get(KRAV, []), payment]}
    assert changed.personer[person] == {**before.personer[person], "status": "doed"}
    assert changed.enheter[enhet] == {**before.enheter[enhet], "status": "konkurs"}
    assert changed.kjoretoy[:-1] == before.kjoretoy
    assert changed.kjoretoy[-1]["kjennemerke"] == "ZZ10000"
    assert changed.pax_uttrekk == []
    assert world == before


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (("laan.csv", KRAV, "saksnr", "1"), "file"),
        (("pax_uttrekk.csv", KRAV, "saksnr", "1"), "file"),
        (("krav.csv", "PC9", "saksnr", "1"), "key"),
        (("krav.csv", KRAV, "farge", "1"), "column"),
        (("krav.csv", KRAV, "kravnr", "PC9"), "column"),
        (("hendelser.csv", KRAV, "dato", "2026-11-24"), "column"),
        (("krav.csv", KRAV, "forfall", "i morgen"), "value"),
        (("krav.csv", KRAV, "", "not json"), "value"),
        (("hendelser.csv", KRAV, "", {"kravnr": KRAV}), "value"),
        (("hendelser.csv", KRAV, "", {"kravnr": KRAV, "dato": "2026-11-24", "hendelse": "DOM", "beloep": 1}), "value"),
        (("hendelser.csv", KRAV, "", {"kravnr": "PC9", "dato": "2026-11-24", "hendelse": "DOM", "beloep": ""}), "key"),
        (("hendelser.csv", KRAV, "", {"kravnr": KRAV, "dato": "24.11", "hendelse": "DOM", "beloep": ""}), "dato"),
        (("krav.csv", KRAV, "steg", "VARSEL"), "steg"),
    ],
)
def test_a_change_that_does_not_fit_the_world_is_named(
    world: Population, tmp_path: Path, change: tuple[str, str, str, Any], column: str
) -> None:
    before = deepcopy(world)
    folder = day(tmp_path / "day-1", ("krav.csv", KRAV, "saksnr", "C5"), change)
    with pytest.raises(PopulationError) as caught:
        apply_changes(world, folder)
    assert f"{folder / 'changes.csv'}, row 3, column {column}: " in str(caught.value)
    assert world == before


def test_a_new_row_for_a_krav_the_world_has_is_refused(world: Population, tmp_path: Path) -> None:
    folder = day(tmp_path / "day-1", ("krav.csv", KRAV, "", world.krav[KRAV]))
    with pytest.raises(PopulationError, match=r"row 2, column key: krav\.csv of this world has it already"):
        apply_changes(world, folder)


def test_cells_that_only_fit_together_may_be_changed_one_after_the_other(world: Population, tmp_path: Path) -> None:
    folder = day(
        tmp_path / "day-1",
        ("krav.csv", KRAV, "kravtype", "PIGGDEKKGEBYR"),
        ("krav.csv", KRAV, "steg", "VARSEL"),
    )
    assert apply_changes(world, folder).krav[KRAV]["steg"] == "VARSEL"


def test_a_day_without_its_files_is_named(world: Population, tmp_path: Path) -> None:
    folder = day(tmp_path / "day-1")
    (folder / "changes.csv").unlink()
    with pytest.raises(PopulationError, match=r"changes\.csv is missing"):
        apply_changes(world, folder)
