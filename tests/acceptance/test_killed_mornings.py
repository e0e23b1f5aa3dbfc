"""kill -9 in the middle of a morning's automations: what the dead process had begun, the next one finishes, once.

Each case is one effect, and the instruction at which whoever brings it about is killed. All are found on one morning,
one process after another is killed, and the next morning another process takes everything up. ISY-PA takes no files
until then, so that what a killed process has left there is seen.
"""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.doomed import MORNINGS, Case, Told
from tests.acceptance.office import Office, office
from tests.acceptance.test_companies import day
from tests.acceptance.victim import Place, run_until_killed

pytestmark = pytest.mark.timeout(300)

BY_CALL, BY_FILE = (Place.BEFORE, Place.AFTER), (Place.BEFORE, Place.HALFWAY, Place.AFTER)
TABLE: Mapping[str, Mapping[str, tuple[Place, ...]]] = {
    "company-watch": {"anmeldelse": BY_CALL, "notat": BY_CALL, "merknad": BY_FILE},
    "estate-watch": {"krav": BY_CALL, "notat": BY_CALL, "brev": BY_CALL, "arkiv": BY_CALL},
    "owner-change": {"eier": BY_FILE},
    "claims-sync": {
        "overlever til PROCASSO": BY_CALL,
        "kvitter til PILEN": BY_CALL,
        "beloep til PROCASSO": BY_CALL,
        "status til PROCASSO": BY_CALL,
        "status til PILEN": BY_CALL,
    },
    "payments-sync": {"innbetaling til PROCASSO": BY_CALL, "innbetaling til PILEN": BY_CALL},
}
"""Automation -> each effect it may have, and where its process is killed."""
CASES = {
    name: [
        Case(effect, place, number)
        for number, (effect, place) in enumerate(
            ((effect, place) for effect, places in effects.items() for place in places), start=1
        )
    ]
    for name, effects in TABLE.items()
}
EACH = [(name, case) for name in TABLE for case in CASES[name]]
FILED = [(name, case) for name, case in EACH if TABLE[name][case.effect] is BY_FILE]
LEASE = 600
"""Seconds: nobody's runs out while the next is killed."""


@dataclass(frozen=True)
class Aftermath:
    """The agency after another process has taken everything up, and what was seen on the way."""

    agency: Office
    name: str
    ends: Sequence[int | None]
    """Of the killed processes."""
    before: Counter[Told]
    at_death: Counter[Told]
    at_the_end: Counter[Told]
    put_down: Mapping[str, str]
    """What the killed left for ISY-PA: name -> text."""
    items: Sequence[int]
    """How many there were: when they were found, when they were taken up, and the morning after that."""

    def item(self, case: Case) -> Mapping[str, Any]:
        """The item somebody died with."""
        ids = {row["item_id"] for row in self.steps(case)}
        (item,) = (row for row in self.agency.rows("SELECT * FROM work_item") if row["id"] in ids)
        return item

    def steps(self, case: Case) -> list[Mapping[str, Any]]:
        """Of the effect somebody died with."""
        key = MORNINGS[self.name].fatal(case).key
        rows = self.agency.rows("SELECT * FROM step ORDER BY item_id, seq")
        return [row for row in rows if f"{row['key']}:".startswith(f"{key}:")]

    def of(self, case: Case, counted: Counter[Told]) -> Counter[Told]:
        krav = {each[2] for each in MORNINGS[self.name].at_the_end(case)}
        return Counter({each: n for each, n in (counted - self.before).items() if each[2] in krav})


@pytest.fixture(scope="module")
def aftermaths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Aftermath]]:
    """By the name of an automation; made when first asked for, and kept."""
    with ExitStack() as stack:
        yield cache(lambda name: _live(name, tmp_path_factory.mktemp(name), stack))


def _live(name: str, folder: Path, stack: ExitStack) -> Aftermath:
    morning, cases = MORNINGS[name], CASES[name]
    agency = stack.enter_context(office(folder / "state", morning.make_world(folder / "day-0", cases), quick=True))
    agency.set(lease=f"{LEASE}.0")
    asyncio.run(morning.until_ready(agency, name, folder, cases))
    before, found = told(agency), how_many(agency)
    agency.misbehave("unavailable", 1.0, "ISYPA")
    doom = {morning.fatal(case).key: case.place for case in cases}
    ends = run_until_killed(agency.world, agency.as_of, name, [doom] * len(cases))
    put_down = {path.name: path.read_text(encoding="utf-8") for path in inn(agency).iterdir()}
    agency.calm()
    wait_for_isypa(agency)
    at_death = told(agency)
    agency.write(f"UPDATE work_item SET lease_until = lease_until - {2 * LEASE} WHERE state = 'running'")
    agency.move_to(day(folder / "next", agency.population, "2026-11-25"))
    asyncio.run(agency.night(name))
    taken_up = how_many(agency)
    agency.move_to(day(folder / "last", agency.population, "2026-11-26"))
    asyncio.run(agency.night(name))
    items = (found, taken_up, how_many(agency))
    return Aftermath(agency, name, ends, before, at_death, told(agency), put_down, items)


def told(agency: Office) -> Counter[Told]:
    """What has been done. A payment that Procasso took in at its own counter is not told."""
    took_in = Counter(
        (effect["system"], effect["kind"], effect["key"])
        for effect in agency.simulators.effects()
        if effect["kind"] == "innbetaling" and not effect["detail"]["referanse"]
    )
    return agency.effects() - took_in


def how_many(agency: Office) -> int:
    return len(agency.rows("SELECT id FROM work_item"))


def inn(agency: Office) -> Path:
    return agency.world.isypa_files / "inn"


def wait_for_isypa(agency: Office) -> None:
    """Until it has taken every file that lies there whole."""
    deadline = time.monotonic() + 10
    while list(inn(agency).glob("*.csv")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(("name", "case"), EACH, ids=str)
def test_what_somebody_died_with_is_finished_once_as_it_was_planned(
    aftermaths: Callable[[str], Aftermath], name: str, case: Case
) -> None:
    aftermath, morning = aftermaths(name), MORNINGS[name]
    item = aftermath.item(case)
    assert aftermath.of(case, aftermath.at_death) == morning.at_death(case)
    assert (item["state"], item["result"]) == ("completed", morning.result)
    assert aftermath.of(case, aftermath.at_the_end) == morning.at_the_end(case)

    attempts = aftermath.agency.rows("SELECT * FROM attempt WHERE item_id = :id ORDER BY no", id=item["id"])
    assert tuple(attempt["outcome"] for attempt in attempts) == morning.attempts
    died, finished = attempts[-2:]
    assert died["holder"] != finished["holder"]
    again = [] if case.place is Place.AFTER else ["started"]
    assert [(step["attempt"], step["kind"]) for step in aftermath.steps(case)] == [
        (died["no"], "started"),
        *((finished["no"], kind) for kind in (*again, "done")),
    ]

    steps = aftermath.agency.rows("SELECT * FROM step WHERE item_id = :id ORDER BY seq", id=item["id"])
    plan = [step for step in steps if step["kind"] == "plan"][-1]
    planned = json.loads(plan["data"])
    assert (plan["attempt"], planned["result"]) == (died["no"], item["result"]), "nothing was planned anew"
    done = [step["key"] for step in steps if step["kind"] == "done"]
    assert sorted(done) == sorted(effect["key"] for effect in planned["effects"])


@pytest.mark.parametrize("name", TABLE)
def test_nothing_else_was_done_and_no_item_added(aftermaths: Callable[[str], Aftermath], name: str) -> None:
    aftermath, morning, cases = aftermaths(name), MORNINGS[name], CASES[name]
    assert aftermath.ends == [-signal.SIGKILL] * len(cases)
    expected = sum((morning.at_the_end(case) for case in cases), Counter[Told]())
    assert aftermath.at_the_end - aftermath.before == expected
    assert len(set(aftermath.items)) == 1


@pytest.mark.parametrize(("name", "case"), FILED, ids=str)
def test_a_row_is_in_a_file_once_or_not_at_all(aftermaths: Callable[[str], Aftermath], name: str, case: Case) -> None:
    """Nothing is left lying of who was killed in the middle of writing: the rows name people."""
    aftermath = aftermaths(name)
    _, _, nummer = MORNINGS[name].fatal(case).counted[0]
    lay = [Path(file).suffix for file, text in aftermath.put_down.items() if f",{nummer}," in text]
    assert lay == {Place.BEFORE: [], Place.HALFWAY: [".tmp"], Place.AFTER: [".csv"]}[case.place]
    assert list(inn(aftermath.agency).iterdir()) == []
