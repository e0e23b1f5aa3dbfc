"""What Procasso's screens find among its krav."""

from __future__ import annotations

from sandbox.population import Row
from sandbox.procasso.screens.formats import oere
from sandbox.world import World

CLOSED = ("BETALT", "AVSKREVET")
LOCKED_BY = "MARHAU"
"""The user who has every locked case open."""
MOST_HITS = 20


def find_krav(world: World, kravnr: str) -> Row | None:
    """The krav of Procasso with this number."""
    row = world.krav.get(kravnr)
    return row if row is not None and row["fagsystem"] == "PROCASSO" else None


def search(world: World, wanted: dict[str, str]) -> list[Row]:
    """The krav whose columns equal everything that was filled in, by kravnr."""
    asked = {column: text for column, text in wanted.items() if text}
    rows = (row for row in world.krav.values() if row["fagsystem"] == "PROCASSO")
    found = (row for row in rows if all(row[column] == text for column, text in asked.items()))
    return sorted(found, key=lambda row: row["kravnr"])


def is_locked(world: World, krav: Row) -> bool:
    """Has somebody the case of the krav open?"""
    return krav["saksnr"] in world.locked_cases


def fordringshavere(world: World) -> list[str]:
    """Whoever has krav in Procasso."""
    return sorted({row["fordringshaver"] for row in world.krav.values() if row["fagsystem"] == "PROCASSO"})


def krav_sum(row: Row) -> int:
    """What is owed on a krav in øre."""
    return oere(row["hovedstol"]) + oere(row["kostnader"]) + oere(row["renter"])


def skyldner_name(world: World, number: str) -> str:
    """The name shown before a skyldner's number, the family name first."""
    person = world.personer.get(number)
    if person is not None:
        return f"{person['etternavn']}, {person['fornavn']}"
    enhet = world.enheter.get(number)
    return enhet["navn"] if enhet is not None else "(ukjent)"
