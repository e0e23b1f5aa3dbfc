"""Lines of the reports that somebody must look at: whose they are, when one is done, and when it clears itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from hub.automation import Line, Utelatt, Varsel, Vernet
from hub.follow_up import Codes
from hub.storage import follow_ups, runs
from hub.storage.follow_ups import FollowUps, Lines, Shown
from hub.storage.moves import Conflict
from tests.unit.hub.behaviours.house import KARI, NIGHT, OLA, QUEUE, House, night
from tests.unit.hub.fake_world import arbeid

CODES = {QUEUE: Codes(standing=("SOON", "MINOR"), once=("ODD",))}
EVERYBODYS = follow_ups.Selection("kari")


def acts(house: House) -> FollowUps:
    return FollowUps(house.database, CODES)


def lines_of(house: House, selection: follow_ups.Selection = EVERYBODYS) -> list[str]:
    with house.database.read() as c:
        return [row.krav for row in Lines(c, CODES).page(selection, 0, 50)]


def as_seen(house: House, *krav: str) -> list[Shown]:
    """The lines about these krav, as somebody sees them now."""
    with house.database.read() as c:
        rows = Lines(c, CODES).page(replace(EVERYBODYS, whose=follow_ups.Whose.EVERY), 0, 50)
    return [Shown(row.id, row.follow_up_id or 0) for row in rows if row.krav in krav]


def counted(house: House, today: date = NIGHT) -> follow_ups.Totals:
    with house.database.read() as c:
        return Lines(c, CODES).totals("kari", today)


def runs_out(krav: str, days: int = 10) -> Varsel:
    """It runs out in so many days, and a week before that is safe."""
    return Varsel(krav, "SOON", NIGHT + timedelta(days=days), NIGHT + timedelta(days=days - 7))


def test_what_hurries_comes_first_and_other_codes_are_not_of_it(house: House) -> None:
    house.find(runs_out("K1", 20), runs_out("K2", 6), Utelatt("K3", "MINOR"), Utelatt("K4", "DISPUTED"), arbeid("K5"))
    assert lines_of(house) == ["K2", "K1", "K3"]
    assert counted(house) == follow_ups.Totals(open=3, mine=0, free=3, done=0, overdue=1), "K2 was safe until yesterday"
    with house.database.read() as c:
        assert Lines(c, CODES).causes(EVERYBODYS) == [
            follow_ups.Cause("SOON", 2, "2026-11-22"),
            follow_ups.Cause("MINOR", 1, None),
        ]


def test_of_each_automation_the_latest_find_that_came_to_its_end_counts(house: House) -> None:
    assert lines_of(house) == []
    house.find(runs_out("K1"))
    failed = runs.begin(house.database, QUEUE, "find", night(1), "test", None)
    runs.end(house.database, failed, "failed")
    assert lines_of(house) == ["K1"]
    house.find(runs_out("K2"), as_of=night(2))
    assert lines_of(house) == ["K2"], "K1 has cleared itself"


def test_it_is_taken_given_back_and_finished_with_a_word(house: House) -> None:
    house.find(runs_out("K1"), runs_out("K2"))
    assert acts(house).take(as_seen(house, "K1"), KARI) == 0
    assert (
        lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.MINE)),
        lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.FREE)),
    ) == (
        ["K1"],
        ["K2"],
    )
    acts(house).give_back(as_seen(house, "K1"), OLA)
    assert lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.MINE)) == []
    acts(house).finish(as_seen(house, "K1"), KARI, "sent the forliksklage")
    assert (lines_of(house), lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.DONE))) == (["K2"], ["K1"])
    assert counted(house) == follow_ups.Totals(open=1, mine=0, free=1, done=1, overdue=0)
    acts(house).take(as_seen(house, "K1"), OLA)
    assert lines_of(house) == ["K1", "K2"], "what somebody takes up again is open"


def test_the_next_find_says_the_same_and_it_is_still_done_and_still_theirs(house: House) -> None:
    house.find(runs_out("K1"), runs_out("K2"))
    acts(house).finish(as_seen(house, "K1"), KARI, "sent")
    acts(house).take(as_seen(house, "K2"), KARI)
    house.find(runs_out("K1"), runs_out("K2"), as_of=night(1))
    assert lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.DONE)) == ["K1"]
    assert lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.MINE)) == ["K2"]


def test_other_dates_bring_back_what_was_done(house: House) -> None:
    house.find(runs_out("K1", 10), runs_out("K2", 10))
    acts(house).finish(as_seen(house, "K1"), KARI, "sent")
    acts(house).take(as_seen(house, "K2"), KARI)
    house.find(runs_out("K1", 40), runs_out("K2", 40), as_of=night(1))
    assert lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.FREE)) == ["K1"]
    assert lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.MINE)) == ["K2"], "whoever has taken it keeps it"


def test_what_was_gone_is_new_when_it_comes_again(house: House) -> None:
    """A HOLD_STALE has no date that would change: that it was gone in between is what is new."""
    house.find(Utelatt("K1", "MINOR"), Utelatt("K2", "MINOR"))
    acts(house).finish(as_seen(house, "K1"), KARI, "on hold with cause")
    acts(house).take(as_seen(house, "K2"), KARI)
    house.find(as_of=night(1))
    house.find(Utelatt("K1", "MINOR"), Utelatt("K2", "MINOR"), as_of=night(2))
    assert lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.FREE)) == ["K1", "K2"]
    assert [(row.krav, row.action, row.person) for row in house.rows("follow_up")] == [
        ("K1", "done", "kari"),
        ("K2", "take", "kari"),
        ("K1", "cleared", "kraftverk"),
        ("K2", "cleared", "kraftverk"),
    ]
    house.find(Utelatt("K1", "MINOR"), Utelatt("K2", "MINOR"), as_of=night(3))
    assert len(house.rows("follow_up")) == 4


def test_what_is_told_once_stays_until_it_is_done(house: House) -> None:
    house.find(Varsel("K1", "ODD"), Varsel("K2", "ODD"))
    house.find(as_of=night(1))
    assert lines_of(house) == ["K1", "K2"]
    acts(house).take(as_seen(house, "K2"), KARI)
    acts(house).finish(as_seen(house, "K1"), KARI, "it is as it should be")
    house.find(as_of=night(2))
    assert (lines_of(house), lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.MINE))) == (["K2"], ["K2"])
    house.find(Varsel("K1", "ODD"), as_of=night(3))
    assert lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.FREE)) == ["K1"], "it is told of anew"
    assert lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.EVERY)) == ["K1", "K2"], "and stands there once"


def test_two_people_on_one_line_the_second_changes_nothing(house: House) -> None:
    house.find(runs_out("K1"), runs_out("K2"))
    seen = as_seen(house, "K1", "K2")
    acts(house).take(as_seen(house, "K1"), KARI)
    with pytest.raises(Conflict):
        acts(house).finish(seen[:1], OLA, "done")
    assert acts(house).finish(seen, OLA, "done") == 1, "K1 is left, K2 is done"
    assert [(row.krav, row.action) for row in house.rows("follow_up")] == [("K1", "take"), ("K2", "done")]


def test_a_line_seen_before_the_next_find_is_the_same_one_if_its_facts_are(house: House) -> None:
    house.find(runs_out("K1", 10), runs_out("K2", 10), runs_out("K3", 10))
    seen = as_seen(house, "K1", "K2", "K3")
    house.find(runs_out("K1", 10), runs_out("K2", 40), as_of=night(1))
    assert acts(house).take(seen, KARI) == 2, "K2 has other dates, and K3 is gone"
    assert lines_of(house, replace(EVERYBODYS, whose=follow_ups.Whose.MINE)) == ["K1"]


@pytest.mark.parametrize("wanted", ["PX1234567", "px 1234-567", "PX123"])
def test_a_krav_is_found_by_its_name(house: House, wanted: str) -> None:
    house.find(runs_out("PX1234567"), Utelatt("PX7654321", "MINOR"))
    with house.database.read() as c:
        lines = Lines(c, CODES)
        assert [row.krav for row in lines.named([wanted], 10)] == ["PX1234567"]
        assert lines.named(["PX9"], 10) == lines.named([""], 10) == lines.named([], 10) == []


def test_of_the_protected_there_is_a_count(house: House) -> None:
    house.find(Vernet("K1"), Vernet("K2", "DEATH_ANNULLED_PROTECTED"), runs_out("K3"))
    with house.database.read() as c:
        told = follow_ups.protected(c, [QUEUE, "another"])
    assert told == [(QUEUE, "DEATH_ANNULLED_PROTECTED", 1), (QUEUE, "PROTECTED", 2)]


def test_of_a_protected_person_nothing_anybody_said_is_left(house: House) -> None:
    house.find(runs_out("HEMMELIG-1"), Varsel("HEMMELIG-2", "ODD"))
    acts(house).finish(as_seen(house, "HEMMELIG-1", "HEMMELIG-2"), KARI, "HEMMELIG has moved")
    lines: list[Line] = [Vernet("HEMMELIG-1"), Vernet("HEMMELIG-2")]
    house.find(*lines, as_of=night(1))
    assert house.rows("follow_up") == []
    assert "HEMMELIG" not in house.everything()


def test_what_people_said_is_append_only(house: House) -> None:
    house.find(runs_out("K1"))
    acts(house).take(as_seen(house, "K1"), KARI)
    for statement in ("UPDATE follow_up SET person = 'ola'", "DELETE FROM follow_up"):
        with pytest.raises(DBAPIError):
            house.sql(statement)
