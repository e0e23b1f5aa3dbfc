"""What a caller can name a krav by besides its number: the KID of the invoice, or the kjennemerke of the car."""

from __future__ import annotations

from sandbox.world import World

MOST = 100


def kravnumre_of(world: World, system: str, verdi: str) -> list[str]:
    """The krav of this system with that KID or kjennemerke, in order; no more than `MOST`."""
    rows = (row for row in world.krav.values() if row["fagsystem"] == system)
    return sorted(row["kravnr"] for row in rows if verdi in (row["kid"], row["kjennemerke"]))[:MOST]
