"""What a saksbehandler decides about a minor's krav, from the question to the systems: stopped without a letter, and
with two people a letter to the verge. Both krav of the population «liten»; the expectations are worked out by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.mindreaarig.beslutninger import SEND_TIL, STANS
from hub.audit import Actor
from hub.beslutning import Beslutningstype
from hub.storage.by_hand import ByHand
from tests.acceptance.office import Office, office, read
from tests.acceptance.worlds import day, only

pytestmark = pytest.mark.timeout(400)

NOBODY, WARD = "PC2907326", "PC1465563"
"""One without anybody with foreldreansvar, 148.00 of costs; one whose skyldner has a verge, 490.00 of costs."""
KARI = Actor("kari", "saksbehandler")


@pytest.fixture(scope="module")
def agency(liten: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Each test goes on where the one before it ended."""
    folder = tmp_path_factory.mktemp("decisions")
    skyldnere = {row["skyldner"] for row in read(liten / "krav.csv") if row["kravnr"] in (NOBODY, WARD)}
    with office(folder / "state", only(liten, folder / "day-0", skyldnere), quick=True) as opened:
        yield opened


def decide(agency: Office, kravnr: str, kind: Beslutningstype, **data: str) -> None:
    installation = agency.installation()
    people = ByHand(installation.database, installation.chain)
    people.decide(int(agency.item(kravnr)), kind, data, KARI, "avklart på telefon")


def stands(agency: Office, kravnr: str) -> tuple[str, str, str]:
    krav = agency.krav()[kravnr]
    return krav["tilstand"], krav["saksflyt"], krav["kostnader"]


def states(agency: Office) -> dict[str, tuple[str, str | None]]:
    rows = agency.rows("SELECT * FROM work_item WHERE queue = 'minors'")
    return {row["krav"]: (row["state"], row["reason"] or row["result"]) for row in rows}


async def test_both_wait_for_a_person_and_nothing_is_changed(agency: Office) -> None:
    await agency.night("minors")
    assert states(agency) == {NOBODY: ("waiting", "NO_GUARDIAN_FOUND"), WARD: ("waiting", "UNDER_VERGEMAAL")}
    assert agency.effects() == Counter()


async def test_decided_one_is_stopped_and_the_other_waits_for_a_second_person(agency: Office) -> None:
    decide(agency, NOBODY, STANS)
    decide(agency, WARD, SEND_TIL, til="VERGE")
    await agency.night("minors", find=False)
    assert states(agency) == {
        NOBODY: ("completed", "STOPPED_BY_DECISION"),
        WARD: ("awaiting_approval", "HOLD_GUARDIANS"),
    }
    assert stands(agency, NOBODY) == ("STOPPET", "MINDREAARIG", "0.00")
    assert stands(agency, WARD) == ("AAPEN", "ORDINAER", "490.00")
    assert agency.letters() == Counter()


async def test_approved_the_letter_goes_to_the_verge_alone(agency: Office) -> None:
    assert "1 of 1 approved" in agency.approve("minors")
    await agency.night("minors", find=False)
    assert states(agency)[WARD] == ("completed", "HOLD_GUARDIANS")
    assert stands(agency, WARD) == ("STOPPET", "MINDREAARIG", "0.00")
    personer = {row["foedselsnummer"]: row for row in read(agency.population / "personer.csv")}
    verge = personer[agency.krav()[WARD]["skyldner"]]["verge"]
    assert agency.letters() == Counter({(WARD, verge): 1})


def test_the_record_says_who_decided_and_names_nobody_else(agency: Office) -> None:
    plans = [row["data"] for row in agency.rows("SELECT data FROM step WHERE kind = 'plan'")]
    assert len([plan for plan in plans if '"person": "kari"' in plan]) >= 2
    numbers = [row["foedselsnummer"] for row in read(agency.population / "personer.csv")]
    told = [str(row) for row in agency.rows("SELECT * FROM beslutning")] + plans
    assert not [number for number in numbers if any(number in text for text in told)]
    assert "0 do not hold" in agency.done("audit", "verify")


async def test_the_next_night_asks_nothing_again(agency: Office, tmp_path: Path) -> None:
    before = agency.effects()
    agency.move_to(day(tmp_path / "next-day", agency.population, "2026-11-24", []))
    await agency.night("minors")
    assert {state for state, _ in states(agency).values()} == {"completed"}
    assert agency.effects() == before
