"""From rows of krav.csv and hendelser.csv to Procasso's JSON. Amounts stay text; an empty cell is null."""

from __future__ import annotations

from typing import Any

from sandbox.population import Row

GROUPS = {
    "grunnlag": {"type": "kravtype", "ilagt": "ilagt_tidspunkt", "kjennemerke": "kjennemerke"},
    "frister": {"forfall": "forfall", "opprinneligForfall": "opprinnelig_forfall"},
    "beloep": {"hovedstol": "hovedstol", "kostnader": "kostnader", "renter": "renter"},
    "behandling": {"steg": "steg", "tilstand": "tilstand", "saksflyt": "saksflyt"},
}
"""The nested objects of a krav: their fields, and the column each is."""


def krav(row: Row, versjon: int, avskrivningskode: str | None) -> dict[str, Any]:
    """One krav with the versjon a change of it must name. The code is that of a write-off, if it is written off."""
    body = {
        "kravId": row["kravnr"],
        "versjon": versjon,
        "saksnummer": row["saksnr"],
        "kreditor": row["fordringshaver"],
        "debitor": {"ident": row["skyldner"] or None, "art": "ENHET" if len(row["skyldner"]) == 9 else "PERSON"},
        "betalingsreferanse": row["kid"] or None,
    }
    groups = {
        group: {name: row[column] or None for name, column in columns.items()} for group, columns in GROUPS.items()
    }
    groups["behandling"]["avskrivningskode"] = avskrivningskode if row["tilstand"] == "AVSKREVET" else None
    return {**body, **groups}


def hendelse(row: Row) -> dict[str, Any]:
    """One event of a krav; `beloep` for INNBETALING only."""
    return {"kode": row["hendelse"], "dato": row["dato"], "beloep": row["beloep"] or None}
