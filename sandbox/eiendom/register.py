"""One register's view of the properties of the world, and its log of changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.population import Row
from sandbox.world import Happening, World

FIRST = 1000
"""The newest change when a world begins: a log is never empty."""


@dataclass(frozen=True, slots=True)
class Endring:
    """One line of the log. `fil`: eiendommer or eierforhold, `key`: which row of it."""

    number: int
    fil: str
    key: str
    kind: str
    day: str


class Register:
    """`name`: MATRIKKEL or GRUNNBOK. Reads the world; changes nothing."""

    def __init__(self, world: World, name: str) -> None:
        self._world, self._name = world, name

    @property
    def today(self) -> str:
        return self._world.as_of.isoformat()

    def eiendom(self, matrikkelnummer: str) -> Row | None:
        """The property, if this register has it."""
        row = self._world.eiendommer.get(matrikkelnummer)
        return row if row and self._has(row) else None

    def eiendommer(self) -> list[Row]:
        return [row for row in self._world.eiendommer.values() if self._has(row)]

    def eierforhold(self, matrikkelnummer: str) -> list[Row]:
        """Everything this register says of who owns it, also what has ended."""
        rows = self._world.eierforhold.values()
        return [row for row in rows if row["matrikkelnummer"] == matrikkelnummer and self._has(row)]

    def ett_eierforhold(self, key: str) -> Row | None:
        row = self._world.eierforhold.get(key)
        return row if row and self._has(row) else None

    def eiere(self) -> set[str]:
        """The numbers of everybody who owns, or has owned."""
        return {row["eier"] for row in self._world.eierforhold.values() if row["eier"] and self._has(row)}

    def is_ended(self, row: Row) -> bool:
        return bool(row["til"]) and row["til"] <= self.today

    def endringer(self) -> list[Endring]:
        """The log from the beginning of this world."""
        return [
            Endring(FIRST + place, each.file, each.key, "Oppdatering" if each.before else "Nyoppretting", str(each.day))
            for place, each in enumerate(self._told(), start=1)
        ]

    def _told(self) -> Iterator[Happening]:
        for each in self._world.history:
            if each.file in ("eiendommer", "eierforhold") and self._has(each.after):
                yield each

    def _has(self, row: Row) -> bool:
        return row["register"] in ("BEGGE", self._name)


def id_of(text: str) -> int:
    """A number that stands for the text, the same every time."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") + 1


def parts_of(matrikkelnummer: str) -> tuple[str, str, str, str, str]:
    """Kommune, gårdsnummer, bruksnummer, festenummer, seksjonsnummer."""
    kommune, _, rest = matrikkelnummer.partition("-")
    gnr, bnr, fnr, snr = rest.split("/")
    return kommune, gnr, bnr, fnr, snr
