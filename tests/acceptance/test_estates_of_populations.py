"""estate-watch on whole populations and a moving week: what it finds is what a plain reading of their files says.

The files of right answers for minors and limitation tell which krav are theirs: those estate-watch leaves alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.report import ControlReport, control_report
from sandbox.folkeregisteret.doedsbo import contacts
from sandbox.population import Population, apply_changes, load
from tests.acceptance.office import Office, Row, office, read

pytestmark = pytest.mark.timeout(300)

NAME = "estate-watch"
ALIVE = ("AAPEN", "KLAGE", "BETALINGSAVTALE")


def of_the_dead(world: Population) -> Iterator[tuple[Row, Row]]:
    """Each krav as its own system tells of it, and who owed it, when that is somebody dead and not protected."""
    told = [row for row in world.krav.values() if row["fagsystem"] != "PAX"] + world.pax_uttrekk
    for krav in told:
        person = world.personer.get(krav["skyldner"])
        if person and person["status"] == "doed" and person["gradering"] == "ugradert":
            yield krav, person


def listed(world: Population) -> Counter[str]:
    return Counter(
        krav["kravnr"]
        for krav, _ in of_the_dead(world)
        if krav["fagsystem"] != "PROCASSO" and krav["tilstand"] in ALIVE
    )


def due(world: Population, population: Path) -> dict[str, str]:
    """kravnr -> the result, or the reason, of what is to be done in Procasso on the first morning."""
    foreldet = {row["kravnr"] for row in read(population / "forventet" / "limitation.csv") if _is_past(row)}
    minors = {row["kravnr"] for row in read(population / "forventet" / "minors.csv") if row["outcome"] == "business"}
    found = {}
    for krav, person in of_the_dead(world):
        if krav["fagsystem"] != "PROCASSO" or krav["saksflyt"] == "MINDREAARIG" or krav["kravnr"] in foreldet:
            continue
        if krav["tilstand"] == "BETALINGSAVTALE":
            found[krav["kravnr"]] = "ESTATE_AGREEMENT"
        elif krav["tilstand"] == "AAPEN" and krav["kravnr"] not in minors:
            found[krav["kravnr"]] = "ESTATE_NOTIFIED" if contacts(person, world) else "STOPPED_NO_CONTACT"
    return found


def _is_past(row: Row) -> bool:
    return row["action"] in ("PROPOSE_WRITE_OFF", "MANUAL_REVIEW")


async def morning(office: Office) -> ControlReport:
    assert await office.night(NAME) == 0
    with office.installation().database.read() as c:
        return control_report(c, NAME, office.as_of)


def others(report: ControlReport) -> Counter[str]:
    return Counter(line.krav or "" for line in report.lines if line.code == "ESTATE_OTHER_SYSTEM")


async def test_liten_and_its_week(liten: Path, tmp_path: Path) -> None:
    """Nobody in it leaves an estate in Procasso that is not for minors; more and more are listed."""
    world, counts = load(liten), []
    assert due(world, liten) == {}
    with office(tmp_path / "state", liten, quick=True) as opened:
        for number in range(8):
            if number:
                day = liten.parent / "liten-uke" / f"day-{number}"
                world = apply_changes(world, day)
                opened.move_to(day)
            report = await morning(opened)
            assert others(report) == listed(world)
            assert report.items == ()
            counts.append(sum(listed(world).values()))
        assert opened.effects() == Counter()
    assert counts[0] < counts[-1]


@pytest.mark.needs_shared
async def test_middels(shared: Path, tmp_path: Path) -> None:
    population = shared / "population" / "middels"
    world = load(population)
    expected = due(world, population)
    assert set(expected.values()) == {"ESTATE_NOTIFIED", "STOPPED_NO_CONTACT", "ESTATE_AGREEMENT"}
    with office(tmp_path / "state", population, quick=True) as opened:
        report = await morning(opened)
        assert {item.krav[0]: item.result or item.reason for item in report.items} == expected
        assert others(report) == listed(world)
        kinds = Counter(kind for _, kind, _ in opened.effects())
        told = sum(result == "ESTATE_NOTIFIED" for result in expected.values())
        stopped = told + sum(result == "STOPPED_NO_CONTACT" for result in expected.values())
        assert kinds == {"tilstand": stopped, "note": stopped, "brev": told, "document": told}
