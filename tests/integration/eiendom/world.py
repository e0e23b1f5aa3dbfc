"""Properties of Oslo that are not there, with the owners each register tells of. Synthetic numbers alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

KARI, OLA, FORETAK = "01817328004", "02818518024", "230582785"
HUS, TOMT, LEILIGHET, BORTE, GAMMEL = (
    "0301-207/412/0/0",
    "0301-207/413/2/0",
    "0301-208/77/0/3",
    "0301-209/1/0/0",
    "0301-210/5/0/0",
)
HEADERS = {
    "personer.csv": "foedselsnummer,fornavn,etternavn,foedselsdato,status,doedsdato,gradering,adresse,postnummer,"
    "poststed,mobil,mobil_verifisert,epost,reservert,foreldreansvar,verge,arbeidsgiver",
    "enheter.csv": "organisasjonsnummer,navn,organisasjonsform,status,statusdato,innehaver",
    "kjoretoy.csv": "kjennemerke,eier,fra,til",
    "hendelser.csv": "kravnr,dato,hendelse,beloep",
    "krav.csv": "kravnr,kravtype,fagsystem,fordringshaver,skyldner,kjennemerke,ilagt_tidspunkt,forfall,hovedstol,"
    "kostnader,renter,saksnr,steg,tilstand,saksflyt,kid,opprinnelig_forfall,renter_beregnet_til",
    "eiendommer.csv": "matrikkelnummer,type,utgaatt,register",
    "eierforhold.csv": "eierforhold,matrikkelnummer,eier,teller,nevner,fra,til,tinglyst,register",
}
EIENDOMMER = [
    f"{HUS},Grunneiendom,NEI,BEGGE",
    f"{TOMT},Festegrunn,NEI,BEGGE",
    f"{LEILIGHET},Seksjon,NEI,BEGGE",
    f"{GAMMEL},Grunneiendom,JA,BEGGE",
]
EIERFORHOLD = [
    f"E1,{HUS},{KARI},1,2,2015-03-01,,JA,BEGGE",
    f"E2,{HUS},{OLA},1,2,2015-03-01,,JA,BEGGE",
    f"E3,{TOMT},{FORETAK},1,1,2020-06-15,,JA,BEGGE",
    f"E4,{LEILIGHET},{KARI},1,1,2009-01-02,2024-05-05,JA,BEGGE",
    f"E5,{LEILIGHET},{OLA},1,1,2024-05-05,,JA,GRUNNBOK",
    f"E6,{LEILIGHET},{KARI},1,1,2009-01-02,,JA,MATRIKKEL",
    f"E7,{LEILIGHET},{FORETAK},1,1,2025-01-01,,NEI,BEGGE",
    f"E8,{GAMMEL},{KARI},1,1,2001-01-01,,JA,BEGGE",
]


def write_world(folder: Path) -> None:
    folder.mkdir(parents=True)
    header = {"as_of": "2026-11-23", "name": "eiendom", "seed": 3}
    (folder / "population.json").write_text(json.dumps(header), encoding="utf-8")
    rows = {"eiendommer.csv": EIENDOMMER, "eierforhold.csv": EIERFORHOLD}
    for name, header_row in HEADERS.items():
        _write(folder / name, [header_row, *rows.get(name, [])])
    _write(folder / "pax_uttrekk.csv", [HEADERS["krav.csv"]])


def write_day(folder: Path, number: int, changes: Iterable[Sequence[str]]) -> Path:
    """The day after so many days: file, key, column, value of each change."""
    folder.mkdir()
    header = {"as_of": f"2026-11-{23 + number}", "name": f"day-{number}", "seed": 3, "base": "eiendom", "day": number}
    (folder / "population.json").write_text(json.dumps(header), encoding="utf-8")
    _write(folder / "pax_uttrekk.csv", [HEADERS["krav.csv"]])
    with (folder / "changes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("what", "file", "key", "column", "value"))
        writer.writerows(("changed", *change) for change in changes)
    return folder


def new_row(file: str, row: str) -> tuple[str, str, str, str]:
    """A change that adds the row."""
    cells = dict(zip(HEADERS[file].split(","), row.split(","), strict=True))
    return file, row.split(",")[0], "", json.dumps(cells)


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
