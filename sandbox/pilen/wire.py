"""From rows of krav.csv and hendelser.csv to Pilen's JSON. Amounts stay text; an empty cell is null."""

from __future__ import annotations

from typing import Any

from sandbox.population import Row

FIELDS = {
    "kravnr": "kravnr",
    "kravtype": "kravtype",
    "fordringshaver": "fordringshaver",
    "skyldner": "skyldner",
    "kjennemerke": "kjennemerke",
    "ilagtTidspunkt": "ilagt_tidspunkt",
    "forfall": "forfall",
    "opprinneligForfall": "opprinnelig_forfall",
    "hovedstol": "hovedstol",
    "kostnader": "kostnader",
    "renter": "renter",
    "renterBeregnetTil": "renter_beregnet_til",
    "saksnr": "saksnr",
    "steg": "steg",
    "tilstand": "tilstand",
    "kid": "kid",
}


def krav(row: Row, versjon: int) -> dict[str, Any]:
    """One krav with the version a change of it must name."""
    return {**{name: row[column] or None for name, column in FIELDS.items()}, "versjon": versjon}


def hendelse(row: Row) -> dict[str, Any]:
    """One event of a krav; `beloep` for INNBETALING only."""
    return {name: row[name] or None for name in ("kravnr", "dato", "hendelse", "beloep")}
