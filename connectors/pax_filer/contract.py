"""The columns of PAX' nightly files, in order. UTF-8, comma, header row, empty = none."""

from __future__ import annotations

SYSTEM = "PAX-FILER"

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
HENDELSE_COLUMNS = ("kravnr", "dato", "hendelse", "beloep")
