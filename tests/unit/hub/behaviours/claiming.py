"""Claiming: who gets which item, and in what order."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from hub.release import ReleaseLevel
from hub.states import State, WaitingKind
from hub.storage import queues
from hub.storage.claims import LeaseLost, Outcome, Wanted
from hub.storage.proof import prove
from hub.target import TargetSpec
from tests.unit.hub.behaviours.house import KARI, NIGHT, House, night
from tests.unit.hub.fake_world import arbeid

DONE = Outcome(State.COMPLETED, "complete", result="MOVED", spent=True)
AGAIN = Outcome(State.DEFERRED, "retry", reason="WORLD_SEND", spent=True)


def test_oldest_first(house: House) -> None:
    house.queue("K1", "K2", "K3")
    claims = house.claims()
    assert [house.claim(claims).item.id for _ in range(3)] == [1, 2, 3]
    assert house.try_claim(claims) is None


def test_an_item_that_is_tried_again_keeps_its_place(house: House) -> None:
    house.queue("K1", "K2", "K3")
    claims = house.claims()
    house.finish(claims, house.claim(claims), AGAIN)
    assert house.claim(claims).item.id == 1


def test_an_item_a_person_puts_back_keeps_its_place(house: House) -> None:
    house.queue("K1", "K2", "K3")
    claims = house.claims()
    house.finish(claims, house.claim(claims), Outcome(State.WAITING, "system", WaitingKind.SYSTEM, "WORLD_SEND"))
    assert house.claim(claims).item.id == 2
    house.people.retry(1, KARI, "PAX is up again")
    assert house.claim(claims).item.id == 1


def test_items_of_an_earlier_night_go_first(house: House) -> None:
    house.queue("K9", as_of=night(-1))
    house.find(arbeid("K1"), arbeid("K9"))
    assert house.claim().item.reference == "WORLD:K9"


def test_an_item_is_not_claimed_before_it_is_due(house: House) -> None:
    house.queue("K1", "K2")
    claims = house.claims()
    later = Outcome(State.DEFERRED, "retry", reason="WORLD_SEND", delay=60.0)
    house.finish(claims, house.claim(claims), later)
    assert house.claim(claims).item.id == 2
    assert house.try_claim(claims) is None
    house.sql("UPDATE work_item SET ready_at = ready_at - 60 WHERE id = 1")
    assert house.claim(claims).item.id == 1


def test_only_what_is_wanted_is_claimed(house: House) -> None:
    house.specs += (TargetSpec("OTHER", ("OTHER",)),)
    house.know_targets()
    house.find(arbeid("K1"), arbeid("K2", target="OTHER"))
    claims = house.claims()
    assert house.claim(claims, targets=("OTHER",)).item.id == 2
    assert house.try_claim(claims, targets=("OTHER",)) is None
    assert claims.claim(Wanted("another queue", ("WORLD",), "worker")) is None
    assert house.claim(claims, targets=("OTHER", "WORLD")).item.id == 1


def test_a_claim_tells_what_the_worker_needs_and_what_happened(house: House) -> None:
    house.queue("K1")
    held = house.claim(holder="worker-7")
    row = house.item()
    assert (held.item.payload, held.item.attempt, held.item.as_of) == ({"krav": ["K1"]}, 1, NIGHT)
    assert (row.state, row.holder, row.lease_no) == ("running", "worker-7", held.lease_no)
    attempt = house.rows("attempt")[0]
    assert (attempt.no, attempt.holder, attempt.run_id, attempt.ended_at) == (1, "worker-7", house.run_id, None)
    told = json.loads(house.rows("event")[-1].content)
    assert told == {
        "action": "claim",
        "from": "ready",
        "to": "running",
        "actor": "worker-7",
        "role": "maskin",
        "reason": None,
    }


def test_an_event_that_was_added_while_the_claim_looked_is_linked_to(house: House) -> None:
    """PostgreSQL takes the row as it is by then, and does not see the event another has committed meanwhile."""
    house.queue("K1")
    claims = house.claims()
    blind = re.sub(r"\(SELECT chain.*?\) AS chain", "NULL AS chain", claims._sql.claim)
    assert blind != claims._sql.claim
    claims._sql = replace(claims._sql, claim=blind)
    house.finish(claims, house.claim(claims), DONE)
    with house.database.read() as c:
        proof = prove(c, house.chain)
    assert (proof.events, proof.broken) == (3, [])


def test_every_change_of_state_tells_before_and_after(house: House) -> None:
    house.queue("K1")
    claims = house.claims()
    house.finish(claims, house.claim(claims), AGAIN)
    house.finish(claims, house.claim(claims), DONE)
    told = [json.loads(row.content) for row in house.rows("event")]
    assert [(one["from"], one["to"]) for one in told] == [
        (None, "ready"),
        ("ready", "running"),
        ("running", "deferred"),
        ("deferred", "running"),
        ("running", "completed"),
    ]
    assert all(one["actor"] and one["role"] and one["action"] for one in told)
    assert (told[2]["reason"], told[4]["result"]) == ("WORLD_SEND", "MOVED")


def test_ending_one_and_taking_the_next_is_one_commit(house: House) -> None:
    house.queue("K1", "K2")
    claims = house.claims()
    held = house.claim(claims)
    following = claims.finish_and_claim(held, DONE, NIGHT, Wanted("move", ("WORLD",), "worker"))
    assert following is not None
    assert following.item.id == 2
    with pytest.raises(LeaseLost):
        claims.finish_and_claim(held, DONE, NIGHT, Wanted("move", ("WORLD",), "worker"))
    assert house.states() == {"completed": 1, "running": 1}


def test_an_end_that_is_refused_takes_nothing_new(house: House) -> None:
    house.queue("K1", "K2")
    claims = house.claims()
    held = house.claim(claims)
    house.expire(held.item.id)
    with pytest.raises(LeaseLost):
        claims.finish_and_claim(held, DONE, NIGHT, Wanted("move", ("WORLD",), "worker"))
    assert house.item(2).state == "ready"
    assert house.claim(claims).item.id == 2, "the worker's hand still works"


def test_an_attempt_ends_in_no_state_outside_the_table(house: House) -> None:
    house.queue("K1")
    claims = house.claims()
    held = house.claim(claims)
    with pytest.raises(ValueError, match="cannot end in handled_manually"):
        house.finish(claims, held, Outcome(State.HANDLED_MANUALLY, "x"))
    assert house.item().state == "running"


def test_a_statement_the_database_refuses_leaves_a_hand_that_works(house: House) -> None:
    house.queue("K1", "K2")
    claims = house.claims()
    held = house.claim(claims)
    house.sql("INSERT INTO attempt (item_id, no, holder, started_at) VALUES (2, 1, 'x', 0)")
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        house.claim(claims)
    assert house.item(2).state == "ready"
    house.finish(claims, held, DONE)
    assert house.item(1).state == "completed"


def test_two_claimers_never_get_the_same_item(house: House) -> None:
    house.queue(*(f"K{n:03}" for n in range(80)))
    begin = threading.Barrier(4)

    def work(number: int) -> list[int]:
        claims = house.claims()
        begin.wait()
        mine = []
        while held := house.try_claim(claims, f"worker-{number}"):
            mine.append(held.item.id)
            if len(mine) % 2:
                house.finish(claims, held, DONE)
        return mine

    with ThreadPoolExecutor(4) as pool:
        taken = [item_id for mine in pool.map(work, range(4)) for item_id in mine]
    assert sorted(taken) == list(range(1, 81))
    assert len(house.rows("attempt")) == 80


def test_a_queue_that_is_unknown_is_made_known_by_two_at_once(house: House) -> None:
    begin = threading.Barrier(4)

    def ensure(_: int) -> None:
        begin.wait()
        queues.ensure(house.database, "new", ReleaseLevel.DRY)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ensure, range(4)))
    assert [row.name for row in house.rows("work_queue")].count("new") == 1
