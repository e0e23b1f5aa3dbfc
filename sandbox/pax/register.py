"""What PAX can find among its krav, and what it can do to them here: move them into a case, write them off."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.pax.formats import krav_sum, oere
from sandbox.population import Row
from sandbox.world import World

CLOSED = ("BETALT", "AVSKREVET")
AARSAKER = {
    "FORELDET": "Foreldet",
    "DOEDSBO": "Dødsbo uten midler",
    "KONKURS": "Konkurs uten dividende",
    "ETTERGITT": "Ettergitt",
    "FEILREGISTRERT": "Feilregistrert",
}
"""Why a krav may be written off: our code, and PAX's words for it, in the order of its list."""
SEARCH_COLUMNS = ("kravnr", "saksnr", "kjennemerke", "skyldner")


def find_krav(world: World, kravnr: str) -> Row | None:
    """The krav of PAX with this number."""
    row = world.krav.get(kravnr)
    return row if row is not None and row["fagsystem"] == "PAX" else None


def search(world: World, wanted: dict[str, str]) -> list[Row]:
    """The krav whose columns equal everything that was filled in, by kravnr."""
    asked = {column: text for column, text in wanted.items() if text}
    return _pax_krav(world, lambda row: all(row[column] == text for column, text in asked.items()))


def krav_of_case(world: World, saksnr: str) -> list[Row]:
    """The krav of a case, by kravnr; none when there is no such case."""
    return _pax_krav(world, lambda row: row["saksnr"] == saksnr)


def mergeable(world: World, saksnr: str) -> list[Row]:
    """Open krav of the case's skyldner and fordringshaver that stand in another case, by kravnr."""
    case = krav_of_case(world, saksnr)
    if not case:
        return []
    others = _pax_krav(world, lambda row: row["saksnr"] != saksnr and _same_parties(row, case[0]))
    return [row for row in others if row["tilstand"] not in CLOSED]


def is_locked(world: World, saksnr: str, kravnumre: Sequence[str]) -> bool:
    """Has somebody the case open, or one that a krav would leave?"""
    return not world.locked_cases.isdisjoint({saksnr, *(world.krav[kravnr]["saksnr"] for kravnr in kravnumre)})


def refusal(world: World, saksnr: str, kravnumre: Sequence[str]) -> str | None:
    """Why PAX will not move these krav into the case; None when it will. Already there is no reason."""
    case = krav_of_case(world, saksnr)
    if not case:
        return f"Sak {saksnr} finnes ikke."
    if not kravnumre:
        return "Velg minst ett krav."
    for kravnr in kravnumre:
        row = find_krav(world, kravnr)
        if row is None:
            return f"Krav {kravnr} finnes ikke."
        if not _same_parties(row, case[0]):
            return f"Krav {kravnr} har en annen skyldner eller fordringshaver enn sak {saksnr}."
        if row["tilstand"] in CLOSED:
            return f"Krav {kravnr} er avsluttet."
    return None


def move(world: World, saksnr: str, kravnr: str, user: str) -> None:
    """Give the krav this saksnr: an effect, also for one that was there already."""
    before = world.krav[kravnr]["saksnr"]
    world.change_krav(kravnr, saksnr=saksnr)
    world.effect("PAX", "merge", kravnr, saksnr=saksnr, fra=before, bruker=user)


def write_off(world: World, kravnr: str, kode: str, dato: str, user: str) -> None:
    """Write the krav off: an effect, also for one that was so already."""
    before = world.krav[kravnr]["tilstand"]
    world.write_off(kravnr, kode)
    world.effect("PAX", "avskriving", kravnr, kode=kode, dato=dato, fra=before, bruker=user)


def sums(rows: Sequence[Row]) -> dict[str, int]:
    """The øre of a case by column, and in all."""
    columns = {column: sum(oere(row[column]) for row in rows) for column in ("hovedstol", "kostnader", "renter")}
    return {**columns, "sum": sum(krav_sum(row) for row in rows)}


def skyldner_name(world: World, number: str) -> str:
    """The name PAX shows beside a skyldner's number."""
    person = world.personer.get(number)
    if person is not None:
        return f"{person['fornavn']} {person['etternavn']}"
    enhet = world.enheter.get(number)
    return enhet["navn"] if enhet is not None else "(ukjent)"


def _pax_krav(world: World, wanted: Callable[[Row], bool]) -> list[Row]:
    found = (row for row in world.krav.values() if row["fagsystem"] == "PAX" and wanted(row))
    return sorted(found, key=lambda row: row["kravnr"])


def _same_parties(row: Row, other: Row) -> bool:
    return row["skyldner"] == other["skyldner"] and row["fordringshaver"] == other["fordringshaver"]
