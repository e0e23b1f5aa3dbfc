"""A small world of krav that Pilen and Procasso share, every row written here."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.acceptance.office import Office, Row

KARI, SKJULT, ENK = "01817328004", "01827620013", "230582785"
"""An ordinary person, one under VERN-2, and the enkeltpersonforetak of the latter."""
TODAY = "2026-11-23"
KRAV = (
    "kravnr,kravtype,fagsystem,fordringshaver,skyldner,kjennemerke,ilagt_tidspunkt,forfall,hovedstol,kostnader,renter,"
    "saksnr,steg,tilstand,saksflyt,kid,opprinnelig_forfall,renter_beregnet_til"
)
HENDELSER = "kravnr,dato,hendelse,beloep"
COLUMNS = {
    "personer.csv": "foedselsnummer,fornavn,etternavn,foedselsdato,status,doedsdato,gradering,adresse,postnummer,"
    "poststed,mobil,mobil_verifisert,epost,reservert,foreldreansvar,verge,arbeidsgiver",
    "enheter.csv": "organisasjonsnummer,navn,organisasjonsform,status,statusdato,innehaver",
    "kjoretoy.csv": "kjennemerke,eier,fra,til",
    "krav.csv": KRAV,
    "hendelser.csv": HENDELSER,
    "pax_uttrekk.csv": KRAV,
}


def sanksjon(kravnr: str, **cells: str) -> Row:
    """An open kontrollsanksjon of 660.00 with 13.42 in rente, in light collection."""
    row = {
        "kravnr": kravnr, "kravtype": "KONTROLLSANKSJON", "fagsystem": "PILEN", "fordringshaver": "BYM",
        "skyldner": KARI, "kjennemerke": "DP19828", "ilagt_tidspunkt": "2025-08-01T22:30:05Z", "forfall": "2025-08-22",
        "hovedstol": "660.00", "kostnader": "0.00", "renter": "13.42", "saksnr": f"S{kravnr[2:]}", "steg": "LETT",
        "tilstand": "AAPEN", "saksflyt": "ORDINAER", "kid": "95010190544",
    }  # fmt: skip
    return row | cells


def gebyr(kravnr: str, **cells: str) -> Row:
    """An open parkeringsgebyr of 1350.00 that has been varslet."""
    own = {"kravtype": "PARKERINGSGEBYR", "steg": "VARSEL", "hovedstol": "1350.00", "renter": "0.00"}
    return sanksjon(kravnr, **(own | cells))


def payment(kravnr: str, beloep: str, dato: str = TODAY) -> Row:
    """One that Pilen has taken in."""
    return {"kravnr": kravnr, "dato": dato, "hendelse": "INNBETALING", "beloep": beloep}


def make_world(folder: Path, krav: Sequence[Row], hendelser: Sequence[Row] = ()) -> Path:
    """The population folder."""
    folder.mkdir(parents=True)
    (folder / "population.json").write_text(json.dumps({"as_of": TODAY, "name": "delt", "seed": 7}))
    person = {"status": "bosatt", "reservert": "NEI", "adresse": "Prøvegata 12B", "postnummer": "0155"}
    people = [
        {**person, "foedselsnummer": KARI, "fornavn": "Kari", "etternavn": "Prøvesen", "gradering": "ugradert"},
        {**person, "foedselsnummer": SKJULT, "fornavn": "Siv", "etternavn": "Testdatter", "gradering": "fortrolig"},
    ]
    enhet = {"organisasjonsnummer": ENK, "navn": "SKJULT ENK", "organisasjonsform": "ENK", "status": "aktiv"}
    rows: Mapping[str, Sequence[Row]] = {
        "personer.csv": people,
        "enheter.csv": [{**enhet, "innehaver": SKJULT}],
        "krav.csv": krav,
        "hendelser.csv": hendelser,
    }
    for name, columns in COLUMNS.items():
        _write(folder / name, columns, rows.get(name, []))
    return folder


def make_day(folder: Path, today: str, changes: Iterable[tuple[str, str, str] | Row]) -> Path:
    """What happens in Pilen until the next morning: cells of krav (kravnr, column, value), and payments."""
    folder.mkdir(parents=True)
    (folder / "population.json").write_text(json.dumps({"as_of": today, "name": folder.name, "seed": 7}))
    _write(folder / "pax_uttrekk.csv", KRAV, [])
    rows = []
    for change in changes:
        if isinstance(change, dict):
            rows.append(("hendelser.csv", change["kravnr"], "", json.dumps(change)))
        else:
            rows.append(("krav.csv", *change))
    named = [dict(zip(("file", "key", "column", "value"), row, strict=True)) for row in rows]
    _write(folder / "changes.csv", "what,file,key,column,value", named)
    return folder


def at_procasso(agency: Office, kravnr: str, **what: str) -> None:
    """Somebody there takes a payment in (`beloep`) or sets a `tilstand`."""
    agency.control("innfordringer", referanse=kravnr, **what)


def _write(path: Path, columns: str, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns.split(","), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
