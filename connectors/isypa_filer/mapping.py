"""From a row of ISY-PA's files to a kunde and a line of a receipt, and from a change to its row. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.fields import FieldError, read_text
from connectors.isypa_filer.contract import HELE_FILEN, OK
from domain.kunde import Kunde


@dataclass(frozen=True, slots=True)
class Endring:
    """One change: of a field of a kunde, or (`felt` merknad, `fra` empty) one more remark on a krav.

    Either `kundenr` or `kravnr` is given. `fra` is what ISY-PA must have now, or it refuses the row.
    """

    felt: str
    til: str = field(repr=False)
    referanse: str
    fra: str = field(default="", repr=False)
    kundenr: str = ""
    kravnr: str = ""


@dataclass(frozen=True, slots=True)
class Kvittering:
    """What became of each row of a change file, by its number from 1. Codes are open: all but OK are refusals."""

    koder: Mapping[int, str]

    def avvist(self, rad: int) -> str | None:
        """Why the row was refused; None when it was taken."""
        kode = self.koder.get(HELE_FILEN) or self.koder[rad]
        return None if kode == OK else kode


def map_kunde(row: Mapping[str, str]) -> Kunde:
    """A kunde. Raises FieldError."""
    return Kunde(
        kundenr=read_text("kundenr", row["kundenr"]),
        fordringshaver=read_text("fordringshaver", row["fordringshaver"]),
        eier=row["eier"],
        fakturamottaker=row["fakturamottaker"],
        matrikkelnummer=row["matrikkelnummer"] or None,
    )


def map_merknad(row: Mapping[str, str]) -> tuple[str, str]:
    """A remark on a krav: kravnr, and the reference its writer gave it. The text is left alone. Raises FieldError."""
    return read_text("kravnr", row["kravnr"]), row["referanse"]


def map_kode(row: Mapping[str, str]) -> tuple[int, str]:
    """A line of a receipt: the number of the row, and its code. The text may be about a person and is left alone."""
    rad = row["rad"]
    if not (rad.isascii() and rad.isdigit()):
        raise FieldError("rad", "is not the number of a row")
    return int(rad), read_text("kode", row["kode"])


def write_endring(rad: int, endring: Endring) -> dict[str, str]:
    """The row of a change file."""
    return {
        "rad": str(rad),
        "kundenr": endring.kundenr,
        "kravnr": endring.kravnr,
        "felt": endring.felt,
        "fra": endring.fra,
        "til": endring.til,
        "referanse": endring.referanse,
    }
