"""The right answers for parking-merge that a population carries in `forventet/`, and whether a night came to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.office import Row, read

Groups = dict[frozenset[str], str]
PARKING = ("PARKERINGSGEBYR", "KONTROLLSANKSJON")


@dataclass(frozen=True)
class Answers:
    """What must come out of the night, of one system or of all."""

    results: Groups
    """kravnumre of each item -> MERGED or NOTHING_TO_DO."""
    excluded: dict[str, str]
    """kravnr -> the reason it is left out, protected ones not among them."""
    protected: int
    saksnr: dict[str, str]
    """Where each parking krav of PAX and PILEN stands afterwards."""
    moves: Counter[tuple[str, str]]
    """(kravnr, target case) of each krav that moves: once."""


def right_answers(population: Path) -> Answers:
    before = {row["kravnr"]: row for row in read(population / "krav.csv")}
    rows = read(population / "forventet" / "parking-merge.csv")
    left_out = {row["kravnr"]: row["reason"] for row in read(population / "forventet" / "parking-merge-excluded.csv")}
    merged = {nr: row["target_saksnr"] for row in rows if row["result"] == "MERGED" for nr in _numbers(row)}
    return Answers(
        results={frozenset(_numbers(row)): row["result"] for row in rows},
        excluded={kravnr: reason for kravnr, reason in left_out.items() if reason != "PROTECTED"},
        protected=sum(reason == "PROTECTED" for reason in left_out.values()),
        saksnr={row["kravnr"]: row["saksnr"] for row in read(population / "forventet" / "krav.csv") if is_parking(row)},
        moves=Counter((nr, target) for nr, target in merged.items() if before[nr]["saksnr"] != target),
    )


def exported_results(export: Path) -> list[tuple[frozenset[str], str, str]]:
    """(kravnumre, status, result) of each item the night left behind."""
    rows = read(export / "arbeidsposter.csv")
    assert {row["automation"] for row in rows} == {"parking-merge"}
    assert len({row["reference"] for row in rows}) == len(rows)
    return [(frozenset(_numbers(row)), row["status"], row["result"]) for row in rows]


def exported_report(export: Path) -> tuple[dict[str, str], int]:
    """The control report: kravnr -> reason, and the count of protected ones."""
    rows = read(export / "kontrollrapport.csv")
    counted = [int(row["antall"]) for row in rows if row["code"] == "PROTECTED"]
    named = [(row["kravnr"], row["code"]) for row in rows if row["code"] != "PROTECTED"]
    assert len(dict(named)) == len(named)
    assert all(kravnr for kravnr, _ in named)
    return dict(named), sum(counted)


def is_parking(row: Row) -> bool:
    return row["kravtype"] in PARKING and row["fagsystem"] in ("PAX", "PILEN")


def _numbers(row: Row) -> list[str]:
    return row["kravnumre"].split(";")
