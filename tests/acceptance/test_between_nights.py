"""Three nights of a moving world, and what people do between them: each morning exactly the right work is open, nothing
that was settled comes back, and nothing that is due is missed. Every expectation is worked out by hand from ROUTINES.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from domain.adressat import Adressat
from flows.brev.brev import Brev
from flows.effekter.forsendelse import SendBrev
from flows.fagsystemer import BeforeSave
from tests.acceptance.office import Office, office, read, write
from tests.acceptance.privacy import People
from tests.acceptance.worlds import day, only

pytestmark = pytest.mark.timeout(400)

REJECTED, LATE, PAID, NEAR = "PC6057491", "PC6419451", "PC2906166", "PC0075054"
"""Foreldet: one is rejected, one approved late, one is paid after all, and the limit of one runs out tonight."""
HELD, BIRTHDAY, NOBODY, DEAD = "PC7393406", "PC9554915", "PC9882179", "PC5526883"
"""Of minors: one held, one who turns 18 on 24 November, one without guardians, one dead."""
INTEREST, GROUP = "PI3175924", ("PI0189408", "PI4264919")
KRAV = (REJECTED, LATE, PAID, NEAR, HELD, BIRTHDAY, NOBODY, DEAD, INTEREST, *GROUP)
MERGE = "the group"
"""Its reference is a hash of the kravnumre."""

Work = dict[tuple[str, str], tuple[str, str]]
"""(automation, reference) -> status, and the result or the reason."""
PROPOSED = ("awaiting_approval", "PROPOSE_WRITE_OFF")
ESTATE = {("minors", f"{DEAD}:ESTATE"): ("business", "ESTATE")}


@pytest.fixture(scope="module")
def world(liten: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    skyldnere = {row["skyldner"] for row in read(liten / "krav.csv") if row["kravnr"] in KRAV}
    population = only(liten, tmp_path_factory.mktemp("nights") / "day-0", skyldnere)
    krav = read(population / "krav.csv")
    assert {row["kravnr"] for row in krav} == set(KRAV)
    for row in krav:
        if row["kravnr"] == NEAR:
            row["forfall"] = "2023-11-23"  # foreldet when three years have passed: the last day is the first night's
    write(population / "krav.csv", krav)
    return population


@pytest.fixture(scope="module")
def written() -> Iterator[list[tuple[Adressat, Brev]]]:
    """Every letter as it was sent: SvarUt keeps what it is given to itself."""
    letters: list[tuple[Adressat, Brev]] = []
    send = SendBrev.change

    async def send_and_keep(self: SendBrev, before_save: BeforeSave) -> None:
        await send(self, before_save)
        letters.append(await self.brev.get())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SendBrev, "change", send_and_keep)
        yield letters


@pytest.fixture(scope="module")
def agency(
    world: Path, written: list[tuple[Adressat, Brev]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Each test is one night, and goes on where the one before it ended."""
    with office(tmp_path_factory.mktemp("nights") / "state", world, quick=True) as opened:
        yield opened


async def test_the_first_night(agency: Office) -> None:
    assert await agency.night() == 0
    assert work(agency) == ESTATE | {
        ("limitation", f"{REJECTED}:2026-06-26"): PROPOSED,
        ("limitation", f"{LATE}:2026-11-02"): PROPOSED,
        ("limitation", f"{PAID}:2026-05-16"): PROPOSED,
        ("minors", f"{HELD}:HOLD_GUARDIANS"): ("completed", "HOLD_GUARDIANS"),
        ("minors", f"{BIRTHDAY}:HOLD_GUARDIANS"): ("completed", "HOLD_GUARDIANS"),
        ("minors", f"{NOBODY}:NO_GUARDIAN_FOUND"): ("business", "NO_GUARDIAN_FOUND"),
        ("sanction-interest", f"{INTEREST}:2026-11-23"): ("completed", "POSTED"),
        ("parking-merge", MERGE): ("completed", "MERGED"),
    }
    assert listed(agency) == {("WARN_INTERRUPT", NEAR, "2026-11-23", "2026-11-23")}
    assert letters(agency) == {(HELD, guardian(agency, HELD)), (BIRTHDAY, guardian(agency, BIRTHDAY))}
    krav = agency.krav()
    assert [krav[nr]["tilstand"] for nr in (HELD, BIRTHDAY, NOBODY)] == ["STOPPET", "STOPPET", "AAPEN"]
    assert krav[INTEREST]["renter"] == "18.60"  # 1583.14 x 12.25 % x 35 days from 19 October: 18.596
    assert {krav[nr]["saksnr"] for nr in GROUP} == {"S8118"}


async def test_the_second_night(agency: Office, tmp_path: Path) -> None:
    """One proposal has been rejected and one oppgave closed by hand; both rest. One krav was paid."""
    agency.reject("BYDEL03", agency.item(REJECTED), "skyldner har søkt om avtale")
    assert agency.act("close", agency.item(NOBODY), "--reason", "barnevernet er varslet").code == 0
    changes = [(PAID, "tilstand", "BETALT"), (HELD, "kostnader", "35.00")]
    agency.move_to(day(tmp_path / "day-1", agency.population, "2026-11-24", changes))

    assert await agency.night() == 0
    assert work(agency) == ESTATE | {
        ("limitation", f"{LATE}:2026-11-02"): PROPOSED,
        ("limitation", f"{PAID}:2026-05-16"): ("completed", "NOTHING_TO_DO"),
        ("limitation", f"{NEAR}:2026-11-23"): PROPOSED,
        ("minors", f"{HELD}:HOLD_GUARDIANS:2"): ("completed", "HOLD_GUARDIANS"),
        ("minors", f"{BIRTHDAY}:TURNED_18_REISSUE"): ("completed", "TURNED_18_REISSUE"),
        ("sanction-interest", f"{INTEREST}:2026-11-24"): ("completed", "POSTED"),
    }
    # Nothing has happened to it since a purring on 9 August, and it was held when the night began.
    assert listed(agency) == {("HOLD_STALE", HELD, "", "")}
    assert letters(agency) == {(HELD, guardian(agency, HELD)), (BIRTHDAY, debtor(agency, BIRTHDAY))}
    krav = agency.krav()
    assert krav[HELD]["kostnader"] == "0.00"
    of_age = krav[BIRTHDAY]
    assert (of_age["tilstand"], of_age["saksflyt"]) == ("AAPEN", "MYNDIG_NYTT_VARSEL")
    assert (of_age["forfall"], of_age["opprinnelig_forfall"]) == ("2026-12-08", "2026-10-01")
    assert krav[INTEREST]["renter"] == "19.13"  # 36 days: 19.128


async def test_the_third_night(agency: Office, tmp_path: Path) -> None:
    """An approval was given late. What rested is found again: its facts have changed. Somebody has moved a krav."""
    late = agency.item(LATE)
    approved = agency.approve("BYDEL03", "--only", late)
    assert "1 of 1 approved" in approved
    changes = [(REJECTED, "kostnader", "148.00"), (NOBODY, "kostnader", "35.00"), (GROUP[1], "saksnr", "S140000")]
    agency.move_to(day(tmp_path / "day-2", agency.population, "2026-11-25", changes))

    assert await agency.night() == 0
    assert work(agency) == ESTATE | {
        ("limitation", f"{REJECTED}:2026-06-26:2"): PROPOSED,
        ("limitation", f"{LATE}:2026-11-02"): ("completed", "PROPOSE_WRITE_OFF"),
        ("limitation", f"{NEAR}:2026-11-23"): PROPOSED,
        ("minors", f"{NOBODY}:NO_GUARDIAN_FOUND:2"): ("business", "NO_GUARDIAN_FOUND"),
        ("sanction-interest", f"{INTEREST}:2026-11-25"): ("completed", "POSTED"),
        ("parking-merge", f"{MERGE}:2"): ("completed", "MERGED"),
    }
    assert listed(agency) == {("HOLD_STALE", HELD, "", "")}
    assert letters(agency) == set()
    krav = agency.krav()
    assert (krav[LATE]["tilstand"], krav[NEAR]["tilstand"], krav[REJECTED]["tilstand"]) == (
        "AVSKREVET",
        "AAPEN",
        "AAPEN",
    )
    assert krav[INTEREST]["renter"] == "19.66"  # 37 days: 19.659
    assert {krav[nr]["saksnr"] for nr in GROUP} == {"S8118"}


def test_each_thing_was_done_once_for_each_time_it_was_due(agency: Office) -> None:
    effects = agency.effects()
    assert {kravnr: effects["SVARUT", "brev", kravnr] for kravnr in (HELD, BIRTHDAY)} == {HELD: 2, BIRTHDAY: 2}
    assert {kravnr: effects["PROCASSO", "document", kravnr] for kravnr in (HELD, BIRTHDAY)} == {HELD: 2, BIRTHDAY: 2}
    assert effects["PROCASSO", "saksflyt", HELD] == 1
    assert effects["PROCASSO", "write_off", LATE] == 1
    assert effects["PILEN", "renter", INTEREST] == 3
    assert effects["PILEN", "merge", GROUP[1]] == 2
    touched = {kravnr for _, _, kravnr in effects}
    assert touched == {HELD, BIRTHDAY, LATE, INTEREST, GROUP[1]}


def test_a_letter_names_nobody_but_who_it_goes_to(agency: Office, written: list[tuple[Adressat, Brev]]) -> None:
    assert len(written) == 4
    people = People.of(agency.population)
    for adressat, brev in written:
        pages = PdfReader(io.BytesIO(brev.pdf)).pages
        text = " ".join("\n".join(page.extract_text() for page in pages).split())
        assert adressat.navn in text
        theirs = {adressat.navn.casefold(), *(line.casefold() for line in adressat.linjer)}
        found = people.found_in(f"{text} {brev.tittel} {brev.filnavn}")
        assert {adressat.navn.casefold()} <= found <= theirs
        assert not re.search(r"\d{11}", f"{text} {brev.tittel} {brev.filnavn}")


def work(agency: Office) -> Work:
    """What is open this morning, and what the night has closed."""
    found: Work = {}
    for row in read(agency.export() / "arbeidsposter.csv"):
        reference = row["reference"]
        if row["automation"] == "parking-merge":
            _, _, *occasion = reference.split(":")
            reference = ":".join([MERGE, *occasion])
        what = row["reason"] if row["status"] == "business" else row["result"]
        found[row["automation"], reference] = (row["status"], what)
    return found


def listed(agency: Office) -> set[tuple[str, ...]]:
    """The control report, but for counts of nobody."""
    rows = read(agency.world.folder / "ut" / "kontrollrapport.csv")
    columns = ("code", "kravnr", "last_interrupt_date", "last_safe_workday")
    return {tuple(row[column] for column in columns) for row in rows if row["antall"] != "0"}


def letters(agency: Office) -> set[tuple[str, str]]:
    sent = [(row["kravnr"], row["mottaker"]) for row in read(agency.world.folder / "ut" / "brev.csv")]
    assert len(sent) == len(set(sent)), "each of them once"
    return set(sent)


def debtor(agency: Office, kravnr: str) -> str:
    return agency.krav()[kravnr]["skyldner"]


def guardian(agency: Office, kravnr: str) -> str:
    """The one who lives and is known."""
    persons = {row["foedselsnummer"]: row for row in read(agency.population / "personer.csv")}
    known = [persons.get(nr) for nr in persons[debtor(agency, kravnr)]["foreldreansvar"].split(";")]
    (living,) = [person["foedselsnummer"] for person in known if person and person["status"] != "doed"]
    return living
