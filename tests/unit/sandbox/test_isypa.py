"""ISY-PA in the sandbox: customers made of krav, change files taken once, a receipt line for each row."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from sandbox.columns import KRAV
from sandbox.faults import Faults
from sandbox.isypa import Isypa
from sandbox.population import Population, Row
from sandbox.world import World

HEADER = "rad,kundenr,kravnr,felt,fra,til,referanse\n"
KARI, FIRMA = "01817328004", "202063756"


def krav(kravnr: str, fagsystem: str, fordringshaver: str, skyldner: str) -> Row:
    filled = dict.fromkeys(KRAV.columns, "") | {"saksnr": f"Y{kravnr}", "tilstand": "AAPEN"}
    return filled | {
        "kravnr": kravnr,
        "fagsystem": fagsystem,
        "fordringshaver": fordringshaver,
        "skyldner": skyldner,
    }


@pytest.fixture
def world() -> World:
    rows = [
        krav("IS2", "ISYPA", "VAV", KARI),
        krav("IS1", "ISYPA", "VAV", KARI),
        krav("IS3", "ISYPA", "SKATT", KARI),
        krav("IS4", "ISYPA", "VAV", FIRMA),
        krav("PC1", "PROCASSO", "VAV", "203000000"),
    ]
    return World(Population("prøve", date(2026, 11, 23), 1, {}, {}, [], {row["kravnr"]: row for row in rows}, {}, []))


@pytest.fixture
def isypa(world: World, tmp_path: Path) -> Isypa:
    return Isypa(world, Faults(1), tmp_path)


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def put(folder: Path, text: str, name: str = "a.csv") -> None:
    (folder / "inn" / name).write_text(text, encoding="utf-8")


def codes(folder: Path, name: str = "a.csv") -> list[tuple[str, str]]:
    return [(row["rad"], row["kode"]) for row in read(folder / "kvittering" / name)]


def test_one_customer_for_each_skyldner_and_fordringshaver(isypa: Isypa, tmp_path: Path) -> None:
    assert [
        (k["kundenr"], k["fordringshaver"], k["eier"], k["fakturamottaker"]) for k in read(tmp_path / "kunder.csv")
    ] == [
        ("KIS1", "VAV", KARI, KARI),
        ("KIS3", "SKATT", KARI, KARI),
        ("KIS4", "VAV", FIRMA, FIRMA),
    ]
    assert [row["kravnr"] for row in read(tmp_path / "krav.csv")] == ["IS1", "IS2", "IS3", "IS4"]


def test_rows_are_judged_one_by_one(isypa: Isypa, world: World, tmp_path: Path) -> None:
    world.locked_cases.add("YIS3")
    rows = [
        "1,,IS1,merknad,,Slettet i Enhetsregisteret,r-1",
        f"2,KIS4,,eier,{FIRMA},{KARI},r-2",
        f"3,KIS4,,eier,{FIRMA},{KARI},r-3",
        f"4,K9,,eier,{FIRMA},{KARI},r-4",
        f"5,KIS4,,navn,{FIRMA},{KARI},r-5",
        "6,,PC1,merknad,,Ikke vårt krav,r-6",
        "7,,IS1,hovedstol,,0.00,r-7",
        "8,,IS1,merknad,noe,annet,r-8",
        "9,KIS4,IS1,merknad,,begge,r-9",
        "10,,IS1",
        "12,,IS1,merknad,,feil nummer,r-11",
        "12,,IS3,merknad,,noen har saken,r-12",
    ]
    put(tmp_path, HEADER + "\n".join(rows) + "\n")
    isypa.take_all()
    assert [code for _, code in codes(tmp_path)] == [
        "OK",
        "OK",
        "FRA_STEMMER_IKKE",  # the row before has changed it
        "KUNDE_UKJENT",
        "FELT_UKJENT",
        "KRAV_UKJENT",
        "FELT_UKJENT",
        "FRA_STEMMER_IKKE",
        "RAD_UGYLDIG",
        "RAD_UGYLDIG",
        "RAD_UGYLDIG",
        "SAK_I_BRUK",
    ]
    assert [rad for rad, _ in codes(tmp_path)] == [str(number) for number in range(1, 13)]
    assert [(e["system"], e["kind"], e["key"]) for e in world.effects()] == [
        ("ISYPA", "merknad", "IS1"),
        ("ISYPA", "eier", "KIS4"),
    ]
    assert world.kunder["KIS4"]["eier"] == KARI


def test_remarks_come_out_the_next_night(isypa: Isypa, tmp_path: Path) -> None:
    put(tmp_path, HEADER + "1,,IS1,merknad,,Slettet,r-1\n")
    isypa.take_all()
    assert read(tmp_path / "merknader.csv") == []
    isypa.write_files()
    assert read(tmp_path / "merknader.csv") == [{"kravnr": "IS1", "referanse": "r-1", "tekst": "Slettet"}]


def test_a_file_is_taken_once(isypa: Isypa, world: World, tmp_path: Path) -> None:
    for text in ("først", "en gang til"):
        put(tmp_path, f"{HEADER}1,,IS1,merknad,,{text},r\n")
        isypa.take_all()
    assert [effect["detail"]["tekst"] for effect in world.effects()] == ["først"]
    assert list((tmp_path / "inn").iterdir()) == []


def test_half_written_files_lie(isypa: Isypa, tmp_path: Path) -> None:
    put(tmp_path, HEADER, "a.csv.7.tmp")
    isypa.take_all()
    assert list((tmp_path / "kvittering").iterdir()) == []


@pytest.mark.parametrize("text", ["", "noe annet\n", HEADER + '1,,IS1,merknad,,"uten slutt\n'])
def test_a_file_that_cannot_be_read_is_refused_whole(isypa: Isypa, tmp_path: Path, text: str) -> None:
    put(tmp_path, text)
    isypa.take_all()
    assert codes(tmp_path) == [("0", "FIL_UGYLDIG")]


def test_while_it_is_down_nothing_is_taken(world: World, tmp_path: Path) -> None:
    faults = Faults(1)
    isypa = Isypa(world, faults, tmp_path)
    faults.set("ISYPA", "unavailable", 1.0, times=1)
    put(tmp_path, f"{HEADER}1,,IS1,merknad,,x,r\n")
    isypa.take_all()
    assert not (tmp_path / "kvittering" / "a.csv").exists()
    isypa.take_all()
    assert codes(tmp_path) == [("1", "OK")]


def test_a_changed_customer_stays_the_one_of_its_krav(isypa: Isypa, world: World, tmp_path: Path) -> None:
    put(tmp_path, f"{HEADER}1,KIS4,,eier,{FIRMA},{KARI},r\n")
    isypa.take_all()
    world.krav["IS5"] = krav("IS5", "ISYPA", "SKATT", FIRMA)
    isypa.write_files()
    assert [(k["kundenr"], k["eier"]) for k in read(tmp_path / "kunder.csv")] == [
        ("KIS1", KARI),
        ("KIS3", KARI),
        ("KIS4", KARI),
        ("KIS5", FIRMA),
    ]
