"""Searches what a night has left behind for the people of its world."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.office import read

_NUMBERS = re.compile(r"(?=(\d{6})[ \u00a0.\-]?(\d{5}))")


@dataclass(frozen=True)
class People:
    """What tells who somebody is, in a population: numbers, names, and how to reach them."""

    numbers: frozenset[str]
    texts: frozenset[str]

    @classmethod
    def of(cls, population: Path) -> People:
        persons = read(population / "personer.csv")
        numbers = {row["foedselsnummer"] for row in persons}
        numbers |= {row["skyldner"] for row in read(population / "krav.csv") if len(row["skyldner"]) > 9}
        numbers |= {row["innehaver"] for row in read(population / "enheter.csv") if row["innehaver"]}
        names = {f"{row['fornavn']} {row['etternavn']}" for row in persons}
        names |= {f"{row['etternavn']}, {row['fornavn']}" for row in persons}
        ways = {row[column] for row in persons for column in ("adresse", "mobil", "epost") if row[column]}
        plates = {row["kjennemerke"] for row in read(population / "krav.csv") if row["kjennemerke"]}
        return cls(frozenset(numbers), frozenset(text.casefold() for text in names | ways | plates))

    def found_in(self, text: str) -> set[str]:
        """Whoever this text tells about."""
        folded = text.casefold()
        here = {first + last for first, last in _NUMBERS.findall(text)}
        return {number for number in self.numbers if number in here} | {word for word in self.texts if word in folded}

    def found_below(self, folder: Path, *, but_for: Iterable[Path]) -> dict[str, set[str]]:
        """File -> whoever its name, its bytes or (a database) its values tell about."""
        found: dict[str, set[str]] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not any(path.is_relative_to(left_out) for left_out in but_for):
                here = set().union(*map(self.found_in, _readings(path)))
                if here:
                    found[str(path.relative_to(folder))] = here
        return found


def _readings(path: Path) -> Iterator[str]:
    yield path.name
    content = path.read_bytes()
    yield content.decode("utf-8", "replace")
    if zipfile.is_zipfile(path):  # a workbook
        with zipfile.ZipFile(path) as packed:
            yield "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if content.startswith(b"SQLite format 3"):
        # A long value lies in pieces on several pages, and no search of the bytes would find what is cut.
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            yield "\n".join(database.iterdump())
