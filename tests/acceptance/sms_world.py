"""A small world for sms-notice, in which every krav is there for one reason. Today is Monday 23 November 2026."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from sandbox.columns import ENHETER, HENDELSER, KJORETOY, KRAV, PAX_UTTREKK, PERSONER
from tests.acceptance.office import Row, write

PAYLOAD_KEY = "0123456789abcdef" * 4
"""With this key PI6000010 is the one krav below that is held back when a tenth is."""
ANE, BEA, CARL, DAG, ELI = "04858012061", "04858015532", "04858005227", "04858036947", "04858020285"
FRED, GRO, HAM, IDA, JON = "04858007904", "04858003488", "03830951090", "04858020528", "04858028138"
KIM, LIV, MAI, NIL, OLE = "04858040987", "04858039156", "04858003054", "04858011359", "04858026631"
PER, VERGE, FIRMA = "04858027425", "04858018418", "292839286"
Change = tuple[str, str, str, str]
"""File, key, column and new value; for a new row of hendelser the column is empty, the value its cells."""


def person(nummer: str, fornavn: str, no: int, **cells: str) -> Row:
    row = dict.fromkeys(PERSONER.columns, "")
    row |= {"foedselsnummer": nummer, "fornavn": fornavn, "etternavn": "Prøvesen", "foedselsdato": "1980-05-04"}
    row |= {"status": "bosatt", "gradering": "ugradert", "adresse": f"Prøveveien {no}", "postnummer": "0150"}
    row |= {"poststed": "OSLO", "mobil": f"+47000000{no:02}", "mobil_verifisert": "2026-10-01", "reservert": "NEI"}
    return row | {"epost": f"{fornavn.lower()}@example.com"} | cells


PERSONER_ROWS = [
    person(ANE, "Ane", 1),
    person(BEA, "Bea", 2),
    person(CARL, "Carl", 3, reservert="JA"),
    person(DAG, "Dag", 4, mobil="", mobil_verifisert=""),
    person(ELI, "Eli", 5, mobil_verifisert="2025-05-22"),  # eighteen months were over yesterday
    person(FRED, "Fred", 6, gradering="fortrolig"),
    person(GRO, "Gro", 7, status="doed", doedsdato="2026-10-30"),
    person(HAM, "Ham", 8, foedselsdato="2009-03-03"),  # 17
    person(IDA, "Ida", 9),
    person(JON, "Jon", 10, verge=VERGE),
    person(LIV, "Liv", 12),
    person(MAI, "Mai", 13),
    person(NIL, "Nil", 14),
    person(OLE, "Ole", 15),
    person(PER, "Per", 16),
    person(VERGE, "Vera", 17),
]
"""KIM is not there: the register does not know the number."""


def krav(kravnr: str, skyldner: str, forfall: str, kid: str, **cells: str) -> Row:
    ilagt = date.fromisoformat(forfall) - timedelta(days=21)
    row = dict.fromkeys(KRAV.columns, "")
    row |= {"kravnr": kravnr, "kravtype": "PARKERINGSGEBYR", "fagsystem": "PILEN", "fordringshaver": "BYM"}
    row |= {"skyldner": skyldner, "kjennemerke": f"ZZ{kravnr[-5:]}", "ilagt_tidspunkt": f"{ilagt}T10:00:00Z"}
    row |= {
        "forfall": forfall,
        "hovedstol": "900.00",
        "kostnader": "0.00",
        "renter": "0.00",
        "saksnr": f"S{kravnr[2:]}",
    }
    return row | {"steg": "FORFALT", "tilstand": "AAPEN", "saksflyt": "ORDINAER", "kid": kid} | cells


KRAV_ROWS = [
    krav("PI6000001", ANE, "2026-11-10", "770000016"),
    krav("PI6000002", BEA, "2026-11-12", "770000024"),
    krav("PI6000003", BEA, "2026-11-03", "770000032"),  # the oldest of hers goes first
    krav("PI6000004", CARL, "2026-11-10", "770000040"),
    krav("PI6000005", DAG, "2026-11-10", "770000057"),
    krav("PI6000006", ELI, "2026-11-10", "770000065"),
    krav("PI6000007", FRED, "2026-11-10", "770000073"),
    krav("PI6000008", GRO, "2026-11-10", "770000081"),
    krav("PI6000009", HAM, "2026-11-10", "770000099"),
    krav("PI6000010", IDA, "2026-11-10", "770000107"),  # held back
    krav("PI6000011", JON, "2026-11-10", "770000115"),
    krav("PI6000012", KIM, "2026-11-10", "770000123"),
    krav("PI6000013", LIV, "2026-11-14", "770000131"),  # a Saturday: Monday the 16th; 400 of 900 is paid
    krav("PI6000014", MAI, "2026-11-21", "770000149"),  # a Saturday: today, and not before Thursday the 26th
    krav("PI6000015", MAI, "2026-11-20", "770000156"),  # three days today
    krav("PI6000016", NIL, "2026-11-10", "770000164", tilstand="KLAGE"),
    krav("PI6000017", NIL, "2026-10-10", "770000172", steg="VARSEL"),
    krav("PI6000018", NIL, "2026-11-10", "770000180"),  # paid, and not settled in Pilen yet
    krav("PI6000019", OLE, "2026-11-10", ""),
    krav("PI6000020", OLE, "2021-10-15", "770000206"),  # foreldet
    krav("PI6000021", FIRMA, "2026-11-10", "770000214"),
    krav("PX6000023", PER, "2024-11-10", "770000230", fagsystem="PAX"),
    krav("PI6000024", PER, "2026-11-10", "770000248", renter="12.50"),
    krav("PI6000025", PER, "2026-11-10", "770000016", kravtype="KONTROLLSANKSJON", steg="PURRING"),
]


def paid(kravnr: str, dato: str, beloep: str) -> Row:
    return {"kravnr": kravnr, "dato": dato, "hendelse": "INNBETALING", "beloep": beloep}


HENDELSER_ROWS = [paid("PI6000013", "2026-11-09", "400.00"), paid("PI6000018", "2026-11-22", "900.00")]


def make_world(folder: Path) -> Path:
    folder.mkdir(parents=True)
    meta = {"as_of": "2026-11-23", "name": "sms", "seed": 1}
    (folder / "population.json").write_text(json.dumps(meta), encoding="utf-8")
    enhet = dict.fromkeys(ENHETER.columns, "") | {"organisasjonsnummer": FIRMA, "navn": "PRØVE AS"}
    write(folder / "personer.csv", PERSONER_ROWS)
    write(folder / "enheter.csv", [enhet | {"organisasjonsform": "AS", "status": "aktiv"}])
    write(folder / "kjoretoy.csv", [], list(KJORETOY.columns))
    write(folder / "krav.csv", KRAV_ROWS)
    write(folder / "hendelser.csv", HENDELSER_ROWS, list(HENDELSER.columns))
    write(
        folder / "pax_uttrekk.csv", [row for row in KRAV_ROWS if row["fagsystem"] == "PAX"], list(PAX_UTTREKK.columns)
    )
    return folder


def make_day(folder: Path, today: str, changes: Sequence[Change], payments: Sequence[Row] = ()) -> Path:
    """What has happened outside by this day, or by this hour of it."""
    folder.mkdir()
    meta = {"as_of": today, "name": folder.name, "seed": 1, "base": "sms", "day": 1}
    (folder / "population.json").write_text(json.dumps(meta), encoding="utf-8")
    rows = [("changed", *change) for change in changes]
    rows += [("paid", "hendelser.csv", row["kravnr"], "", json.dumps(row)) for row in payments]
    columns = ("what", "file", "key", "column", "value")
    write(folder / "changes.csv", [dict(zip(columns, row, strict=True)) for row in rows], columns)
    pax = [row for row in KRAV_ROWS if row["fagsystem"] == "PAX"]
    write(folder / "pax_uttrekk.csv", pax, list(PAX_UTTREKK.columns))
    return folder
