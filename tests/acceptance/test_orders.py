"""Krav that a person orders of a real automation: carried out alone, and the night after is as if nobody had asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import SystemException
from flows import registry, routine
from flows.routine import Night
from hub.audit import Actor
from hub.report import night_report
from hub.storage import orders, targets
from tests.acceptance.office import Office, office
from tests.acceptance.worlds import cut

pytestmark = pytest.mark.timeout(300)
INTEREST = "sanction-interest"
KARI = Actor("kari", "power")


@pytest.fixture(scope="module")
def agency(liten: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    population = cut(liten, tmp_path_factory.mktemp("orders") / "population", renter=2)
    with office(tmp_path_factory.mktemp("orders") / "state", population, quick=True) as opened:
        yield opened


async def carry_out(agency: Office) -> None:
    """What a drain does first."""
    installation = agency.installation()
    (order,) = orders.waiting(installation.database)
    module = registry.module(order.automation)
    night = Night(module.METADATA, module.AUTOMATION, installation, agency.as_of, order.person)
    await routine.carry_out(night, order)


def place(agency: Office, *krav: str) -> int:
    return orders.place(agency.installation().database, INTEREST, krav, KARI, "kunden ringte")


def answers(agency: Office, order_id: int) -> dict[str, str]:
    told = agency.rows("SELECT krav, answer FROM work_order_krav WHERE order_id = :id", id=order_id)
    return {row["krav"]: row["answer"] for row in told}


async def test_an_order_is_of_its_krav_alone_and_the_night_is_whole_all_the_same(agency: Office) -> None:
    """PI0082053 and PI0193059 have rente to post, PI3499109 and PI5681874 one that deviates (forventet)."""
    number = place(agency, "PI0082053", "PI0000000")
    await carry_out(agency)
    assert answers(agency, number) == {"PI0082053": "taken", "PI0000000": "unknown"}
    assert [row["krav"] for row in agency.rows("SELECT krav FROM work_item")] == ["PI0082053"]
    await agency.night(INTEREST, find=False)
    assert agency.effects() == {("PILEN", "renter", "PI0082053"): 1}

    await agency.night(INTEREST)
    posted = ["PI0082053", "PI0193059", "PI3499109", "PI5681874"]
    assert agency.effects() == {("PILEN", "renter", krav): 1 for krav in posted}
    with agency.installation().database.read() as c:
        report = night_report(c, INTEREST, agency.as_of)
    assert report.control.found
    assert report.control.came_in == report.taken_in == 6, "those four, and two whose rate is missing"
    assert [run.kind for run in report.runs] == ["order", "drain", "find", "drain"]

    number = place(agency, "PI0082053", "PI4086952")
    await carry_out(agency)
    assert answers(agency, number) == {"PI0082053": "unknown", "PI4086952": "open"}, "posted: there is nothing to do"


async def test_a_system_that_is_stopped_is_told_to_whoever_ordered(agency: Office) -> None:
    place(agency, "PI0082053")
    database = agency.installation().database
    targets.block(database, "PILEN", "somebody must look")
    try:
        with pytest.raises(SystemException, match="PILEN"):
            await carry_out(agency)
    finally:
        targets.unblock(database, "PILEN", KARI, "looked")
    (order,) = agency.rows("SELECT outcome, code FROM work_order ORDER BY id DESC LIMIT 1")
    assert order == {"outcome": "failed", "code": "PILEN_AUTH"}
    assert orders.waiting(database) == []
