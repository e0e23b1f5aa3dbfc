"""Judging a change file row by row: what ISY-PA refuses, and in which words. Changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.population import Row
from sandbox.world import World

COLUMNS = ("rad", "kundenr", "kravnr", "felt", "fra", "til", "referanse")
OF_KUNDE = ("eier", "fakturamottaker")
MERKNAD = "merknad"


class FileRefused(Exception):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """OK, or an error code; with a text for people."""

    kode: str
    tekst: str


OK = Verdict("OK", "Utført")


def read(path: Path) -> Iterator[Row | None]:
    """The rows of a change file; None for one that has not the cells it should. Raises `FileRefused`."""
    try:
        lines = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise FileRefused("Filen er ikke CSV i UTF-8") from None
    if not lines or tuple(lines[0]) != COLUMNS:
        raise FileRefused("Filen har ikke kolonnene " + ",".join(COLUMNS))
    for cells in lines[1:]:
        yield dict(zip(COLUMNS, cells, strict=True)) if len(cells) == len(COLUMNS) else None


def judge(world: World, number: int, row: Row | None) -> Verdict:
    """May this row, the `number`th, be carried out in the world as it is?"""
    if row is None or row["rad"] != str(number) or bool(row["kundenr"]) == bool(row["kravnr"]) or not row["til"]:
        return Verdict("RAD_UGYLDIG", "Raden kan ikke leses")
    return _of_kunde(world, row) if row["kundenr"] else _of_krav(world, row)


def _of_kunde(world: World, row: Row) -> Verdict:
    kunde = world.kunder.get(row["kundenr"])
    if kunde is None:
        return Verdict("KUNDE_UKJENT", "Kunden finnes ikke")
    if row["felt"] not in OF_KUNDE:
        return Verdict("FELT_UKJENT", "Feltet kan ikke endres")
    if kunde[row["felt"]] != row["fra"]:
        return Verdict("FRA_STEMMER_IKKE", "Feltet har en annen verdi enn den som er oppgitt")
    return OK


def _of_krav(world: World, row: Row) -> Verdict:
    krav = world.krav.get(row["kravnr"])
    if krav is None or krav["fagsystem"] != "ISYPA":
        return Verdict("KRAV_UKJENT", "Kravet finnes ikke")
    if row["felt"] != MERKNAD:
        return Verdict("FELT_UKJENT", "Feltet kan ikke endres")
    if row["fra"]:
        return Verdict("FRA_STEMMER_IKKE", "En merknad erstatter ingenting")
    if krav["saksnr"] in world.locked_cases:
        return Verdict("SAK_I_BRUK", "Noen har saken åpen")
    return OK
