"""The rows in which PAX and ISY-PA write their krav: columns in order, and a krav of each row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from connectors.fields import FieldError, read_amount, read_code, read_date, read_instant, read_text
from domain.krav import Fagsystem, Krav, Kravtype, Saksflyt, Tilstand

KRAV_COLUMNS = (
    "kravnr",
    "kravtype",
    "fagsystem",
    "fordringshaver",
    "skyldner",
    "kjennemerke",
    "ilagt_tidspunkt",
    "forfall",
    "hovedstol",
    "kostnader",
    "renter",
    "saksnr",
    "steg",
    "tilstand",
    "saksflyt",
    "kid",
    "opprinnelig_forfall",
    "renter_beregnet_til",
)


def map_krav(row: Mapping[str, str], owner: Fagsystem) -> Krav:
    """A krav of the system `owner`. `skyldner` is as the system has it: wrong or missing is for the rules to judge.

    Raises FieldError.
    """
    fagsystem = read_code("fagsystem", row["fagsystem"], Fagsystem)
    if fagsystem is not owner:
        raise FieldError("fagsystem", f"is not {owner}")
    return Krav(
        kravnr=read_text("kravnr", row["kravnr"]),
        kravtype=read_code("kravtype", row["kravtype"], Kravtype),
        fagsystem=fagsystem,
        fordringshaver=read_text("fordringshaver", row["fordringshaver"]),
        skyldner=row["skyldner"],
        kjennemerke=row["kjennemerke"] or None,
        ilagt_tidspunkt=read_instant("ilagt_tidspunkt", row["ilagt_tidspunkt"]),
        forfall=read_date("forfall", row["forfall"]),
        hovedstol=read_amount("hovedstol", row["hovedstol"]),
        kostnader=read_amount("kostnader", row["kostnader"]),
        renter=read_amount("renter", row["renter"]),
        saksnr=read_text("saksnr", row["saksnr"]),
        steg=read_text("steg", row["steg"]),
        tilstand=read_code("tilstand", row["tilstand"], Tilstand),
        saksflyt=read_code("saksflyt", row["saksflyt"], Saksflyt),
        kid=row["kid"],
        opprinnelig_forfall=_optional_date("opprinnelig_forfall", row),
        renter_beregnet_til=_optional_date("renter_beregnet_til", row),
    )


def _optional_date(column: str, row: Mapping[str, str]) -> date | None:
    return read_date(column, row[column]) if row[column] else None
