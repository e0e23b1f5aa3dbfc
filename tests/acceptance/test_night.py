"""The night of all four automations held against the right answers: every oppgave, every line of the control report,
every letter, every krav after it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.answers import AUTOMATIONS, Lines, exported, of
from tests.acceptance.office import read
from tests.acceptance.privacy import People
from tests.acceptance.worlds import count_protected

if TYPE_CHECKING:
    from tests.acceptance.conftest import Morning

pytestmark = pytest.mark.timeout(600)
REASONS = {
    "minors": {
        *("INVALID_DEBTOR", "INVALID_BIRTH_DATE", "ESTATE", "UNDER_VERGEMAAL"),
        *("NO_GUARDIAN_FOUND", "GUARDIAN_PROTECTED", "GUARDIAN_DEAD"),
    },
    "sanction-interest": {"RATE_MISSING"},
    "limitation": {"LIMITATION_UNCERTAIN"},
    "parking-merge": set(),
}
"""Why a person decides: every reason that ROUTINES names."""
LISTED = {
    "minors": {"PROTECTED", "HOLD_STALE"},
    "sanction-interest": {"PROTECTED", "DEVIATION"},
    "limitation": {"PROTECTED", "WARN_INTERRUPT"},
    "parking-merge": {
        *("PROTECTED", "DISPUTED", "AGREEMENT", "INVALID_DEBTOR", "ESTATE", "MINOR"),
        *("BANKRUPT", "DELETED", "FORELDET"),
    },
}
"""What the control report lists or counts: every code that ROUTINES names."""
HOLD_STALE_DAYS = 90


@pytest.mark.parametrize("automation", AUTOMATIONS)
def test_each_oppgave_ends_as_it_must(liten_morning: Morning, automation: str) -> None:
    assert liten_morning.outcome.items[automation] == liten_morning.answers.items[automation]


@pytest.mark.parametrize("automation", AUTOMATIONS)
def test_the_control_report_lists_what_it_must_and_of_protected_ones_a_count(
    liten_morning: Morning, automation: str
) -> None:
    assert of(liten_morning.outcome.lines, automation) == of(liten_morning.answers.lines, automation)


def test_each_krav_is_afterwards_what_it_must_be_to_the_oere(liten_morning: Morning) -> None:
    krav = liten_morning.office.krav()
    assert krav.keys() == liten_morning.answers.krav.keys()
    for kravnr, right in liten_morning.answers.krav.items():
        assert krav[kravnr] == right
    assert liten_morning.outcome.krav == krav


def test_each_letter_is_sent_once_to_each_who_is_to_have_it(liten_morning: Morning) -> None:
    assert liten_morning.outcome.letters == liten_morning.answers.letters


def test_each_change_was_made_once(liten_morning: Morning) -> None:
    assert liten_morning.office.effects() == liten_morning.answers.effects
    assert liten_morning.office.merges() == liten_morning.answers.moves


@pytest.mark.parametrize("automation", AUTOMATIONS)
def test_every_reason_there_is_has_been_reached(liten_morning: Morning, automation: str) -> None:
    items = liten_morning.outcome.items[automation].values()
    assert {why for status, why in items if status == "business"} == REASONS[automation]
    assert {line[1] for line in of(liten_morning.outcome.lines, automation)} == LISTED[automation]


def test_every_event_holds_in_its_chain(liten_morning: Morning) -> None:
    (mark,) = re.findall(r"the trail is sealed: (\S+)", liten_morning.said.out)
    said = liten_morning.office.kraftverk("audit", "verify", "--seal", mark)
    (events,) = liten_morning.office.rows("SELECT count(*) AS n FROM event")
    assert said.code == 0
    assert said.out.startswith(f"{events['n']} events of ")
    for proven in ("items checked, 0 do not hold.", "Up to seal 1 of", "Seal 1 from outside is in the series"):
        assert proven in said.out
    assert "after the last seal" not in said.out, "the night ends with its seal"
    assert events["n"] >= 3 * sum(map(len, liten_morning.answers.items.values()))


def test_nobody_is_found_in_the_export(liten_morning: Morning) -> None:
    """`test_privacy` and `test_faults` search all that a night leaves behind."""
    export = liten_morning.export
    outside = [export / name for name in ("krav.csv", "brev.csv")]
    people = People.of(liten_morning.office.population)
    assert people.found_below(export, but_for=outside) == {}
    assert people.found_in(liten_morning.said.out + liten_morning.said.err) == set()


def test_krav_of_protected_persons_are_counted_and_stand_nowhere(liten_morning: Morning) -> None:
    population = liten_morning.office.population
    answers = {row["automation"]: int(row["antall"]) for row in read(population / "forventet" / "protected.csv")}
    assert answers == count_protected(population)
    hidden = {row["foedselsnummer"] for row in read(population / "personer.csv") if row["gradering"] != "ugradert"}
    theirs = [row["kravnr"] for row in read(population / "krav.csv") if row["skyldner"] in hidden]
    assert theirs
    told = "".join((liten_morning.export / f"{name}.csv").read_text() for name in ("arbeidsposter", "kontrollrapport"))
    told += (liten_morning.office.world.folder / "hub.db").read_bytes().decode("latin-1")
    assert [kravnr for kravnr in theirs if kravnr in told] == []


def test_the_same_night_again_changes_nothing_and_adds_nothing(liten_morning: Morning) -> None:
    office, before = liten_morning.office, liten_morning.outcome
    items, effects = office.rows("SELECT * FROM work_item ORDER BY id"), office.effects()
    (said,) = office.nights(1, "nightly")
    assert said.code == 0, said
    assert office.rows("SELECT * FROM work_item ORDER BY id") == items
    assert office.effects() == effects
    again = exported(office.export())
    assert (again.items, again.letters, again.krav) == (before.items, before.letters, before.krav)
    assert again.lines - before.lines == held_tonight_and_old(liten_morning)
    assert before.lines - again.lines == Counter()


def held_tonight_and_old(morning: Morning) -> Lines:
    """Found again it is held already, and nothing had happened for so long before this night held it."""
    events = read(morning.office.population / "hendelser.csv")
    too_old = (morning.office.as_of - timedelta(days=HOLD_STALE_DAYS)).isoformat()
    lines: Lines = Counter()
    for row in read(morning.office.population / "forventet" / "minors.csv"):
        if (row["flow"], row["outcome"], row["report"]) == ("HOLD_GUARDIANS", "completed", ""):
            krav = morning.answers.krav[row["kravnr"]]
            latest = max([krav["forfall"], *(each["dato"] for each in events if each["kravnr"] == row["kravnr"])])
            if latest < too_old:
                lines["minors", "HOLD_STALE", row["kravnr"], "", "", ""] += 1
    return lines
