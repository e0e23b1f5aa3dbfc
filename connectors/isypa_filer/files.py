"""ISY-PA's folder: last night's files read, change files put down whole, receipts read. Blocks: call it in a thread."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from connectors.csv_file import CsvFile
from connectors.isypa_filer.contract import (
    ENDRING_COLUMNS,
    HELE_FILEN,
    INN,
    KUNDE_COLUMNS,
    KVITTERING,
    KVITTERING_COLUMNS,
    MERKNAD_COLUMNS,
    SYSTEM,
)
from connectors.isypa_filer.mapping import Endring, Kvittering, map_kode, map_kunde, map_merknad, write_endring
from connectors.krav_row import KRAV_COLUMNS, map_krav
from domain.errors import SystemException
from domain.krav import Fagsystem, Krav
from domain.kunde import Kunde

_REMEDY = "have ISY-PA write the file again"
_NAME = re.compile(r"[a-z0-9-]{1,80}\.csv", re.ASCII)


class IsypaFiler:
    """The folder ISY-PA shares with us. Everything here raises SystemException (connect, parse)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._krav: tuple[object, dict[str, Krav]] = (None, {})

    def read_krav(self) -> dict[str, Krav]:
        """ISY-PA's krav as of last night, by kravnr. The same file is read once: a night asks for it of each item."""
        path = self._folder / "krav.csv"
        edition = _edition(path)
        if edition is None or self._krav[0] != edition:
            file = CsvFile(SYSTEM, path, KRAV_COLUMNS, _REMEDY)
            self._krav = edition, file.read_keyed(partial(map_krav, owner=Fagsystem.ISYPA), "kravnr")
        return self._krav[1]

    def read_merknader(self) -> set[tuple[str, str]]:
        """Which remarks there were last night: kravnr, and the reference the remark was written with."""
        file = CsvFile(SYSTEM, self._folder / "merknader.csv", MERKNAD_COLUMNS, _REMEDY)
        return {merknad for _, merknad in file.read(map_merknad)}

    def read_kunder(self) -> list[Kunde]:
        """ISY-PA's kunder as of last night, in the file's order."""
        file = CsvFile(SYSTEM, self._folder / "kunder.csv", KUNDE_COLUMNS, _REMEDY)
        return list(file.read_keyed(map_kunde, "kundenr").values())

    def is_waiting(self, name: str) -> bool:
        """Whether a change file of that name lies there and ISY-PA has not taken it."""
        return (self._folder / INN / name).exists()

    def put(self, name: str, endringer: Sequence[Endring]) -> None:
        """Put a change file down, whole at once. The same name again has no second effect: ISY-PA takes it once.

        What somebody who was killed while writing it has left is thrown away: its rows may name a person. `name`: small
        letters, digits and hyphens, ending in .csv; it must not tell whom the changes are about.
        """
        if not _NAME.fullmatch(name):
            raise ValueError("not a name for a change file")
        target = self._folder / INN / name
        temporary = target.with_name(f"{name}.{os.getpid()}.tmp")
        try:
            for left in target.parent.glob(f"{name}.*.tmp"):
                left.unlink(missing_ok=True)
            with temporary.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, ENDRING_COLUMNS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(write_endring(rad, endring) for rad, endring in enumerate(endringer, start=1))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except OSError as error:
            problem = error.strerror or type(error).__name__
        else:
            return
        raise SystemException(SYSTEM, "connect", f"{name} cannot be put down: {problem}", nothing_done=True)

    def read_kvittering(self, name: str, antall: int) -> Kvittering | None:
        """ISY-PA's receipt for a change file with so many rows; None when there is none yet."""
        path = self._folder / KVITTERING / name
        if not path.exists():
            return None
        file = CsvFile(SYSTEM, path, KVITTERING_COLUMNS, _REMEDY)
        linjer = [kode for _, kode in file.read(map_kode)]
        koder = dict(linjer)
        if len(koder) != len(linjer) or set(koder) not in ({HELE_FILEN}, set(range(1, antall + 1))):
            raise file.complaint("parse", "not one line for each row of the change file")
        return Kvittering(koder)


def _edition(path: Path) -> object:
    """Another for every file that takes this name; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
