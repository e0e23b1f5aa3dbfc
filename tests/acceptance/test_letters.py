"""A letter goes out once, whatever becomes of the worker that sends it or of SvarUt's answer."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import registry, routine
from flows.routine import Night
from tests.acceptance.answers import right_answers
from tests.acceptance.office import Office, office, read
from tests.acceptance.victim import Place, run_until_killed
from tests.acceptance.worlds import only

pytestmark = pytest.mark.timeout(400)

KILLED_AFTER = ("krav", "saksflyt", "brev", "arkiv")
"""Each in the middle of an oppgave of its own: after the costs, the track, the letter, its filing."""
KRAV = ("PC2048150", "PC3354098", "PC3834603", "PC6700754", "PC7393406")
"""To be held, with one or two letters each: one for each death, and one that nobody disturbs."""
LEASE = 60
"""Seconds: it runs out for none of them while the next is killed."""


@pytest.fixture(scope="module")
def agency(liten: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The morning after: workers were killed, and SvarUt's first answer to those who took over was lost."""
    skyldnere = {row["skyldner"] for row in read(liten / "krav.csv") if row["kravnr"] in KRAV}
    population = only(liten, tmp_path_factory.mktemp("letters") / "population", skyldnere)
    folder = tmp_path_factory.mktemp("letters") / "state"
    with office(folder, population, workers=len(KILLED_AFTER), quick=True) as opened:
        opened.set(lease=f"{LEASE}.0")
        asyncio.run(find(opened))
        dooms = [{kind: Place.AFTER} for kind in KILLED_AFTER]
        ends = run_until_killed(opened.world, opened.as_of, "minors", dooms)
        assert ends == [-signal.SIGKILL] * len(dooms)
        opened.write(f"UPDATE work_item SET lease_until = lease_until - {LEASE} WHERE state = 'running'")
        opened.set(act_limit="4.0")  # what has no answer is looked for after so long
        opened.misbehave("answer_lost", 1.0, "SVARUT", times=1)
        assert asyncio.run(opened.night("minors")) == 0
        yield opened


async def find(agency: Office) -> None:
    module = registry.module("minors")
    await routine.find(Night(module.METADATA, module.AUTOMATION, agency.installation(), agency.as_of, "natt"))


def test_what_a_killed_worker_had_begun_is_finished_as_it_was_planned(agency: Office) -> None:
    assert agency.rows("SELECT DISTINCT state, result FROM work_item WHERE queue = 'minors'") == [
        {"state": "completed", "result": "HOLD_GUARDIANS"}
    ]
    lost = [row["item_id"] for row in agency.rows("SELECT item_id FROM attempt WHERE outcome = 'lost'")]
    assert len(lost) == len(set(lost)) == len(KILLED_AFTER)
    plans = Counter(row["item_id"] for row in agency.rows("SELECT item_id FROM step WHERE kind = 'plan'"))
    assert {item: plans[item] for item in lost} == dict.fromkeys(lost, 1)


def test_every_change_was_made_once_and_every_letter_sent_and_filed_once(agency: Office) -> None:
    answers = right_answers(agency.population)
    assert agency.effects() == answers.effects
    assert agency.letters() == answers.letters
    assert agency.krav() == answers.krav


def test_a_letter_whose_answer_was_lost_is_found_by_its_reference(agency: Office) -> None:
    failed = agency.rows("SELECT DISTINCT item_id FROM attempt WHERE code = 'SVARUT_SEND'")
    assert failed
    for each in failed:  # on a slow machine there may be one more that was not answered in time
        steps = agency.rows("SELECT kind, key FROM step WHERE item_id = :item", item=each["item_id"])
        letters = Counter(row["kind"] for row in steps if row["key"].startswith("brev:"))
        assert letters["started"] == letters["done"] >= 1, "it was not begun a second time"
    references = [each["key"] for each in agency.simulators.effects() if each["kind"] == "brev"]
    assert len(references) == len(set(references))
