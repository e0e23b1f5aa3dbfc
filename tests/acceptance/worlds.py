"""Smaller worlds cut from a larger one, so that a night is short and its right answers are still known."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Container
from pathlib import Path

from tests.acceptance.office import Row, read


def cut(
    population: Path, folder: Path, *, pax: int, pilen: int, nothing: int, excluded: int, largest: int = 99
) -> Path:
    """A world of so many groups to merge in each system, so many in PAX with nothing to do, and so many krav left out
    for each reason. `largest`: krav in a group at most.
    """
    krav = {row["kravnr"]: row for row in read(population / "krav.csv")}
    wanted = {("PAX", "MERGED"): pax, ("PILEN", "MERGED"): pilen, ("PAX", "NOTHING_TO_DO"): nothing}
    debtors = set()
    for row in read(population / "forventet" / "parking-merge.csv"):
        kind, numbers = (row["fagsystem"], row["result"]), row["kravnumre"].split(";")
        if wanted.get(kind) and len(numbers) <= largest:
            wanted[kind] -= 1
            debtors.add(krav[numbers[0]]["skyldner"])
    reasons: dict[str, int] = {}
    for row in read(population / "forventet" / "parking-merge-excluded.csv"):
        reasons[row["reason"]] = reasons.get(row["reason"], 0) + 1
        if reasons[row["reason"]] <= excluded:
            debtors.add(krav[row["kravnr"]]["skyldner"])
    return only(population, folder, debtors)


def only(population: Path, folder: Path, debtors: Container[str]) -> Path:
    """The part of a population that is about these debtors, and the part of its right answers that is about their krav.

    All krav of a debtor come along, so what is right for them is what was right in the whole world.
    """
    (folder / "forventet").mkdir(parents=True)
    shutil.copy(population / "population.json", folder)
    innehavere = {row["innehaver"] for row in read(population / "enheter.csv") if row["organisasjonsnummer"] in debtors}
    krav = {row["kravnr"] for row in read(population / "krav.csv") if row["skyldner"] in debtors}
    _keep("enheter.csv", population, folder, lambda row: row["organisasjonsnummer"] in debtors)
    _keep("personer.csv", population, folder, lambda row: row["foedselsnummer"] in debtors or _in(row, innehavere))
    _keep("kjoretoy.csv", population, folder, lambda row: row["eier"] in debtors)
    for name in (
        *("krav.csv", "pax_uttrekk.csv", "hendelser.csv"),
        *("forventet/krav.csv", "forventet/parking-merge-excluded.csv"),
    ):
        _keep(name, population, folder, lambda row: row["kravnr"] in krav)
    _keep("forventet/parking-merge.csv", population, folder, lambda row: krav.issuperset(row["kravnumre"].split(";")))
    return folder


def _in(row: Row, innehavere: set[str]) -> bool:
    return row["foedselsnummer"] in innehavere


def _keep(name: str, population: Path, folder: Path, wanted: Callable[[Row], bool]) -> None:
    rows = read(population / name)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row in rows if wanted(row))
