"""A world of properties for owner-change, every row of it written here."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from sandbox.columns import TABLES

KARI, OLA, DOED, SKJULT, PER = "01817328096", "02818518024", "01818618022", "01827620013", "03819012331"
FORETAK = "230582785"
FODT = {
    KARI: "1973-01-01",
    OLA: "1985-01-02",
    DOED: "1986-01-01",
    SKJULT: "1976-02-01",
    PER: "1990-01-03",
}


def eiendom(kunde: int) -> str:
    """The property of the customer of that number."""
    return f"0301-207/{kunde}/0/0"


class OwnerWorld:
    """Customers K1, K2 … each with the property of its number, written down as they are added."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {name: [] for name in TABLES}
        for nummer, day in FODT.items():
            self._add(
                "personer.csv",
                foedselsnummer=nummer,
                fornavn="Prøve",
                etternavn=f"Person {day}",
                foedselsdato=day,
                status="doed" if nummer == DOED else "bosatt",
                doedsdato="2026-10-01" if nummer == DOED else "",
                gradering="strengtFortrolig" if nummer == SKJULT else "ugradert",
                adresse="Storgata 12B",
                postnummer="0155",
                poststed="OSLO",
                reservert="NEI",
            )
        self._add("enheter.csv", organisasjonsnummer=FORETAK, navn="Prøve AS", organisasjonsform="AS", status="aktiv")

    def kunde(
        self,
        number: int,
        eier: str,
        eiere: Iterable[tuple[str, int, int]],
        *,
        fakturamottaker: str | None = None,
        register: str = "BEGGE",
        utgaatt: str = "NEI",
        fra: str = "2020-06-15",
    ) -> None:
        """A customer with this eier, whose property has these tinglyste owners: number, teller, nevner."""
        self.bare_kunde(number, eier, fakturamottaker, eiendom(number))
        self._add(
            "eiendommer.csv", matrikkelnummer=eiendom(number), type="Grunneiendom", utgaatt=utgaatt, register=register
        )
        for place, (nummer, teller, nevner) in enumerate(eiere, start=1):
            self.eierforhold(f"E{number}-{place}", number, nummer, teller, nevner, fra, register)

    def bare_kunde(self, number: int, eier: str, fakturamottaker: str | None, matrikkelnummer: str) -> None:
        self._add(
            "kunder.csv",
            kundenr=f"K{number}",
            fordringshaver="VAV",
            eier=eier,
            fakturamottaker=eier if fakturamottaker is None else fakturamottaker,
            matrikkelnummer=matrikkelnummer,
        )

    def eierforhold(
        self, key: str, kunde: int, eier: str, teller: int, nevner: int, fra: str, register: str = "BEGGE"
    ) -> None:
        self.rows["eierforhold.csv"].append(eierforhold(key, kunde, eier, teller, nevner, fra, register))

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True)
        header = {"as_of": "2026-11-23", "name": "eiere", "seed": 5}
        (folder / "population.json").write_text(json.dumps(header), encoding="utf-8")
        for name, rows in self.rows.items():
            _write(folder / name, list(TABLES[name].columns), rows)
        return folder

    def _add(self, name: str, **cells: str) -> None:
        self.rows[name].append({column: cells.get(column, "") for column in TABLES[name].columns})


def eierforhold(
    key: str, kunde: int, eier: str, teller: int, nevner: int, fra: str, register: str = "BEGGE"
) -> dict[str, str]:
    """A row of eierforhold.csv."""
    return {
        "eierforhold": key,
        "matrikkelnummer": eiendom(kunde),
        "eier": eier,
        "teller": str(teller),
        "nevner": str(nevner),
        "fra": fra,
        "til": "",
        "tinglyst": "JA",
        "register": register,
    }


def sale(kunde: int, old: str, new: dict[str, str]) -> list[Sequence[str]]:
    """The two changes of a property that is sold: one eierforhold ends, another begins."""
    return [
        ("eierforhold.csv", old, "til", new["fra"]),
        ("eierforhold.csv", new["eierforhold"], "", json.dumps(new)),
    ]


def write_day(folder: Path, today: str, number: int, changes: Iterable[Sequence[str]]) -> Path:
    folder.mkdir()
    header = {"as_of": today, "name": folder.name, "seed": 5, "base": "eiere", "day": number}
    (folder / "population.json").write_text(json.dumps(header), encoding="utf-8")
    _write(folder / "pax_uttrekk.csv", list(TABLES["pax_uttrekk.csv"].columns), [])
    columns = ["what", "file", "key", "column", "value"]
    rows = [dict(zip(columns, ("changed", *change), strict=True)) for change in changes]
    _write(folder / "changes.csv", columns, rows)
    return folder


def _write(path: Path, columns: list[str], rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
