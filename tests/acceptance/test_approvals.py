"""Two people: what waits, what a person at a terminal sees and decides, and what is done afterwards, in each system.

The night is ordered by «natt»; whoever runs the tests is the second person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows import registry
from flows.person import system_user
from tests.acceptance.answers import AUTOMATIONS, right_answers
from tests.acceptance.office import Office, office, read, write
from tests.acceptance.worlds import day, only

pytestmark = pytest.mark.timeout(400)

IN_PAX, IN_PILEN = "PX0161158", "PI2932118"
"""BYM: 1350.00 each."""
FIRST, SECOND, TAKEN_OUT = "PC6057491", "PC6419451", "PC0075054"
"""BYDEL03: 2560.58 + 113.00, 1949.28 + 1127.50, 699.34 + 38.00."""
AT_THE_LIMIT, ABOVE, CHANGED = "PC2906166", "PC1611099", "PC7895199"
"""BOLIGBYGG: 24887.00 + 113.00, 25000.01, 7814.73 + 1127.50. A godkjenner may approve 25000.00."""
WRITTEN_OFF = {IN_PAX: "PAX", IN_PILEN: "PILEN", FIRST: "PROCASSO", SECOND: "PROCASSO", AT_THE_LIMIT: "PROCASSO"}
KIND = {"PAX": "avskriving", "PILEN": "avskriving", "PROCASSO": "write_off"}
PROPOSED = (*WRITTEN_OFF, TAKEN_OUT, ABOVE, CHANGED)
HOLD, REISSUE, MERGED = "PC6700754", "PC9659016", "PI0189408"
INTEREST = ("PI0082053", "PI0193059", "PI0472730", "PI0517517", "PI0669719", "PI1108416", "PI1158882", "PI1177926")
ME = system_user()


@pytest.fixture(scope="module")
def world(liten: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    chosen = {*PROPOSED, HOLD, REISSUE, MERGED, *INTEREST}
    skyldnere = {row["skyldner"] for row in read(liten / "krav.csv") if row["kravnr"] in chosen}
    population = only(liten, tmp_path_factory.mktemp("board") / "population", skyldnere)
    for file in ("krav.csv", "forventet/krav.csv"):
        krav = read(population / file)
        for row in krav:
            row["hovedstol"] = {AT_THE_LIMIT: "24887.00", ABOVE: "25000.01"}.get(row["kravnr"], row["hovedstol"])
        write(population / file, krav)
    return population


@pytest.fixture(scope="module")
def agency(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Each story goes on where the one before it ended."""
    with office(tmp_path_factory.mktemp("board") / "state", world, quick=True) as opened:
        opened.set(sample_share="0.5")
        for name in AUTOMATIONS:
            opened.installation().targets(registry.module(name).METADATA)
        for name, level in (
            ("minors", "hver_effekt"),
            ("parking-merge", "hver_effekt"),
            ("sanction-interest", "stikkproeve"),
        ):
            opened.done("queues", "level", name, level, "--reason", "den er ny")
        yield opened


async def test_nothing_is_done_of_what_waits_for_a_second_person(agency: Office) -> None:
    before = agency.krav()
    assert await agency.night() == 0
    waits = agency.rows("SELECT queue, krav FROM work_item WHERE state = 'awaiting_approval'")
    by_queue = {name: {row["krav"] for row in waits if row["queue"] == name} for name in AUTOMATIONS}
    sampled = by_queue.pop("sanction-interest")
    assert by_queue == {
        "minors": {HOLD, REISSUE},
        "limitation": set(PROPOSED),
        "parking-merge": {"PI0189408;PI4264919"},
    }
    assert 0 < len(sampled) < len(INTEREST)
    posted = Counter({("PILEN", "renter", kravnr): 1 for kravnr in set(INTEREST) - sampled})
    assert agency.effects() == posted
    after = agency.krav()
    assert {kravnr for kravnr in before if before[kravnr] != after[kravnr]} == set(INTEREST) - sampled


def test_lists_per_fordringshaver_with_how_many_and_what_they_are_worth(agency: Office) -> None:
    shown = [" ".join(re.findall(r"[\w.-]+", line)) for line in agency.done("approvals", "list").splitlines()]
    for row in (
        "BOLIGBYGG limitation 3 58942.24 2",
        "BYDEL03 limitation 3 6487.70 3",
        "BYM limitation 2 2700.00 2",
        "minors minors 2 0.00 2",
        "parking-merge parking-merge 1 0.00 1",
    ):
        assert any(line.startswith(row) for line in shown), shown
    told = agency.done("approvals", "show", "BYDEL03")
    assert "Forfalt 26.06.2023. Siste dag foreldelsen kunne avbrytes, var 26.06.2026." in " ".join(told.split())
    assert all(f"{kravnr}:2026-" in told for kravnr in (FIRST, SECOND, TAKEN_OUT))
    assert {each[-2] for each in map(str.split, told.splitlines()) if "SFO" in each} == {"yes"}


def test_a_list_is_approved_but_for_rows_taken_out_and_what_is_above_the_fullmakt(agency: Office) -> None:
    out = agency.item(TAKEN_OUT)
    said = agency.approve("BYDEL03", "--without", out)
    assert "2 of 2 approved" in said
    said = agency.approve("BOLIGBYGG")
    assert "1 of 3 are above your fullmakt, and are left." in said
    assert "2 of 2 approved" in said
    assert "2 of 2 approved" in agency.approve("BYM")
    rejected = agency.reject("BYDEL03", out, "skyldner skal få en sjanse til")
    assert "1 of 1 rejected" in rejected
    states = {row["krav"]: row["state"] for row in agency.rows("SELECT * FROM work_item WHERE queue = 'limitation'")}
    assert states == {
        **dict.fromkeys((*WRITTEN_OFF, CHANGED), "ready"),
        TAKEN_OUT: "handled_manually",
        ABOVE: "awaiting_approval",
    }


async def test_each_is_written_off_in_the_system_that_owns_it_and_facts_that_changed_send_it_back(
    agency: Office, tmp_path: Path
) -> None:
    changes = [(CHANGED, "kostnader", "1.00")]
    agency.move_to(day(tmp_path / "same-day", agency.population, agency.as_of.isoformat(), changes))
    before, effects = agency.krav(), agency.effects()
    assert await agency.night("limitation", find=False) == 0
    done = agency.effects() - effects
    assert done == Counter({(system, KIND[system], kravnr): 1 for kravnr, system in WRITTEN_OFF.items()})
    codes = {each["detail"].get("kode") for each in agency.simulators.effects() if each["kind"] in KIND.values()}
    assert codes == {"FORELDET"}
    after = agency.krav()
    changed = {kravnr: after[kravnr] for kravnr in after if after[kravnr] != before[kravnr]}
    assert changed == {kravnr: before[kravnr] | {"tilstand": "AVSKREVET"} for kravnr in WRITTEN_OFF}
    told = agency.done("approvals", "list")
    assert re.search(r"BOLIGBYGG\W+limitation\W+2\W+32815.74\W+1\b", told), told  # 25000.01 + 7814.73 + 1.00


def test_the_trail_names_both_people(agency: Office) -> None:
    (row,) = agency.rows("SELECT id FROM work_item WHERE krav = :krav AND queue = 'limitation'", krav=IN_PAX)
    told = agency.done("items", "show", str(row["id"]))
    assert "ordered by natt" in told
    (approved,) = [line for line in told.splitlines() if "approve" in line]
    assert ME in approved
    assert "kontrollert" in approved
    audit = agency.done("audit", "verify")
    assert "0 do not hold" in audit


async def test_after_approval_the_effects_of_a_new_automation_are_carried_out(agency: Office) -> None:
    answers = right_answers(agency.population)
    for liste in ("minors", "parking-merge", "sanction-interest"):
        agency.approve(liste)
    assert await agency.night("minors", "sanction-interest", "parking-merge", find=False) == 0
    krav = agency.krav()
    untouched = {kravnr for kravnr in krav if kravnr not in PROPOSED}
    assert {nr: krav[nr] for nr in untouched} == {nr: answers.krav[nr] for nr in untouched}
    written_off = Counter({(system, KIND[system], kravnr): 1 for kravnr, system in WRITTEN_OFF.items()})
    assert agency.effects() == answers.effects + written_off


def test_whoever_ordered_the_night_may_not_approve(agency: Office, tmp_path: Path) -> None:
    agency.move_to(day(tmp_path / "next-day", agency.population, "2026-11-24", []))
    agency.done("run", "limitation", "--local")
    item, seen = agency.item(CHANGED), agency.seen("BOLIGBYGG")
    for command in (["approve", "BOLIGBYGG", "--only", item], ["reject", "BOLIGBYGG", item]):
        refused = agency.kraftverk("approvals", *command, "--reason", "x", "--seen", seen)
        assert refused.code == 1
        assert refused.err == f"{ME} ordered or edited item {item}: another person must decide.\n"
    statement = "INSERT INTO approval SELECT {}, 'hash', 'approved', '{}', 'godkjenner', 'x', 0"
    with pytest.raises(sa.exc.DBAPIError, match="whoever ordered or edited the work may not approve it"):
        agency.write(statement.format(item, ME))
    assert agency.krav()[CHANGED]["tilstand"] == "AAPEN"
    assert agency.rows("SELECT state FROM work_item WHERE id = :item", item=item) == [{"state": "awaiting_approval"}]
