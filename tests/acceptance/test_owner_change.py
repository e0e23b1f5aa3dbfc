"""Days of owner-change in a small world: who is proposed, what reaches ISY-PA, and what a person must decide.

Every expectation is worked out by hand from the rules EIER-1 to EIER-6. The morning is ordered by «natt»; whoever runs
the tests is the second person.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import SystemException
from flows import registry, routine
from tests.acceptance.office import Office, office
from tests.acceptance.owner_world import (
    DOED,
    FORETAK,
    KARI,
    OLA,
    PER,
    SKJULT,
    OwnerWorld,
    eiendom,
    eierforhold,
    sale,
    write_day,
)

pytestmark = pytest.mark.timeout(200)
NAME = "owner-change"
PROPOSED = "awaiting_approval"
SECRETS = (KARI, OLA, DOED, SKJULT, PER, FORETAK, "Storgata", "EIER ETTER")


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = OwnerWorld()
    world.kunde(1, KARI, [(KARI, 1, 1)])  # in order
    world.kunde(2, KARI, [(OLA, 1, 1)])  # sold to Ola
    world.kunde(3, KARI, [(OLA, 1, 1)], fakturamottaker=FORETAK)  # sold, and a tenant pays
    world.kunde(4, KARI, [(OLA, 1, 2), (KARI, 1, 2)])  # spouses: she is one of those who own most
    world.kunde(5, KARI, [(OLA, 1, 2), (PER, 1, 2)])  # two others own as much
    world.kunde(6, KARI, [(KARI, 1, 3), (OLA, 1, 3), (OLA, 1, 3)])  # he owns two thirds
    world.kunde(7, KARI, [(OLA, 1, 1)], register="GRUNNBOK")  # Matrikkelen has not copied it yet: see below
    world.kunde(8, KARI, [(OLA, 1, 1)], register="MATRIKKEL")  # Grunnboken does not have it at all
    world.kunde(9, KARI, [(KARI, 1, 1)], utgaatt="JA")
    world.kunde(10, KARI, [(DOED, 1, 1)])
    world.kunde(11, KARI, [(SKJULT, 1, 1)])
    world.kunde(12, SKJULT, [(KARI, 1, 1)])
    world.bare_kunde(13, KARI, None, eiendom(13))  # no register knows it
    world.kunde(14, KARI, [(KARI, 1, 1)])  # the form says that the company owns it
    world.kunde(15, KARI, [(PER, 1, 1)], fra="2026-11-20")  # the form is older than what was registered
    world.bare_kunde(16, KARI, None, "")  # no property
    world.kunde(17, KARI, [("", 1, 1)])  # another property owns it
    world.rows["eiendommer.csv"][6]["register"] = "BEGGE"
    world.eierforhold("E7-gammel", 7, KARI, 1, 1, "2009-01-02", "MATRIKKEL")
    return world.write(tmp_path_factory.mktemp("owners") / "population")


@pytest.fixture(scope="module")
def agency(population: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Each test goes on where the one before it ended."""
    with office(tmp_path_factory.mktemp("owners") / "state", population, quick=True) as opened:
        forms = ("matrikkelnummer,eier,dato,referanse", f"{eiendom(14)},{FORETAK},2026-11-01,SK-1")
        older = f"{eiendom(15)},{FORETAK},2026-11-01,SK-2"
        later = f"{eiendom(1)},{OLA},2027-01-01,SK-3"  # from a day that has not come
        text = "".join(f"{line}\n" for line in (*forms, older, later))
        (opened.world.eierskjemaer / "skjema-1.csv").write_text(text, encoding="utf-8")
        yield opened


def status(agency: Office) -> dict[str, str]:
    """kundenr -> the reason a person has it for, or its state, of every item there is."""
    rows = agency.rows("SELECT krav, state, reason, result FROM work_item WHERE queue = 'owner-change' ORDER BY id")
    return {str(row["krav"]): str(row["reason"] or row["state"]) for row in rows}


def kunder(agency: Office) -> dict[str, tuple[str, str]]:
    """Eier and fakturamottaker as ISY-PA's nightly file has them."""
    with (agency.world.isypa_files / "kunder.csv").open(encoding="utf-8", newline="") as file:
        return {row["kundenr"]: (row["eier"], row["fakturamottaker"]) for row in csv.DictReader(file)}


def told_of_forms(agency: Office) -> list[str]:
    """The customers whose form has been told to count no more, each time it was."""
    return [row["krav"] for row in agency.rows("SELECT krav FROM report_line WHERE code = 'FORM_SET_ASIDE'")]


def done(agency: Office) -> dict[tuple[str, str], int]:
    """(field, kundenr) -> how many times ISY-PA changed it."""
    return {(kind, key): count for (system, kind, key), count in agency.effects().items() if system == "ISYPA"}


FIRST = {
    "K2": PROPOSED,
    "K3": PROPOSED,
    "K5": "OWNERS_EQUAL",
    "K6": PROPOSED,
    "K7": PROPOSED,
    "K8": "OWNER_UNCLEAR",
    "K9": "PROPERTY_GONE",
    "K10": "ESTATE",
    "K13": "OWNER_UNCLEAR",
    "K14": PROPOSED,
    "K15": PROPOSED,
    "K17": "OWNER_UNCLEAR",
}


async def test_the_first_morning_looks_everybody_up(agency: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert await agency.night(NAME) == 0
    assert status(agency) == FIRST
    assert done(agency) == {}
    told = "\n".join(f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records)
    assert [secret for secret in SECRETS if secret in told] == []
    protected = agency.rows("SELECT antall FROM report_line WHERE code = 'PROTECTED'")
    assert [row["antall"] for row in protected] == [2]  # K11 and K12
    assert told_of_forms(agency) == ["K15"]


def test_the_same_morning_again_adds_nothing(agency: Office) -> None:
    """By the real command."""
    agency.done("run", NAME, "--local")
    assert status(agency) == FIRST
    assert told_of_forms(agency) == ["K15"]


async def test_what_two_people_agree_on_reaches_isypa_once(agency: Office) -> None:
    agency.approve("VAV")
    assert await agency.night(NAME, find=False) == 0
    changed = {"K2": OLA, "K6": OLA, "K7": OLA, "K14": FORETAK, "K15": PER}
    assert done(agency) == {
        **{(felt, kundenr): 1 for kundenr in changed for felt in ("eier", "fakturamottaker")},
        ("eier", "K3"): 1,
    }
    assert {kundenr for kundenr, state in status(agency).items() if state == "completed"} == {*changed, "K3"}
    assert "0 deviations" in agency.done("report", "--automation", NAME, "--out", str(agency.world.folder / "rapport"))


async def test_the_next_morning_isypa_shows_it_and_there_is_no_more_to_do(agency: Office, tmp_path: Path) -> None:
    agency.move_to(write_day(tmp_path / "day-1", "2026-11-24", 1, []))
    shown = kunder(agency)
    assert shown["K2"] == (OLA, OLA)
    assert shown["K3"] == (OLA, FORETAK)
    assert shown["K14"] == (FORETAK, FORETAK)
    before = done(agency)
    assert await agency.night(NAME) == 0
    assert done(agency) == before
    still = {kundenr for kundenr, state in status(agency).items() if state != "completed"}
    assert still == {"K5", "K8", "K9", "K10", "K13", "K17"}


async def test_a_day_without_grunnboken_is_caught_up(agency: Office, tmp_path: Path) -> None:
    """K1 is sold on a day when Grunnboken is down, and K4 the day after: both are found then."""
    sold = sale(1, "E1-1", eierforhold("E1-ny", 1, PER, 1, 1, "2026-11-25"))
    agency.move_to(write_day(tmp_path / "day-2", "2026-11-25", 2, sold))
    agency.misbehave("unavailable", 1.0, "GRUNNBOKEN")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routine, "FIND_PAUSES", ())
        with pytest.raises(SystemException):
            await agency.night(NAME)
    agency.calm()
    also = sale(4, "E4-2", eierforhold("E4-ny", 4, OLA, 1, 2, "2026-11-26"))
    agency.move_to(write_day(tmp_path / "day-3", "2026-11-26", 3, also))
    assert await agency.night(NAME) == 0
    found = {kundenr: state for kundenr, state in status(agency).items() if state == PROPOSED}
    assert found == {"K1": PROPOSED, "K4": PROPOSED}


async def test_an_owner_who_is_another_again_is_not_sent(agency: Office, tmp_path: Path) -> None:
    """K4 is sold on after its approval: what was approved is not done, and a new proposal is made of it."""
    agency.approve("VAV", "--only", agency.item("K4"))
    again = sale(4, "E4-ny", eierforhold("E4-igjen", 4, PER, 1, 2, "2026-11-27"))
    again += sale(4, "E4-1", eierforhold("E4-igjen2", 4, PER, 1, 2, "2026-11-27"))
    agency.move_to(write_day(tmp_path / "day-4", "2026-11-27", 4, again))
    assert await agency.night(NAME) == 0
    assert ("eier", "K4") not in done(agency)
    assert status(agency)["K4"] == PROPOSED


async def test_a_row_isypa_refuses_is_a_person_s(agency: Office, tmp_path: Path) -> None:
    """Somebody changes the payer in ISY-PA after its file was written: that row is refused, the other is done."""
    agency.approve("VAV", "--only", agency.item("K1"))
    kundefil = agency.world.isypa_files / "kunder.csv"
    as_written = kundefil.read_text(encoding="utf-8")
    changed = [("kunder.csv", "K1", "fakturamottaker", FORETAK)]
    agency.move_to(write_day(tmp_path / "day-5", "2026-11-28", 5, changed))
    kundefil.write_text(as_written, encoding="utf-8")
    assert await agency.night(NAME, find=False) == 0
    assert status(agency)["K1"] == "ISYPA_ROW_REFUSED"
    assert done(agency)["eier", "K1"] == 1
    assert ("fakturamottaker", "K1") not in done(agency)


async def test_what_was_refused_is_finished_when_it_has_been_put_right(agency: Office, tmp_path: Path) -> None:
    """By then the extract shows the row that was taken: the other is told again, and nothing else."""
    put_right = [("kunder.csv", "K1", "fakturamottaker", KARI)]
    agency.move_to(write_day(tmp_path / "day-5b", "2026-11-28", 5, put_right))
    assert kunder(agency)["K1"] == (PER, KARI)
    assert agency.act("retry", agency.item("K1"), "--reason", "rettet i ISY-PA").code == 0
    assert await agency.night(NAME, find=False) == 0
    assert kunder(agency)["K1"] == (PER, KARI), "the file of last night"
    assert status(agency)["K1"] == "completed"
    assert (done(agency)["eier", "K1"], done(agency)["fakturamottaker", "K1"]) == (1, 1)


async def test_who_is_protected_later_is_forgotten(agency: Office, tmp_path: Path) -> None:
    """The proposal for K4 is to Per. When he is protected it is erased. Whoever was in order is not looked up again."""
    protected = [("personer.csv", PER, "gradering", "fortrolig")]
    agency.move_to(write_day(tmp_path / "day-6", "2026-11-29", 6, protected))
    assert await agency.night(NAME) == 0
    assert agency.rows("SELECT reference FROM work_item WHERE reference LIKE 'K4%'") == []
    assert agency.rows("SELECT key FROM memo WHERE key IN ('i-orden:K4', 'i-orden:K1')") == []
    assert agency.rows("SELECT key FROM memo WHERE key = 'i-orden:K2'") != []


def test_nobody_is_told_of_in_what_is_kept(agency: Office) -> None:
    kept = (agency.world.folder / "hub.db").read_bytes()
    assert [secret for secret in SECRETS if secret.encode() in kept] == []
    for kundenr in ("K11", "K12"):  # protected people leave no memo
        assert agency.rows("SELECT key FROM memo WHERE key LIKE :key", key=f"%:{kundenr}") == []


def test_the_automation_is_one_of_the_morning() -> None:
    assert NAME in registry.MORNING
