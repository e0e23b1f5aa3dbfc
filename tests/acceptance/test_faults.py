"""Nights in which everything goes wrong now and then: the same end, nothing done twice, nothing lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from hub.audit import Actor
from hub.automation import Effect
from hub.storage import ledger
from hub.storage.by_hand import ByHand
from hub.storage.proof import prove
from sandbox.faults import KNOBS
from tests.acceptance.answers import AUTOMATIONS, Answers, exported, of, right_answers
from tests.acceptance.office import Office, Said, office
from tests.acceptance.privacy import People
from tests.integration.robots.ocr import OCR, read_by_ocr

KARI = Actor("kari", "saksbehandler")
pytestmark = pytest.mark.timeout(600)
AT_A_SAVE = frozenset({"answer_lost", "saves_late", "saves_half", "locked_case"})
"""Knobs that a save alone can meet. A small world has few saves, so these strike the first ones for certain."""
RATES = {"nightly": 0.02, "parking-merge": 0.05}
"""Where many pages are read before anything is saved, more would only make the night long."""


@pytest.mark.parametrize(("automations", "workers"), [("nightly", 1), ("parking-merge", 4)])
async def test_every_fault_at_once(automations: str, workers: int, village: Path, hamlet: Path, tmp_path: Path) -> None:
    world = village if automations == "nightly" else hamlet
    answers = right_answers(world)
    with office(tmp_path / "state", world, workers=workers, lanes=2 if workers == 1 else 1, quick=True) as agency:
        agency.set(lease="8.0", act_limit="5.0")
        for knob in KNOBS:
            if knob in AT_A_SAVE:
                agency.misbehave(knob, 1.0, times=1)
            else:
                agency.misbehave(knob, RATES[automations])
        said = agency.nights(workers, automations, KRAFTVERK_LOG_LEVEL="DEBUG")
        agency.wait_for_late_saves()
        assert_met(agency, KNOBS)
        assert_nothing_twice(agency, answers)
        agency.calm()
        for item in waiting(agency):
            assert_explained(agency, item)
            decide_as_a_person_would(agency, item)
        assert await agency.night() == 0
        assert_right(agency, answers)
        assert_nobody_is_found(agency, said)


async def test_a_save_whose_answer_never_comes_is_left_to_a_person_with_a_picture_and_the_last_step(
    hamlet: Path, tmp_path: Path
) -> None:
    answers = right_answers(hamlet)
    with office(tmp_path / "state", hamlet, quick=True) as agency:
        agency.set(max_attempts="1")
        agency.misbehave("answer_lost", 1.0, "PAX")
        agency.misbehave("saves_half", 1.0, "PILEN")
        await agency.night("parking-merge")
        items = waiting(agency)
        merges = [krav for krav, result in answers.merges.items() if result == "MERGED"]
        assert len(items) == len(merges)
        assert all(any(krav <= set(item["krav"].split(";")) for item in items) for krav in merges)
        assert {item["waiting_kind"] for item in items} == {"uncertain"}
        for item in items:
            assert_explained(agency, item)
        done = agency.merges()
        assert_nothing_twice(agency, answers)
        assert {krav for krav, _ in done if krav.startswith("PX")} == {
            krav for krav, _ in answers.moves if krav.startswith("PX")
        }
        agency.calm()
        await agency.night("parking-merge")
        assert agency.merges() == done, "nobody repeats what may have happened"
        for item in items:
            decide_as_a_person_would(agency, item)
        assert await agency.night() == 0
        assert_right(agency, answers)
        assert_nobody_is_found(agency, [])
        assert_pictures_tell_of_krav_and_of_nobody(agency)


def waiting(agency: Office) -> list[dict[str, Any]]:
    """What technique has stopped. What a person is to decide anyway is an answer like any other."""
    query = (
        "SELECT id, krav, target, waiting_kind, attempts FROM work_item WHERE waiting_kind IN ('system', 'uncertain')"
    )
    return [dict(row) for row in agency.rows(query)]


def assert_met(agency: Office, knobs: tuple[str, ...]) -> None:
    """Each kind of fault was really met: a test of faults that did not happen proves nothing."""
    met = {told["knob"] for told in agency.control("faults")["faults"] if told["hits"]}
    assert met >= set(knobs) - {"html_error"}, f"never met: {set(knobs) - met}"


def assert_nothing_twice(agency: Office, answers: Answers) -> None:
    assert not agency.effects() - answers.effects


def assert_explained(agency: Office, item: dict[str, Any]) -> None:
    """It says how far it came, and there is a picture of it or the reason why there is none."""
    where = {"item": item["id"], "no": item["attempts"]}
    (attempt,) = agency.rows("SELECT message FROM attempt WHERE item_id = :item AND no = :no", **where)
    assert attempt["message"].startswith((f"{item['target']}: ", "SVARUT: ", "plan"))
    (seen,) = agency.rows("SELECT file, missing_because FROM evidence WHERE item_id = :item AND attempt = :no", **where)
    if item["target"] == "PILEN":
        assert seen["missing_because"] == "no robot is at its screens"
    elif seen["file"] is None:
        assert seen["missing_because"]
    else:
        assert (agency.world.folder / "evidence" / seen["file"]).read_bytes().startswith(b"\x89PNG")


def decide_as_a_person_would(agency: Office, item: dict[str, Any]) -> None:
    """Look up what was begun and is not settled, and say that it is done or not."""
    installation = agency.installation()
    items = ByHand(installation.database, installation.chain)
    with installation.database.read() as c:
        standing = ledger.read(c, item["id"])
    if not standing.open:
        items.retry(item["id"], KARI, "prøv igjen")
        return
    assert standing.plan is not None
    there = {effect.key for effect in standing.plan.effects if has_happened(agency, effect)}
    items.settle(item["id"], {key: key in there for key in standing.open}, KARI, "slått opp i fagsystemet")


def has_happened(agency: Office, effect: Effect) -> bool:
    """As the simulators tell: papers by who or what they are about, a krav by what it is now."""
    kind, kravnr, *who = effect.key.split(":")
    papers = {"brev": "brev", "arkiv": "document", "notat": "note"}
    if kind in papers:
        told = [each for each in agency.simulators.effects() if each["kind"] == papers[kind]]
        references = [each["detail"].get("referanse", each["key"]) for each in told]
        return any(each.startswith(f"{kravnr}:") and each.endswith(":".join(who)) for each in references)
    krav = agency.krav()[kravnr]
    return all(krav[field] == as_text(value) for field, value in effect.after.items())


def as_text(value: object) -> str:
    """As the files of a population write it; a whole number is øre."""
    return f"{value // 100}.{value % 100:02}" if isinstance(value, int) else str(value or "")


def assert_right(agency: Office, answers: Answers) -> None:
    outcome = exported(agency.export())
    assert outcome.items == answers.items
    assert outcome.krav == answers.krav
    assert outcome.letters == answers.letters
    assert agency.effects() == answers.effects
    for automation in AUTOMATIONS:
        listed = of(answers.lines, automation)
        assert (
            of(outcome.lines, automation) >= listed
            if automation == "minors"
            else of(outcome.lines, automation) == listed
        )
    installation = agency.installation()
    with installation.database.read() as c:
        assert prove(c, installation.chain).broken == []


def assert_nobody_is_found(agency: Office, said: list[Said]) -> None:
    """In the database as it lies on the disk, its log beside it, pictures, the export and all that was logged."""
    people = People.of(agency.population)
    ut = agency.world.folder / "ut"
    outside = (agency.world.folder / "sandbox", ut / "krav.csv", ut / "brev.csv")
    assert people.found_below(agency.world.folder, but_for=outside) == {}
    for each in said:
        assert " DEBUG " in each.err
        assert people.found_in(each.out + each.err) == set()


def assert_pictures_tell_of_krav_and_of_nobody(agency: Office) -> None:
    """Read from the pixels, where set-up could install tesseract; `test_pax_pictures` also reads what is drawn."""
    people = People.of(agency.population)
    pictures = sorted((agency.world.folder / "evidence").glob("*.png"))
    assert pictures
    if OCR:
        texts = [read_by_ocr(picture.read_bytes()) for picture in pictures]
        assert all(people.found_in(text) == set() for text in texts)
        assert any(re.search(r"px\d{7}", text.casefold()) for text in texts), "something can be read in them"
