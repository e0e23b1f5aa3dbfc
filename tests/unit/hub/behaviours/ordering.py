"""What a person asks an automation to take: only that is taken in, and each krav is answered."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy.exc import DBAPIError

from domain.errors import BusinessException
from hub.audit import NOBODY_KNOWS
from hub.automation import Line, Memo, Utelatt, Varsel, Vernet
from hub.storage import memos, orders, runs
from hub.storage.approvals import barred
from hub.storage.intake import Taken, take_in_ordered
from tests.unit.hub.behaviours.house import ANSWER_TIME, KARI, NIGHT, QUEUE, House, night
from tests.unit.hub.fake_world import arbeid


def order(house: House, *krav: str) -> int:
    return orders.place(house.database, QUEUE, krav, KARI, "the customer called")


def carry_out(house: House, lines: Sequence[Line], n: int = 0) -> Taken | None:
    """A drain takes the oldest order up, and the automation finds these lines."""
    oldest = orders.waiting(house.database)[0]
    run_id = runs.begin(house.database, QUEUE, "order", night(n), oldest.person, None)
    taken = take_in_ordered(house.database, house.chain, oldest, run_id, lines, night(n), 5_000, night(n) + ANSWER_TIME)
    runs.end(house.database, run_id, "completed")
    return taken


def answers(house: House, order_id: int = 1) -> dict[str, tuple[str | None, str | None, int | None]]:
    with house.database.read() as c:
        return {row.krav: (row.answer, row.code, row.item_id) for row in orders.show(c, order_id).krav}


def open_items(house: House) -> list[str]:
    return [row.reference for row in house.rows("work_item") if row.closed_as_of is None]


async def test_each_krav_is_answered_and_only_what_was_asked_for_is_taken(house: House) -> None:
    house.find(arbeid("K1"), arbeid("K8"))
    order(house, "K1", "K2", "K3", "K4", "K5", "K9")
    found: list[Line] = [arbeid("K1"), arbeid("K2", "K3"), arbeid("K7"), Utelatt("K4", "ESTATE"), Varsel("K5", "SOON")]
    carry_out(house, found)
    assert answers(house) == {
        "K1": ("open", None, 1),
        "K2": ("taken", None, 3),
        "K3": ("taken", None, 3),
        "K4": ("left out", "ESTATE", None),
        "K5": ("left out", "SOON", None),
        "K9": ("unknown", None, None),
    }
    assert open_items(house) == ["WORLD:K1", "WORLD:K8", "WORLD:K2+K3"], "K7 was not asked for; K8 is not closed"
    assert orders.waiting(house.database) == []


async def test_who_ordered_it_may_not_approve_it(house: House) -> None:
    house.automation.worth = 66_000
    house.world.krav["K1"] = "old"
    order(house, "K1")
    carry_out(house, [arbeid("K1")])
    assert house.item().ordered_by == "kari"
    assert await house.drain() == {"awaiting_approval": 1}
    with house.database.read() as c:
        assert barred(c, "kari") == {1}
        assert barred(c, "ola") == set()


async def test_who_ordered_it_may_not_approve_it_when_others_have_ordered_it_since(house: House) -> None:
    house.automation.worth = 66_000
    house.world.krav["K1"] = "old"
    order(house, "K1")
    carry_out(house, [arbeid("K1")])
    for n, person in enumerate(["natt", "per", "natt", NOBODY_KNOWS, "kari", "natt"], start=1):
        house.find(arbeid("K1"), as_of=night(n), ordered_by=person)
    assert (house.item().ordered_by, house.item().ordered_before) == ("natt", "kari;natt;per")
    assert await house.drain(as_of=night(6)) == {"awaiting_approval": 1}
    with house.database.read() as c:
        assert [barred(c, person) for person in ("kari", "per", "natt", "ola")] == [{1}, {1}, {1}, set()]


async def test_what_is_done_tonight_or_closed_by_a_person_is_not_taken_again(house: House) -> None:
    house.queue("K1", "K2")
    house.world.plan_faults = [BusinessException("DISPUTED")]
    await house.drain()
    house.people.close(1, KARI, "handled", NIGHT)
    order(house, "K1", "K2")
    carry_out(house, [arbeid("K1"), arbeid("K2")])
    assert {krav: told[0] for krav, told in answers(house).items()} == {"K1": "closed", "K2": "closed"}
    assert open_items(house) == []
    order(house, "K2")
    carry_out(house, [arbeid("K1"), arbeid("K2")], n=1)
    assert answers(house, 2) == {"K2": ("taken", None, 3)}, "a new night, a new occasion"


def test_what_stands_open_is_left_as_it_is_and_nothing_is_put_beside_it(house: House) -> None:
    """The automation would now make two items of one: a full find does, an order waits for it."""
    house.find(arbeid("K1", "K2"))
    before = house.item()
    order(house, "K2", "K3")
    carry_out(house, [arbeid("K1"), arbeid("K2", "K3")], n=1)
    assert answers(house) == {"K2": ("open", None, 1), "K3": ("open", None, 1)}, "K3 belongs together with K2"
    assert house.item() == before
    assert open_items(house) == ["WORLD:K1+K2"]


def test_the_report_and_the_memos_of_the_night_are_not_touched(house: House) -> None:
    house.find(arbeid("K1"), Utelatt("K2", "ESTATE"), Memo("read", "7"))
    order(house, "K3")
    carry_out(house, [arbeid("K3"), Memo("read", "9")])
    assert memos.read(house.database, QUEUE) == {"read": "7"}, "what the feed told of others is still to be taken in"
    assert [row.krav for row in house.rows("report_line") if row.krav] == ["K2"]
    with house.database.read() as c:
        latest = runs.latest_find(c, QUEUE)
        assert latest is not None
        assert runs.lines(c, latest.id), "the night's report is still of its own find"
        assert runs.earlier_effects(c, QUEUE) == [1]


def test_of_a_protected_person_nothing_is_told_and_nothing_stays(house: House) -> None:
    order(house, "K1", "K2")
    carry_out(house, [arbeid("K1"), Utelatt("K2", "ESTATE")])
    assert answers(house) == {"K1": ("taken", None, 1), "K2": ("left out", "ESTATE", None)}
    order(house, "K1", "K2", "K9")
    carry_out(house, [Vernet("K1"), Vernet("K2")], n=1)
    silent = ("unknown", None, None)
    assert answers(house, 2) == {"K1": silent, "K2": silent, "K9": silent}, "as one that does not exist"
    assert answers(house, 1) == {"K1": silent, "K2": silent}
    assert house.item().state == "cancelled"
    assert house.item().krav == ""


def test_a_krav_that_has_left_the_item_since_tells_nothing_either(house: House) -> None:
    order(house, "K1", "K2")
    carry_out(house, [arbeid("K1", "K2")])
    house.find(arbeid("K2"), as_of=night(1))
    assert house.item().krav == "K2"
    house.find(Vernet("K2"), as_of=night(2))
    assert house.item().state == "cancelled"
    assert set(answers(house).values()) == {("unknown", None, None)}, "K1 was the same person's"


def test_two_workers_carry_an_order_out_once(house: House) -> None:
    order(house, "K1")
    (seen,) = orders.waiting(house.database)
    carry_out(house, [arbeid("K1")])
    run_id = runs.begin(house.database, QUEUE, "order", NIGHT, "kari", None)
    again = take_in_ordered(house.database, house.chain, seen, run_id, [], NIGHT, 5_000, NIGHT + ANSWER_TIME)
    assert again is None
    assert answers(house) == {"K1": ("taken", None, 1)}
    orders.give_up(house.database, 1, orders.FAILED, "WORLD_ANSWER")
    with house.database.read() as c:
        assert orders.show(c, 1).order.outcome == orders.DONE


def test_far_more_than_usual_pauses_the_queue(house: House) -> None:
    order(house, "K1", "K2")
    oldest = orders.waiting(house.database)[0]
    run_id = runs.begin(house.database, QUEUE, "order", NIGHT, "kari", None)
    lines = [arbeid("K1"), arbeid("K2")]
    taken = take_in_ordered(house.database, house.chain, oldest, run_id, lines, NIGHT, 1, NIGHT + ANSWER_TIME)
    assert taken is not None
    assert taken.paused
    assert house.rows("work_queue", name=QUEUE)[0].paused == "volume"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE work_order SET person = 'ola'",
        "UPDATE work_order SET outcome = 'failed'",
        "DELETE FROM work_order_krav",
        "DELETE FROM work_order",
    ],
)
def test_what_was_ordered_and_how_it_ended_stays(house: House, statement: str) -> None:
    order(house, "K1")
    carry_out(house, [arbeid("K1")])
    with pytest.raises(DBAPIError):
        house.sql(statement)
