"""Slettereglene: what goes on which day, what stays whatever its age, and what is known of it afterwards."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from domain.errors import BusinessException, SystemException
from hub.audit import Actor
from hub.automation import Look, Utelatt, Varsel
from hub.follow_up import Codes
from hub.fullmakt import Fullmakt, Fullmakter
from hub.insights.overview import overview
from hub.insights.period import Period
from hub.release import ReleaseLevel
from hub.report import control_report
from hub.retention import Terms
from hub.storage import follow_ups, logins, mass_retries, orders, queues, retention, runs, seals
from hub.storage.approvals import Approvals, pending
from hub.storage.database import NOW
from hub.storage.follow_ups import Lines, Shown
from hub.storage.proof import prove
from hub.storage.retention import Retention
from hub.storage.seal_proof import verify_seals
from hub.storage.views import count_states
from tests.unit.hub.behaviours.house import QUEUE, House
from tests.unit.hub.fake_world import HOLD_OUT, Fault, arbeid

CLOSED_ON = date(2019, 5, 6)
"""Long ago by any clock: the database's own has its say too."""
AFTER_A_YEAR, AFTER_FIVE = date(2020, 5, 7), date(2025, 1, 1)
KEPT_FIVE_YEARS = date(2024, 12, 31)
SECRET = "KRAV-7431-HEMMELIG"
SIRI = Actor("siri-7431", "godkjenner")
PER = Actor("per-7431", "saksbehandler")
DISPUTED = BusinessException("DISPUTED", SECRET)
LONG = 8 * 366 * 24 * 3600.0
"""Seconds: what is written now is as if written then."""


def rules(house: House, today: date, **codes: Codes) -> Retention:
    return Retention(house.database, Terms(), today, {QUEUE: Codes(), **codes}, house.evidence)


def empty(house: House, today: date, **codes: Codes) -> dict[str, int]:
    """How many of each kind were emptied."""
    return rules(house, today, **codes).carry_out(rest=no_rest).counts


def no_rest(_seconds: float) -> None:
    """Nobody else works in this database."""


def kept_of_items(house: House) -> dict[str, list[Any]]:
    """Every row of the items' tables."""
    tables = ("work_item", "item_key", "attempt", "step", "event", "approval", "beslutning", "evidence", "report_line")
    return {table: house.rows(table) for table in tables}


def figures_of_then(house: House) -> tuple[Any, ...]:
    """What Oversikt and the report of the night say of that time."""
    with house.database.read() as c:
        made = overview(c, [QUEUE], Period(CLOSED_ON, CLOSED_ON), AFTER_FIVE, {})
        night, states = control_report(c, QUEUE, CLOSED_ON), count_states(c)
    lines: Counter[tuple[int, str]] = Counter()
    for line in house.rows("report_line"):
        lines[line.run_id, line.code] += 1 if line.antall is None else line.antall
    return states, made.closed, made.came_in, night.states, +lines


async def moved(house: House, *krav: str, on: date = CLOSED_ON) -> None:
    house.queue(*krav, as_of=on)
    await house.drain(as_of=on)


async def stopped(house: House, *krav: str, on: date = CLOSED_ON) -> None:
    """One item that its automation could not plan; it has a picture, and what it failed with is kept."""
    house.world.krav |= dict.fromkeys(krav, "old")
    house.world.shot = b"a masked picture"
    house.world.plan_faults = [SystemException("WORLD", "answer", f"{SECRET} is locked"), DISPUTED]
    house.find(arbeid(*krav), as_of=on)
    assert await house.drain(as_of=on) == {"deferred": 1, "business": 1}


async def approved(house: House, *krav: str) -> None:
    """Carried out after a second person had approved it."""
    house.automation.worth = 66_000
    house.queue(*krav, as_of=CLOSED_ON)
    await house.drain(as_of=CLOSED_ON, ordered_by=PER.name)
    with house.database.read() as c:
        shown = pending(c)
    limits = Fullmakter([Fullmakt(date(2019, 1, 1), "godkjenner", "*", 100_000)])
    assert not Approvals(house.database, house.chain, limits).approve(shown, SIRI, {SIRI.role}, SECRET, CLOSED_ON)
    assert await house.drain(as_of=CLOSED_ON) == {"completed": len(krav)}
    house.automation.worth = None


async def a_past(house: House) -> None:
    """Of each kind one, with everything that is kept of it; all of it closed on the same day."""
    await stopped(house, f"{SECRET}-1")
    house.people.take(1, PER)
    house.people.decide(1, HOLD_OUT, {"krav": f"{SECRET}-1"}, PER, f"{SECRET} is paid")
    house.world.plan_faults = [DISPUTED]
    await house.drain(as_of=CLOSED_ON)
    house.people.close(1, PER, f"{SECRET} is done in PAX", CLOSED_ON)
    await approved(house, f"{SECRET}-2")
    await moved(house, f"{SECRET}-3")
    house.find(Utelatt(f"{SECRET}-4", "MINOR"), Utelatt(f"{SECRET}-5", "MINOR"), as_of=CLOSED_ON)


@pytest.mark.parametrize(("days", "gone"), [(30, False), (31, True)])
async def test_a_picture_goes_after_thirty_days(house: House, days: int, gone: bool) -> None:
    await stopped(house, "K1")
    house.people.close(1, PER, "done by hand", CLOSED_ON)
    assert [file.name for file in house.evidence.iterdir()] == ["1-1.png"]
    assert empty(house, CLOSED_ON + timedelta(days=days)) == ({"bilder": 1} if gone else {})
    assert [row.missing_because for row in house.rows("evidence")] == ["deleted by retention" if gone else None]
    assert len(list(house.evidence.iterdir())) == (0 if gone else 1)


@pytest.mark.parametrize(("today", "gone"), [(date(2020, 5, 6), False), (AFTER_A_YEAR, True)])
async def test_what_came_to_nothing_is_forgotten_after_a_year(house: House, today: date, gone: bool) -> None:
    await stopped(house, "K1")
    house.people.close(1, PER, "done by hand", CLOSED_ON)
    empty(house, today)
    row = house.item()
    assert (row.payload == "{}", house.kinds() == [], house.rows("evidence") == []) == (gone, gone, gone)
    assert {row.message is None for row in house.rows("attempt")} == {gone}
    assert (row.reference, row.krav, row.rests) == ("WORLD:K1", "K1", 1), "a find knows it still"
    assert all(row.content for row in house.rows("event")), "the trail tells who closed it, and why"


async def test_what_was_changed_and_approved_is_kept_with_its_plan(house: House) -> None:
    await moved(house, "K1")
    await approved(house, "K2")
    house.world.krav["K3"] = "old"
    house.automation.worth = 66_000
    house.find(arbeid("K3"), as_of=CLOSED_ON)
    await house.drain(as_of=CLOSED_ON)
    with house.database.read() as c:
        shown = pending(c)
    Approvals(house.database, house.chain, Fullmakter([])).reject(shown, SIRI, "no", CLOSED_ON)
    before = {table: house.rows(table) for table in ("step", "approval", "event")}
    assert empty(house, AFTER_A_YEAR) == {"oppgavers innhold": 3}
    assert before == {table: house.rows(table) for table in ("step", "approval", "event")}
    assert {row.payload for row in house.rows("work_item")} == {"{}"}


async def test_five_years_after_the_end_of_the_year_only_the_counts_are_left(house: House) -> None:
    await a_past(house)
    seals.take(house.database, house.chain)
    before = figures_of_then(house)
    empty(house, KEPT_FIVE_YEARS)
    assert SECRET in house.everything()
    assert PER.name in house.everything()
    assert {row.emptied for row in house.rows("work_item")} == {1}
    empty(house, AFTER_FIVE)
    house.find(as_of=AFTER_FIVE)  # the report of that night is no longer the latest
    empty(house, AFTER_FIVE)
    kept = house.everything()
    assert all(word not in kept for word in (SECRET, PER.name, SIRI.name))
    assert figures_of_then(house) == before
    assert house.rows("item_key") == house.rows("step") == house.rows("approval") == house.rows("beslutning") == []
    assert [row.reference for row in house.rows("work_item")] == ["slettet:1", "slettet:2", "slettet:3"]
    with house.database.read() as c:
        proof, sealed_then = prove(c, house.chain), verify_seals(c, house.chain)
    assert (sealed_then.broken, sealed_then.missing, len(sealed_then.series)) == ([], [], 1)
    assert (proof.items, proof.broken, proof.erased) == (3, [], len(house.rows("event")))


@pytest.mark.parametrize("today", [AFTER_A_YEAR, AFTER_FIVE])
async def test_a_second_run_changes_nothing(house: House, today: date) -> None:
    await a_past(house)
    assert empty(house, today)
    before = kept_of_items(house)
    assert empty(house, today) == {}
    assert kept_of_items(house) == before


async def test_what_is_open_is_left_whatever_its_age(house: House) -> None:
    """Waiting for a person, in doubt, for approval, deferred, ready and running."""
    await stopped(house, "K1")
    house.world.krav |= {"K2": "old"}
    house.find(arbeid("K1"), arbeid("K2"), as_of=CLOSED_ON)
    house.world.look_faults = [None, Look.UNKNOWN]
    house.world.save_faults = [Fault.ANSWER_LOST]
    house.policy = replace(house.policy, retry=replace(house.policy.retry, max_attempts=2))
    await house.drain(as_of=CLOSED_ON)
    house.automation.worth = 66_000
    house.find(*(arbeid(f"K{n}") for n in (1, 2, 3)), as_of=CLOSED_ON)
    house.world.krav |= {"K3": "old", "K4": "old", "K5": "old"}
    await house.drain(as_of=CLOSED_ON)
    house.find(*(arbeid(f"K{n}") for n in range(1, 6)), as_of=CLOSED_ON)
    house.claim()
    assert house.states() == {"business": 1, "uncertain": 1, "awaiting_approval": 1, "running": 1, "ready": 1}
    before = kept_of_items(house)
    assert set(rules(house, AFTER_FIVE).due()) == {"kjøringer"}, "those that none of them was tried in"
    empty(house, AFTER_FIVE)
    assert kept_of_items(house) == before
    assert len(list(house.evidence.iterdir())) > 0


class Stopped(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("parts", [1, 4, 7])
async def test_a_run_that_is_killed_is_finished_by_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 1)
    await a_past(house)
    house.find(as_of=AFTER_FIVE)
    before, left = figures_of_then(house), [parts]

    def killed(_seconds: float) -> None:
        left[0] -= 1
        if not left[0]:
            raise Stopped

    with pytest.raises(Stopped):
        rules(house, AFTER_FIVE).carry_out(rest=killed)
    assert figures_of_then(house) == before, "half of it done is right too"
    empty(house, AFTER_FIVE)
    assert figures_of_then(house) == before
    assert {row.emptied for row in house.rows("work_item")} == {2}
    assert SECRET not in house.everything()


async def test_two_runs_at_once_do_it_once(house: House) -> None:
    """The second has found the same, and comes to it when the first is done."""
    await a_past(house)
    house.find(as_of=AFTER_FIVE)
    kinds = rules(house, AFTER_FIVE).kinds()
    for kind in kinds:
        with house.database.read() as c:
            keys = kind.due(c, None)
        with house.database.begin() as c:
            kind.empty(c, keys)
        left = kept_of_items(house)
        with house.database.begin() as c:
            kind.empty(c, keys)
        assert kept_of_items(house) == left, kind.navn
    assert added_by(house, arbeid(f"{SECRET}-1")) == 0, "it rests still"


async def test_an_item_is_emptied_whole_or_not_at_all(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await a_past(house)
    before = kept_of_items(house)

    def killed(*_: object) -> list[str]:
        raise Stopped

    monkeypatch.setattr("hub.storage.old_items._silence", killed)
    for today in (AFTER_A_YEAR, AFTER_FIVE):
        with pytest.raises(Stopped):
            empty(house, today)
        kept = kept_of_items(house)
        assert {table: kept[table] for table in kept if table != "evidence"} == {
            table: before[table] for table in before if table != "evidence"
        }


async def test_a_run_out_of_time_says_that_there_is_more(house: House) -> None:
    await moved(house, "K1")
    done = rules(house, AFTER_FIVE).carry_out(rest=no_rest, longest=-1.0)
    assert (done.counts, done.more) == ({}, True)
    assert house.item().emptied == 0


def added_by(house: House, *work: Any, as_of: date = AFTER_FIVE) -> int:
    """How many items a find of these adds."""
    return len(house.find(*work, as_of=as_of).intake.add)


@pytest.mark.parametrize("today", [AFTER_A_YEAR, AFTER_FIVE])
async def test_what_a_person_closed_rests_also_when_nothing_tells_what_it_was(house: House, today: date) -> None:
    await stopped(house, "K1", "K2")
    house.people.close(1, PER, "not to be done", CLOSED_ON)
    assert added_by(house, arbeid("K1", "K2"), as_of=CLOSED_ON + timedelta(days=1)) == 0
    empty(house, today)
    assert added_by(house, arbeid("K1", "K2"), as_of=today) == 0
    assert added_by(house, arbeid("K2", "K1", reference="under another name"), as_of=today) == 0
    assert added_by(house, arbeid("K1", "K2", fingerprint="f2"), as_of=today) == 1, "the facts have changed"
    house.people.close(2, PER, "not that either", today)
    assert added_by(house, arbeid("K1"), as_of=today) == 1, "nobody has said anything of K1 alone"


async def test_what_was_taken_up_again_does_not_rest_for_what_was_closed_before(house: House) -> None:
    await stopped(house, "K1")
    house.people.close(1, PER, "not now", CLOSED_ON)
    house.find(arbeid("K1", fingerprint="f2"), as_of=CLOSED_ON + timedelta(days=1))
    await house.drain(as_of=CLOSED_ON + timedelta(days=1))
    assert house.states() == {"handled_manually": 1, "completed": 1}
    empty(house, AFTER_FIVE)
    assert added_by(house, arbeid("K1")) == 1, "as it would have been before"


async def test_what_the_robot_has_done_is_not_added_twice_in_one_night(house: House) -> None:
    await moved(house, "K1")
    empty(house, AFTER_FIVE)
    assert added_by(house, arbeid("K1")) == 1
    assert added_by(house, arbeid("K1")) == 0


@pytest.mark.parametrize(("until", "held"), [(AFTER_FIVE, True), (KEPT_FIVE_YEARS, False), (date(2031, 6, 1), True)])
async def test_a_decision_is_kept_for_as_long_as_it_holds(house: House, until: date, held: bool) -> None:
    await stopped(house, "K1", "K2")
    house.people.decide(1, HOLD_OUT, {"krav": "K2", "til": until.isoformat()}, PER, "until then")
    assert await house.drain(as_of=CLOSED_ON) == {"completed": 1}
    before = kept_of_items(house)
    empty(house, AFTER_FIVE)
    assert (house.item().emptied == 1) == held
    assert (house.rows("beslutning") == before["beslutning"]) == held
    assert (house.rows("event") == before["event"]) == held


async def test_a_decision_is_kept_for_an_item_that_is_open_on_the_same_facts(house: House) -> None:
    await stopped(house, "K1", "K2")
    house.people.decide(1, HOLD_OUT, {"krav": "K2"}, PER, "K2 is paid")
    await house.drain(as_of=CLOSED_ON)
    house.find(arbeid("K2"), as_of=AFTER_FIVE)
    empty(house, AFTER_FIVE)
    assert len(house.rows("beslutning")) == 1
    house.people.close(2, PER, "done by hand", AFTER_FIVE)
    empty(house, AFTER_FIVE)
    assert house.rows("beslutning") == []


async def test_reports_keep_their_counts_and_what_somebody_must_still_look_at(house: House) -> None:
    codes = {QUEUE: Codes(once=("ODD",))}
    told = [Utelatt(f"K{n}", "MINOR") for n in range(3)]
    house.find(*told, Varsel("K7", "ODD"), Varsel("K8", "ODD"), as_of=CLOSED_ON)
    with house.database.read() as c:
        rows = Lines(c, codes).page(follow_ups.Selection(PER.name), 0, 50)
    (done,) = [Shown(row.id, 0) for row in rows if row.krav == "K7"]
    follow_ups.FollowUps(house.database, codes).finish([done], PER, "looked at")
    assert empty(house, AFTER_FIVE, **codes) == {"kjøringer": 1}, "it is the latest report"
    house.find(*told, as_of=KEPT_FIVE_YEARS)
    assert empty(house, KEPT_FIVE_YEARS, **codes) == {}
    assert empty(house, AFTER_FIVE, **codes)["rapportlinjer"] == 4
    first = [(row.code, row.krav, row.antall) for row in house.rows("report_line", run_id=2)]
    assert sorted(first, key=repr) == [
        ("MINOR", None, 3),
        ("ODD", "K8", None),
        ("ODD", None, 1),
        ("PROTECTED", None, 0),
    ]
    assert [row.krav for row in house.rows("follow_up")] == ["K7"], "it was said today"
    earlier(house, "follow_up", "at")
    assert empty(house, AFTER_FIVE, **codes) == {"oppfølginger": 1}
    assert house.rows("follow_up") == []
    with house.database.read() as c:
        assert [row.krav for row in Lines(c, codes).page(follow_ups.Selection(PER.name), 0, 50)] == ["K8"]


def earlier(house: House, table: str, *columns: str) -> None:
    with house.without_triggers() as c:
        for column in columns:
            c.exec_driver_sql(f"UPDATE {table} SET {column} = {column} - {LONG}")


def draw_sample(house: House) -> None:
    """A sample that somebody drew now."""
    house.sql(
        "INSERT INTO sample (queue, liste, seed, drawn_from, drawn, person, role, at)"
        f" VALUES (:queue, 'BYM', 'seed', 9, 2, :person, 'godkjenner', {NOW[house.database.dialect]})",
        queue=QUEUE,
        person=PER.name,
    )


async def test_orders_and_mass_retries_and_runs_forget_who_asked(house: House) -> None:
    order = orders.place(house.database, QUEUE, [f"{SECRET}-2", f"{SECRET}-1"], PER, f"{SECRET} called")
    waiting = orders.place(house.database, QUEUE, [f"{SECRET}-3"], PER, "called too")
    orders.give_up(house.database, order, orders.FAILED, "PAX_AWAY")
    await stopped(house, "K1")
    jobs = mass_retries.MassRetries(house.database, house.chain)
    jobs.stop(jobs.start({1: house.item().seq}, PER, f"{SECRET} again", one_first=True, per_minute=60), PER)
    runs.begin(house.database, QUEUE, "drain", CLOSED_ON, PER.name, "a-run-of-prefect")
    draw_sample(house)
    earlier(house, "sample", "at")
    draw_sample(house)
    for table, columns in {"work_order": ("at", "ended_at"), "mass_retry": ("at", "ended_at")}.items():
        earlier(house, table, *columns)
    house.people.close(1, PER, "done", CLOSED_ON)
    counts = empty(house, AFTER_FIVE)
    assert {counts[kind] for kind in ("bestillinger", "masseforsøk", "stikkprøver")} == {1}
    assert [(row.id, row.person, row.reason) for row in house.rows("work_order")] == [
        (order, "slettet", ""),
        (waiting, PER.name, "called too"),
    ]
    assert sorted((row.order_id, row.krav) for row in house.rows("work_order_krav")) == [
        (order, "slettet:0"),
        (order, "slettet:1"),
        (waiting, f"{SECRET}-3"),
    ]
    (job,) = house.rows("mass_retry")
    assert (job.person, job.reason, job.stopped_by, job.state) == ("slettet", "", "slettet", "stopped")
    assert [(row.person, row.seed) for row in house.rows("sample")] == [("slettet", "seed"), (PER.name, "seed")]
    assert {(row.ordered_by, row.prefect_run) for row in house.rows("run") if row.as_of < "2020"} == {("slettet", None)}


async def test_a_run_of_an_open_item_tells_still_who_may_not_approve_it(house: House) -> None:
    house.automation.worth = 66_000
    house.queue("K1", as_of=CLOSED_ON)
    await house.drain(as_of=CLOSED_ON, ordered_by=SIRI.name)
    empty(house, AFTER_FIVE)
    assert [row.ordered_by for row in house.rows("run")] == ["test", "slettet", SIRI.name], "the first is of this year"


def test_the_history_of_queues_goes_but_not_of_one_that_is_paused(house: House) -> None:
    queues.ensure(house.database, "another", ReleaseLevel.DRY)
    for queue in (QUEUE, "another"):
        queues.pause(house.database, queue, "volume", PER, "far too many")
        queues.release(house.database, queue, PER, "seen")
    queues.release(house.database, "another", SIRI, "seen too")
    logins.open_session(house.database, PER.name, "Per Prøve", ["saksbehandler"])
    logins.open_session(house.database, SIRI.name, "Siri Prøve", ["godkjenner"])
    house.sql("DELETE FROM login_session WHERE person = :person", person=PER.name)
    assert empty(house, AFTER_FIVE) == {}, "it was all done today"
    for table, column in {"queue_event": "at", "queue_release": "at", "person": "seen_at"}.items():
        earlier(house, table, column)
    assert empty(house, AFTER_FIVE) == {"hendelser på køer": 3, "klarsignaler": 2, "navn på brukere": 1}
    assert {row.queue for row in house.rows("queue_event")} == {QUEUE}
    assert [row.person for row in house.rows("queue_release")] == [PER.name]
    assert [row.name for row in house.rows("person")] == ["Siri Prøve"], "she is logged in"


async def _long_ago_and_lately(house: House) -> None:
    """1 came to nothing and 2 was changed, both long ago and with their content gone; 3 was closed this year."""
    await stopped(house, "K1")
    house.people.close(1, PER, "done", CLOSED_ON)
    await moved(house, "K2")
    empty(house, AFTER_A_YEAR)
    await moved(house, "K3", on=date.today())  # noqa: DTZ011 - the database's clock decides
    queues.pause(house.database, QUEUE, "person", PER, "a look")
    queues.release(house.database, QUEUE, PER, "seen")
    orders.give_up(house.database, orders.place(house.database, QUEUE, ["K1"], PER, "called"), orders.FAILED)
    draw_sample(house)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE work_item SET emptied = 0 WHERE id = 1",
        "UPDATE work_item SET emptied = 2 WHERE id = 3",
        "UPDATE event SET salt = NULL, content = NULL WHERE item_id = 2",
        "DELETE FROM step WHERE item_id = 2",
        "DELETE FROM step WHERE item_id = 3",
        "DELETE FROM queue_event",
        "DELETE FROM queue_release",
        "UPDATE work_order SET person = 'slettet', reason = ''",
        "UPDATE sample SET person = 'slettet'",
    ],
)
async def test_the_database_lets_only_retention_through(house: House, statement: str) -> None:
    await _long_ago_and_lately(house)
    with pytest.raises(DBAPIError, match=r"append-only|only when|only anonymised|long ago"):
        house.sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE work_order SET person = 'slettet', reason = '', role = 'power'",
        "UPDATE work_order SET person = 'ola', reason = ''",
        "UPDATE mass_retry SET person = 'slettet', reason = '', per_minute = 1",
        "UPDATE mass_retry SET person = 'slettet', reason = 'because'",
        "UPDATE sample SET person = 'slettet', drawn = 1",
        "UPDATE sample SET person = 'ola'",
    ],
)
async def test_of_what_is_anonymised_nothing_else_is_changed(house: House, statement: str) -> None:
    await stopped(house, "K1")
    jobs = mass_retries.MassRetries(house.database, house.chain)
    jobs.stop(jobs.start({1: house.item().seq}, PER, "again", one_first=True, per_minute=60), PER)
    orders.give_up(house.database, orders.place(house.database, QUEUE, ["K1"], PER, "called"), orders.FAILED)
    for table in ("work_order", "mass_retry"):
        earlier(house, table, "at", "ended_at")
    draw_sample(house)
    earlier(house, "sample", "at")
    with pytest.raises(DBAPIError, match="only anonymised long afterwards"):
        house.sql(statement)


async def test_what_an_open_item_has_is_never_marked_as_emptied(house: House) -> None:
    house.queue("K1", as_of=CLOSED_ON)
    with pytest.raises(DBAPIError, match="emptied_when_closed"):
        house.sql("UPDATE work_item SET emptied = 1")


async def test_the_report_of_a_night_stands_for_five_years(house: House) -> None:
    await a_past(house)
    with house.database.read() as c:
        before = control_report(c, QUEUE, CLOSED_ON)
    empty(house, KEPT_FIVE_YEARS)
    with house.database.read() as c:
        assert control_report(c, QUEUE, CLOSED_ON) == before
    assert json.loads(house.rows("step", item_id=3, kind="done")[0].data) == {"place": "new"}
