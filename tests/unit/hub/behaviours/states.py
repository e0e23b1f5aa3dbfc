"""The state table, held by the code and by the database against hand-written SQL."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from hub.audit import MACHINE
from hub.states import FINISHED, TRANSITIONS, State
from hub.storage import queues
from hub.storage.moves import Moves, NotPossible
from tests.unit.hub.behaviours.house import KARI, NIGHT, QUEUE, House
from tests.unit.hub.fake_world import arbeid

WAY_TO = {
    State.READY: (),
    State.DEFERRED: (State.DEFERRED,),
    State.RUNNING: (State.RUNNING,),
    State.COMPLETED: (State.COMPLETED,),
    State.WAITING: (State.RUNNING, State.WAITING),
    State.AWAITING_APPROVAL: (State.RUNNING, State.AWAITING_APPROVAL),
    State.HANDLED_MANUALLY: (State.HANDLED_MANUALLY,),
    State.CANCELLED: (State.CANCELLED,),
}
ELSEWHERE: dict[str, object] = {"lease_until": None, "holder": None, "waiting_kind": None, "closed_as_of": None}
COLUMNS: dict[State, dict[str, object]] = {
    State.RUNNING: {"lease_until": 9e9, "holder": "x"},
    State.WAITING: {"waiting_kind": "business"},
    **{state: {"closed_as_of": NIGHT.isoformat()} for state in FINISHED},
}
"""What belongs to a state; every other column of these is NULL."""
PAIRS = [(before, after) for before in State for after in State if before is not after]


def columns_of(state: State) -> dict[str, object]:
    return ELSEWHERE | COLUMNS.get(state, {})


def put(house: House, item_id: int, state: State) -> None:
    """Move an item by hand-written SQL, with the columns that belong to the state."""
    columns = ", ".join(f"{name} = :{name}" for name in ELSEWHERE)
    values = {"state": state.value, "id": item_id, **columns_of(state)}
    house.sql(f"UPDATE work_item SET state = :state, {columns} WHERE id = :id", **values)


def items_in(house: House, states: list[State]) -> None:
    """New items from 1 on, each brought to its state the allowed way."""
    house.find(*(arbeid(f"K{n}") for n in range(len(states))))
    for item_id, state in enumerate(states, start=1):
        for step in WAY_TO[state]:
            put(house, item_id, step)


def test_the_database_refuses_every_move_outside_the_table(house: House) -> None:
    wrong = []
    items_in(house, [before for before, _ in PAIRS])
    for item_id, (before, after) in enumerate(PAIRS, start=1):
        try:
            put(house, item_id, after)
            refused = False
        except DBAPIError as error:
            refused = "not a transition of the state table" in str(error)
            if not refused:
                raise
        if refused == (after in TRANSITIONS[before]):
            wrong.append((before, after))
        assert house.item(item_id).state == (before if refused else after)
    assert wrong == []


def test_the_code_refuses_every_move_outside_the_table_and_writes_nothing(house: House) -> None:
    moves = Moves(house.database, house.chain)
    pairs = [*PAIRS, *((state, state) for state in FINISHED)]
    items_in(house, [before for before, _ in pairs])
    for item_id, (before, after) in enumerate(pairs, start=1):
        events = len(house.rows("event", item_id=item_id))

        def move(item_id=item_id, after=after) -> None:
            with house.database.begin() as c:
                moves.move(c, item_id, after, MACHINE, "test", values=columns_of(after))

        if after in TRANSITIONS[before]:
            move()
            assert house.item(item_id).state == after
            assert len(house.rows("event", item_id=item_id)) == events + 1
        else:
            with pytest.raises(NotPossible, match=f"is {before} and cannot become {after}"):
                move()
            assert house.item(item_id).state == before
            assert len(house.rows("event", item_id=item_id)) == events


def test_what_is_finished_stays_finished() -> None:
    assert {State.COMPLETED, State.HANDLED_MANUALLY, State.CANCELLED} == FINISHED
    assert not any(TRANSITIONS[state] for state in FINISHED)


def test_only_a_worker_leaves_an_item_waiting_and_only_a_claim_starts_one() -> None:
    assert {state for state in State if State.WAITING in TRANSITIONS[state]} == {State.RUNNING}
    assert {state for state in State if State.AWAITING_APPROVAL in TRANSITIONS[state]} == {State.RUNNING}
    assert {state for state in State if State.RUNNING in TRANSITIONS[state]} == {State.READY, State.DEFERRED}
    assert State.HANDLED_MANUALLY not in TRANSITIONS[State.RUNNING], "nobody takes an item out of a worker's hands"


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ("state = 'running'", "lease_while_running"),
        ("state = 'running', lease_until = 9e9", "lease_has_holder"),
        ("lease_until = 9e9, holder = 'x'", "lease_while_running"),
        ("state = 'deferred', waiting_kind = 'business'", "waiting_says_why"),
        ("state = 'completed'", "closed_when_finished"),
        ("closed_as_of = '2026-11-23'", "closed_when_finished"),
        ("state = 'lost'", "state"),
    ],
)
def test_the_columns_of_a_state_belong_together(house: House, columns: str, rule: str) -> None:
    house.queue("K1")
    with pytest.raises(DBAPIError) as raised:
        house.sql(f"UPDATE work_item SET {columns} WHERE id = 1")
    assert rule in str(raised.value) or "not a transition" in str(raised.value)
    assert house.item().state == State.READY


def test_at_most_one_unfinished_item_for_a_reference(house: House) -> None:
    house.queue("K1")
    again = """
        INSERT INTO work_item (queue, target, reference, occasion, state, krav, payload, fingerprint, as_of, ordered_by,
                               ready_at, created_at, updated_at)
        SELECT queue, target, reference, 2, 'ready', krav, payload, fingerprint, as_of, ordered_by, 0, 0, 0
        FROM work_item WHERE id = 1"""
    with pytest.raises(IntegrityError):
        house.sql(again)
    house.people.close(1, KARI, "handled", NIGHT)
    house.sql(again)
    assert [row.state for row in house.rows("work_item")] == ["handled_manually", "ready"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET digest = 'x'",
        "DELETE FROM event",
        "UPDATE event SET content = '{}'",
        "UPDATE event SET salt = 'x', content = NULL",
        "UPDATE event SET salt = NULL, content = NULL",
        "UPDATE step SET data = '{}'",
        "DELETE FROM step",
        "UPDATE queue_event SET actor = 'x'",
        "DELETE FROM queue_event",
        "UPDATE queue_release SET person = 'x'",
        "DELETE FROM queue_release",
        "DELETE FROM work_item",
        "DELETE FROM attempt",
        "UPDATE attempt SET outcome = 'x', message = NULL",
        "UPDATE attempt SET code = 'x', message = NULL",
        "UPDATE attempt SET ended_at = 1, message = NULL",
        "UPDATE attempt SET ended_at = NULL, message = NULL",
        "UPDATE attempt SET holder = 'x', message = NULL",
        "UPDATE attempt SET message = 'x'",
    ],
)
async def test_history_is_only_added_to(house: House, statement: str) -> None:
    house.queue("K1")
    await house.drain()
    queues.pause(house.database, QUEUE, "person", KARI, "a look")
    queues.release(house.database, QUEUE, KARI, "seen")
    before = house.everything() if house.database.dialect != "sqlite" else None
    with pytest.raises(DBAPIError, match=r"append-only|never|only when"):
        house.sql(statement)
    assert before in (None, house.everything())


async def test_the_message_of_an_attempt_may_be_emptied(house: House) -> None:
    house.queue("K1")
    await house.drain()
    house.sql("UPDATE attempt SET message = NULL")
    assert [(row.outcome, row.message) for row in house.rows("attempt")] == [("complete", None)]
