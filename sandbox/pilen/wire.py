"""From rows of krav.csv and hendelser.csv to Pilen's JSON. Amounts stay text; an empty cell is null."""

from __future__ import annotations

from typing import Any

from sandbox.population import Row
from sandbox.world import World

SYSTEM = "PILEN"

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


def krav(world: World, kravnr: str) -> dict[str, Any]:
    """One krav with the version a change of it must name."""
    return _krav(world, world.krav[kravnr], world.versjon(kravnr))


def krav_after(world: World, kravnr: str, **cells: str) -> dict[str, Any]:
    """The krav as it will be once these cells are written: said before they are, so that a late save sounds like any
    other.
    """
    return _krav(world, {**world.krav[kravnr], **cells}, world.versjon(kravnr) + 1)


def hendelse(row: Row) -> dict[str, Any]:
    """One event of a krav; `beloep` for INNBETALING only."""
    return {name: row[name] or None for name in ("kravnr", "dato", "hendelse", "beloep")}


def _krav(world: World, row: Row, versjon: int) -> dict[str, Any]:
    fields = {name: row[column] or None for name, column in FIELDS.items()}
    return {**fields, "avskrivingskode": world.avskrivingskode(row["kravnr"]) or None, "versjon": versjon}
