"""A small world of krav that Pilen and Procasso share, every row written here."""

from __future__ import annotations

import csv
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.office import Office, Row

Change = tuple[str, str, str] | Row
"""Of a krav in Pilen: kravnr, column and value, or a payment."""
KARI, ODD, SKJULT, ENK = "01817328004", "01818618022", "01827620013", "230582785"
"""Two ordinary people, one under VERN-2, and the enkeltpersonforetak of the latter."""
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
        {
            **person,
            "foedselsnummer": KARI,
            "fornavn": "Kari",
            "etternavn": "Prøvesen",
            "gradering": "ugradert",
            "foedselsdato": "1973-01-01",
        },
        {
            **person,
            "foedselsnummer": ODD,
            "fornavn": "Odd",
            "etternavn": "Prøvesen",
            "gradering": "ugradert",
            "foedselsdato": "1986-01-01",
        },
        {
            **person,
            "foedselsnummer": SKJULT,
            "fornavn": "Siv",
            "etternavn": "Testdatter",
            "gradering": "fortrolig",
            "foedselsdato": "1976-02-01",
        },
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


def make_day(folder: Path, today: str, changes: Iterable[Change] = (), hidden: str = "") -> Path:
    """What happens in Pilen until the next morning: cells of krav (kravnr, column, value), and payments. `hidden`: who
    is under VERN-2 from now on."""
    folder.mkdir(parents=True)
    (folder / "population.json").write_text(json.dumps({"as_of": today, "name": folder.name, "seed": 7}))
    _write(folder / "pax_uttrekk.csv", KRAV, [])
    rows = []
    for change in changes:
        if isinstance(change, dict):
            rows.append(("hendelser.csv", change["kravnr"], "", json.dumps(change)))
        else:
            rows.append(("krav.csv", *change))
    if hidden:
        rows.append(("personer.csv", hidden, "gradering", "strengtFortrolig"))
    named = [dict(zip(("file", "key", "column", "value"), row, strict=True)) for row in rows]
    _write(folder / "changes.csv", "what,file,key,column,value", named)
    return folder


def at_procasso(agency: Office, kravnr: str, **what: str) -> None:
    """Somebody there takes a payment in (`beloep`) or sets a `tilstand`."""
    agency.control("innfordringer", referanse=kravnr, **what)


def told(agency: Office) -> Counter[tuple[str, str, str]]:
    """(system, kind, kravnr) -> how often that was told it. A payment it took in itself is not told."""
    return Counter(
        (effect["system"], effect["kind"], effect["key"])
        for effect in agency.simulators.effects()
        if effect["kind"] != "innbetaling" or effect["detail"]["referanse"]
    )


@dataclass(frozen=True)
class Side:
    """One of the systems, asked as its own people would."""

    agency: Office
    name: str

    def ask(self, path: str, body: object = None) -> Any:
        token = (self.agency.world.secrets / f"{self.name}.token").read_text(encoding="utf-8")
        answer = httpx.request(
            "GET" if body is None else "POST",
            f"{self.agency.base}/{self.name}/api/v1/{path}",
            json=body,
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())},
            timeout=10,
            verify=False,
        )
        answer.raise_for_status()
        return answer.json()

    def sums(self) -> dict[tuple[str, str], tuple[int, str, str, str]]:
        """(fordringshaver, kravtype) -> krav, hovedstol, paid, left."""
        return {
            (each["fordringshaver"], each["kravtype"]): (
                each["antall"],
                each["hovedstol"],
                each["innbetalt"],
                each["utestaaende"],
            )
            for each in self.ask("avstemming")["summer"]
        }

    def krav(self, kravnr: str) -> tuple[str, list[str]]:
        """Its tilstand, and every amount paid on it."""
        return self.many([kravnr])[kravnr]

    def many(self, kravnumre: Sequence[str]) -> dict[str, tuple[str, list[str]]]:
        """The same of at most 200 krav, which must be there."""
        if self.name == "pilen":
            found = [
                (each["kravnr"], each) for each in self.ask("kontoer/oppslag", {"kravnumre": kravnumre})["kontoer"]
            ]
        else:
            asked = self.ask("innfordringer/bulkoppslag", {"referanser": kravnumre})
            found = [(each["referanse"], each) for each in asked["funnet"]]
        assert {kravnr for kravnr, _ in found} == set(kravnumre)
        return {
            kravnr: (told["statuser"][-1]["tilstand"], sorted(each["beloep"] for each in told["innbetalinger"]))
            for kravnr, told in found
        }


def both(agency: Office, kravnr: str) -> tuple[str, list[str]]:
    """The krav as both systems have it, which must be the same."""
    one, other = Side(agency, "pilen").krav(kravnr), Side(agency, "procasso").krav(kravnr)
    assert one == other
    return one


def assert_equal_to_the_oere(agency: Office) -> None:
    assert Side(agency, "pilen").sums() == Side(agency, "procasso").sums()


def _write(path: Path, columns: str, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns.split(","), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
