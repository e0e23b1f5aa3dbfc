"""Smaller worlds cut from a larger one, so that a night is short and its right answers are still known."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Container, Hashable, Iterable, Iterator
from datetime import date
from pathlib import Path

from domain.kalender import next_bankdag
from tests.acceptance.office import Row, as_of, read, write

ANSWERS = ("krav", "minors", "sanction-interest", "limitation", "brev", "parking-merge-excluded")
"""Of one krav a row."""
AUTOMATIONS = ("minors", "sanction-interest", "limitation", "parking-merge")


def cut(
    population: Path,
    folder: Path,
    *,
    pax: int = 0,
    pilen: int = 0,
    nothing: int = 0,
    excluded: int = 0,
    largest: int = 99,
    minors: int = 0,
    renter: int = 0,
    foreldet: int = 0,
) -> Path:
    """A world of so many groups to merge in each system, so many in PAX with nothing to do, and so many krav left out
    for each reason; of each outcome of minors, of sanction-interest and (in each system) of limitation so many.
    `largest`: krav in a group at most.
    """
    skyldner = {row["kravnr"]: row["skyldner"] for row in read(population / "krav.csv")}
    answers = {path.stem: read(path) for path in (population / "forventet").glob("*.csv")}
    small = [row for row in answers["parking-merge"] if row["kravnumre"].count(";") < largest]
    wanted = {("PAX", "MERGED"): pax, ("PILEN", "MERGED"): pilen, ("PAX", "NOTHING_TO_DO"): nothing}
    groups = [
        row
        for kind, n in wanted.items()
        for row in [each for each in small if (each["fagsystem"], each["result"]) == kind][:n]
    ]
    chosen = [row["kravnumre"].split(";")[0] for row in groups]
    chosen += _of_each(answers["parking-merge-excluded"], excluded, lambda row: row["reason"])
    chosen += _of_each(_work(answers["minors"]), minors, lambda row: (row["flow"], row["reason"]))
    chosen += _of_each(_work(answers["sanction-interest"]), renter, lambda row: row["result"] + row["reason"])
    warned = [row for row in answers["limitation"] if row["action"] != "NONE"]
    chosen += _of_each(warned, foreldet, lambda row: (row["kravnr"][:2], row["action"]))
    return only(population, folder, {skyldner[nr] for nr in chosen})


def only(population: Path, folder: Path, debtors: Collection[str]) -> Path:
    """The part of a population that is about these debtors, and the part of its right answers that is about their krav.

    All krav of a debtor come along, with those who have foreldreansvar for one, so what is right for them is what was
    right in the whole world.
    """
    (folder / "forventet").mkdir(parents=True)
    shutil.copy(population / "population.json", folder)
    krav = {row["kravnr"] for row in read(population / "krav.csv") if row["skyldner"] in debtors}
    people = set(_people(population, debtors))
    _keep("enheter.csv", population, folder, lambda row: row["organisasjonsnummer"] in debtors)
    _keep("personer.csv", population, folder, lambda row: row["foedselsnummer"] in people)
    _keep("kjoretoy.csv", population, folder, lambda row: row["eier"] in debtors)
    of_krav = ("krav.csv", "pax_uttrekk.csv", "hendelser.csv", *(f"forventet/{name}.csv" for name in ANSWERS))
    for name in of_krav:
        _keep(name, population, folder, lambda row: row["kravnr"] in krav)
    _keep("forventet/parking-merge.csv", population, folder, lambda row: krav.issuperset(row["kravnumre"].split(";")))
    counts = count_protected(folder)
    write(
        folder / "forventet" / "protected.csv",
        [{"automation": automation, "antall": str(counts[automation])} for automation in AUTOMATIONS],
    )
    return folder


def day(folder: Path, population: Path, today: str, changes: Iterable[tuple[str, str, str]]) -> Path:
    """The next day of a world: kravnr, column and new value of what has happened outside. PAX wrote nothing new."""
    folder.mkdir()
    shutil.copy(population / "pax_uttrekk.csv", folder)
    meta = {"as_of": today, "name": folder.name, "seed": 1, "base": str(population), "day": 1}
    (folder / "population.json").write_text(json.dumps(meta), encoding="utf-8")
    columns = ("what", "file", "key", "column", "value")
    rows = [dict(zip(columns, ("changed", "krav.csv", *change), strict=True)) for change in changes]
    write(folder / "changes.csv", rows, columns)
    return folder


def count_protected(population: Path) -> Counter[str]:
    """Krav that each automation would look at were it not for whose they are (ROUTINES, the lines of candidates).

    For PAX the extract is what parking-merge looks at; none of these krav has changed since it was made.
    """
    hidden = {row["foedselsnummer"] for row in read(population / "personer.csv") if row["gradering"] != "ugradert"}
    hidden |= {row["organisasjonsnummer"] for row in read(population / "enheter.csv") if row["innehaver"] in hidden}
    today = as_of(population).isoformat()
    return Counter(
        automation
        for row in read(population / "krav.csv")
        if row["skyldner"] in hidden
        for automation in _automations_of(row, today)
    )


def _automations_of(krav: Row, today: str) -> Iterator[str]:
    system, kravtype, tilstand = krav["fagsystem"], krav["kravtype"], krav["tilstand"]
    held = (tilstand, krav["saksflyt"]) == ("STOPPET", "MINDREAARIG")
    if system == "PROCASSO" and len(krav["skyldner"]) != 9 and (tilstand == "AAPEN" or held):
        yield "minors"
    if (system, kravtype, tilstand) == ("PILEN", "KONTROLLSANKSJON", "AAPEN") and _moved(krav["forfall"]) < today:
        yield "sanction-interest"
    alive = ("AAPEN", "KLAGE", "BETALINGSAVTALE")
    if system in ("PAX", "PILEN", "PROCASSO") and tilstand in (*alive, "STOPPET"):
        yield "limitation"
    if system in ("PAX", "PILEN") and kravtype in ("PARKERINGSGEBYR", "KONTROLLSANKSJON") and tilstand in alive:
        yield "parking-merge"


def _moved(day: str) -> str:
    return next_bankdag(date.fromisoformat(day)).isoformat()


def _work(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["outcome"] != "none"]


def _of_each(rows: Iterable[Row], n: int, kind: Callable[[Row], Hashable]) -> Iterator[str]:
    """The first n kravnumre of each kind."""
    seen: Counter[Hashable] = Counter()
    for row in rows:
        seen[kind(row)] += 1
        if seen[kind(row)] <= n:
            yield row["kravnr"]


def _people(population: Path, debtors: Container[str]) -> Iterator[str]:
    """The debtors, those with foreldreansvar for them or who are their verge, and the innehaver of each ENK."""
    yield from (row["innehaver"] for row in read(population / "enheter.csv") if row["organisasjonsnummer"] in debtors)
    for row in read(population / "personer.csv"):
        if row["foedselsnummer"] in debtors:
            yield from (row["foedselsnummer"], row["verge"], *row["foreldreansvar"].split(";"))


def _keep(name: str, population: Path, folder: Path, wanted: Callable[[Row], bool]) -> None:
    rows = read(population / name)
    write(folder / name, [row for row in rows if wanted(row)], list(rows[0]))
