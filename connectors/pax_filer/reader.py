"""PAX' nightly files, read strictly. The functions block: call them in a thread."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from connectors.csv_file import CsvFile
from connectors.krav_row import KRAV_COLUMNS, map_krav
from connectors.pax_filer.contract import HENDELSE_COLUMNS, SYSTEM
from connectors.pax_filer.mapping import map_hendelse
from domain.krav import Fagsystem, Hendelse, Krav, Tilstand

_REMEDY = "have PAX write the file again"
_map_krav = partial(map_krav, owner=Fagsystem.PAX)


def read_krav(path: Path) -> list[Krav]:
    """The krav of krav.csv, in the file's order. Each kravnr stands once.

    Raises SystemException: connect when there is no file to read, parse when it is not as agreed.
    """
    return list(CsvFile(SYSTEM, path, KRAV_COLUMNS, _REMEDY).read_keyed(_map_krav, "kravnr").values())


def read_uttrekk(folder: Path) -> tuple[list[Krav], dict[str, list[Hendelse]]]:
    """Both files of the night: the krav, and the hendelser by kravnr.

    krav.csv may lack krav that hendelser.csv has events of, since it is the older of the two; but not all of them.
    Raises SystemException as `read_krav`, and (parse) when krav.csv is a header alone beside events.
    """
    path = folder / "krav.csv"
    krav, hendelser = read_krav(path), read_hendelser(folder / "hendelser.csv")
    if hendelser and not krav:
        file = CsvFile(SYSTEM, path, KRAV_COLUMNS, _REMEDY)
        raise file.complaint("parse", "row 1: a header alone, while hendelser.csv has events")
    return krav, hendelser


def read_open_kravnr(path: Path) -> str | None:
    """A krav that can still be changed in PAX, without reading all of krav.csv; None when there is none. Raises as
    `read_krav`.
    """
    rows = CsvFile(SYSTEM, path, KRAV_COLUMNS, _REMEDY).read(_map_krav)
    return next((krav.kravnr for _, krav in rows if krav.tilstand is Tilstand.AAPEN), None)


def find_kravnumre(path: Path, verdi: str) -> list[str]:
    """The krav with this KID, or of this kjennemerke, as they were when the file was written. Raises as `read_krav`."""
    rows = CsvFile(SYSTEM, path, KRAV_COLUMNS, _REMEDY).read(lambda row: row)
    return [row["kravnr"] for _, row in rows if verdi in (row["kid"], row["kjennemerke"])]


def read_hendelser(path: Path) -> dict[str, list[Hendelse]]:
    """The hendelser of hendelser.csv by kravnr, in the file's order. Alike rows are events of their own.

    Raises SystemException as `read_krav`.
    """
    found: dict[str, list[Hendelse]] = {}
    for _, hendelse in CsvFile(SYSTEM, path, HENDELSE_COLUMNS, _REMEDY).read(map_hendelse):
        found.setdefault(hendelse.kravnr, []).append(hendelse)
    return found
