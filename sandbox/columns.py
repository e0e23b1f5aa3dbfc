"""The CSV files of a population: their columns, and what a cell of each must look like.

A check answers None for a good cell, else what is wrong and what to write instead. It never repeats the cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

CellCheck = Callable[[str], str | None]
RowCheck = Callable[[Mapping[str, str]], tuple[str, str] | None]
"""Answers (column, what is wrong) when the cells of a row do not go together."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_MATRIKKELNUMMER = re.compile(r"\d{4}-[1-9]\d*/[1-9]\d*/\d+/\d+", re.ASCII)
_AMOUNT = re.compile(r"\d{1,12}\.\d{2}")

GEBYR_KRAVTYPER = ("PARKERINGSGEBYR", "PIGGDEKKGEBYR")
KRAVTYPER = (
    *GEBYR_KRAVTYPER, "KONTROLLSANKSJON", "KOMMUNALE_AVGIFTER", "EIENDOMSSKATT", "BARNEHAGE", "SFO", "HUSLEIE",
)  # fmt: skip
GEBYR_STEG = ("FORFALT", "VARSEL", "UTLEGG")
ANDRE_STEG = ("PURRING", "LETT", "TUNGT", "FORLIK", "UTLEGG")
TILSTANDER = ("AAPEN", "KLAGE", "BETALINGSAVTALE", "STOPPET", "BETALT", "AVSKREVET")
SAKSFLYTER = ("ORDINAER", "MINDREAARIG", "MYNDIG_NYTT_VARSEL")


def anything(_cell: str) -> str | None:
    """Any text, also none."""
    return None


def required(cell: str) -> str | None:
    """Some text."""
    return None if cell.strip() else "is empty; fill it in"


def is_date(cell: str) -> str | None:
    """A day of the calendar as YYYY-MM-DD."""
    try:
        good = bool(_DATE.fullmatch(cell)) and bool(date.fromisoformat(cell))
    except ValueError:
        good = False
    return None if good else "is not a date; write a day that exists as YYYY-MM-DD"


def is_instant(cell: str) -> str | None:
    """An instant in UTC, to the second."""
    try:
        good = bool(_INSTANT.fullmatch(cell)) and bool(datetime.fromisoformat(cell))
    except ValueError:
        good = False
    return None if good else "is not an instant; write it in UTC as YYYY-MM-DDTHH:MM:SSZ"


def is_amount(cell: str) -> str | None:
    """An amount in kroner with two decimals and a point, never negative."""
    return (
        None if _AMOUNT.fullmatch(cell) else "is not an amount; write kroner with two decimals and a point, as 1127.50"
    )


def is_matrikkelnummer(cell: str) -> str | None:
    """All five parts of a property's number, 0 for one it does not have."""
    good = _MATRIKKELNUMMER.fullmatch(cell)
    return None if good else "is not a matrikkelnummer; write it with all its parts, as 0301-207/412/0/0"


def is_whole_number(cell: str) -> str | None:
    """A number of shares."""
    return None if cell.isascii() and cell.isdigit() else "is not a whole number; write one"


def optional(check: CellCheck) -> CellCheck:
    """Nothing, or what `check` accepts."""
    return lambda cell: check(cell) if cell else None


def one_of(*values: str) -> CellCheck:
    """One of a closed list."""
    return lambda cell: None if cell in values else f"is not in the list; write one of {', '.join(values)}"


def _krav_row(row: Mapping[str, str]) -> tuple[str, str] | None:
    steg = GEBYR_STEG if row["kravtype"] in GEBYR_KRAVTYPER else ANDRE_STEG
    problem = one_of(*steg)(row["steg"])
    return ("steg", f"{problem} for a {row['kravtype']}") if problem else None


def _hendelse_row(row: Mapping[str, str]) -> tuple[str, str] | None:
    if row["hendelse"] == "INNBETALING":
        problem = is_amount(row["beloep"])
        return ("beloep", problem) if problem else None
    return ("beloep", "belongs to INNBETALING only; leave it empty") if row["beloep"] else None


def _no_row_check(_row: Mapping[str, str]) -> tuple[str, str] | None:
    return None


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file: its columns in order, the one that must be unique (None: no such), how its cells go together."""

    name: str
    columns: Mapping[str, CellCheck]
    key: str | None
    key_is_personal: bool = False
    row_check: RowCheck = _no_row_check


_KRAV_COLUMNS: dict[str, CellCheck] = {
    "kravnr": required,
    "kravtype": one_of(*KRAVTYPER),
    "fagsystem": one_of("PAX", "PILEN", "PROCASSO", "ISYPA"),
    "fordringshaver": required,
    "skyldner": anything,
    "kjennemerke": anything,
    "ilagt_tidspunkt": is_instant,
    "forfall": is_date,
    "hovedstol": is_amount,
    "kostnader": is_amount,
    "renter": is_amount,
    "saksnr": required,
    "steg": required,
    "tilstand": one_of(*TILSTANDER),
    "saksflyt": one_of(*SAKSFLYTER),
    "kid": anything,
    "opprinnelig_forfall": optional(is_date),
    "renter_beregnet_til": optional(is_date),
}

PERSONER = Table(
    "personer.csv",
    {
        "foedselsnummer": required,
        "fornavn": anything,
        "etternavn": anything,
        "foedselsdato": optional(is_date),
        "status": one_of("bosatt", "utflyttet", "doed", "forsvunnet"),
        "doedsdato": optional(is_date),
        "gradering": one_of("ugradert", "klientadresse", "fortrolig", "strengtFortrolig"),
        "adresse": anything,
        "postnummer": anything,
        "poststed": anything,
        "mobil": anything,
        "mobil_verifisert": optional(is_date),
        "epost": anything,
        "reservert": one_of("JA", "NEI"),
        "foreldreansvar": anything,
        "verge": anything,
        "arbeidsgiver": anything,
    },
    key="foedselsnummer",
    key_is_personal=True,
)
ENHETER = Table(
    "enheter.csv",
    {
        "organisasjonsnummer": required,
        "navn": anything,
        "organisasjonsform": anything,
        "status": one_of("aktiv", "konkurs", "under_avvikling", "tvangsopplosning", "slettet", "fjernet"),
        "statusdato": optional(is_date),
        "innehaver": anything,
    },
    key="organisasjonsnummer",
)
KUNDER = Table(
    "kunder.csv",
    {
        "kundenr": required,
        "fordringshaver": required,
        "eier": anything,
        "fakturamottaker": anything,
        "matrikkelnummer": anything,
    },
    key="kundenr",
)
EIENDOMMER = Table(
    "eiendommer.csv",
    {
        "matrikkelnummer": is_matrikkelnummer,
        "type": one_of("Grunneiendom", "Festegrunn", "Seksjon"),
        "utgaatt": one_of("JA", "NEI"),
        "register": one_of("BEGGE", "MATRIKKEL", "GRUNNBOK"),
    },
    key="matrikkelnummer",
)
EIERFORHOLD = Table(
    "eierforhold.csv",
    {
        "eierforhold": required,
        "matrikkelnummer": is_matrikkelnummer,
        "eier": anything,
        "teller": is_whole_number,
        "nevner": is_whole_number,
        "fra": is_date,
        "til": optional(is_date),
        "tinglyst": one_of("JA", "NEI"),
        "register": one_of("BEGGE", "MATRIKKEL", "GRUNNBOK"),
    },
    key="eierforhold",
)
KJORETOY = Table(
    "kjoretoy.csv", {"kjennemerke": required, "eier": required, "fra": is_date, "til": optional(is_date)}, key=None
)
KRAV = Table("krav.csv", _KRAV_COLUMNS, key="kravnr", row_check=_krav_row)
HENDELSER = Table(
    "hendelser.csv",
    {"kravnr": required, "dato": is_date, "hendelse": required, "beloep": optional(is_amount)},
    key=None,
    row_check=_hendelse_row,
)
PAX_UTTREKK = Table("pax_uttrekk.csv", {**_KRAV_COLUMNS, "fagsystem": one_of("PAX")}, key="kravnr", row_check=_krav_row)
DOEDSBO = Table(
    "doedsbo.csv",
    {
        "foedselsnummer": required,
        "skifteform": required,
        "attestdato": is_date,
        "kontakt": one_of("person", "advokat", "organisasjon", "ingen"),
        "kontakt_foedselsnummer": anything,
        "fornavn": anything,
        "etternavn": anything,
        "organisasjonsnummer": anything,
        "organisasjonsnavn": anything,
        "adresselinje1": anything,
        "adresselinje2": anything,
        "postnummer": anything,
        "poststed": anything,
        "landkode": anything,
    },
    key="foedselsnummer",
    key_is_personal=True,
)
"""Whom the estate of somebody dead has named. The file may be missing."""
TABLES = {
    table.name: table
    for table in (
        PERSONER, ENHETER, KUNDER, EIENDOMMER, EIERFORHOLD, KJORETOY, KRAV, HENDELSER, PAX_UTTREKK,
        DOEDSBO,
    )
}  # fmt: skip
