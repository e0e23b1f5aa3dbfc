"""The seals: what was removed, shortened or altered since one was taken is named, and a rewound database is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hub.audit import Chain
from hub.automation import Vernet
from hub.seal import Mark, Seal
from hub.storage import seals
from hub.storage.proof import Fault, prove
from hub.storage.seal_proof import Sealed, verify_seals
from tests.unit.hub.behaviours.house import KARI, NIGHT, House, night

OF_ITEM_2 = [f"DELETE FROM {table} WHERE item_id = 2" for table in ("event", "attempt", "step", "item_key")]
SEALED_OTHERWISE = "it, or an earlier time, is not as it was sealed"
REMOVED = [*OF_ITEM_2, "DELETE FROM work_item WHERE id = 2"]
SHORTENED = ["DELETE FROM event WHERE item_id = 1 AND seq = 3", "UPDATE work_item SET seq = 2 WHERE id = 1"]


def seal(house: House) -> Seal:
    taken = seals.take(house.database, house.chain)
    assert taken is not None
    return taken


def check(house: House, kept: Mark | None = None, chain: Chain | None = None) -> tuple[list[Fault], Sealed]:
    """What does not hold of the items, and what the seals prove."""
    with house.database.read() as c:
        proof = prove(c, chain or house.chain)
        sealed = verify_seals(c, chain or house.chain, kept)
    return sorted({*proof.broken, *sealed.missing}), sealed


@pytest.fixture
async def sealed(house: House) -> House:
    """Seal 1 is over two items of three events, seal 2 over one more of one; after it that one was closed by hand."""
    house.queue("K1", "K2")
    await house.drain()
    seal(house)
    house.queue("K3")
    seal(house)
    house.people.close(3, KARI, "done in PAX", NIGHT)
    return house


async def test_what_a_seal_is_over_and_what_came_after_it(sealed: House) -> None:
    wrong, proof = check(sealed)
    assert (wrong, proof.broken) == ([], [])
    assert [(each.no, each.heads, each.events) for each in proof.series] == [(1, 2, 6), (2, 1, 1)]
    assert proof.series[1].previous == proof.series[0].signature
    assert (proof.holds_to, proof.items_after, proof.events_after) == (proof.series[1], 1, 1)


async def test_a_seal_is_over_each_change_once(sealed: House) -> None:
    third = seal(sealed)
    assert (third.no, third.heads, third.events) == (3, 1, 1)
    assert seal(sealed) == third, "nothing has changed since"
    assert len(sealed.rows("seal")) == 3
    wrong, proof = check(sealed, kept=third.mark)
    assert (wrong, proof.broken, proof.events_after) == ([], [], 0)


async def test_what_is_committed_after_a_seal_is_in_the_next_one_although_it_was_written_before(sealed: House) -> None:
    with sealed.without_triggers() as c:
        c.execute(sa.text("UPDATE event SET at = at - 600 WHERE item_id = 3 AND seq = 2"))
    assert seal(sealed).events == 1


def test_nothing_is_sealed_where_nothing_has_happened(house: House) -> None:
    assert seals.take(house.database, house.chain) is None
    assert check(house) == ([], Sealed([]))


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (["UPDATE event SET content = REPLACE(content, 'claim', 'x') WHERE item_id = 1 AND seq = 2"], {(1, 2)}),
        (["UPDATE event SET at = at - 3600 WHERE item_id = 1 AND seq = 2"], {(1, 3)}),
        (["DELETE FROM event WHERE item_id = 1 AND seq = 3"], {(1, 3)}),
        (SHORTENED, {(1, 3)}),
        (REMOVED, {(2, 3)}),
        ([*SHORTENED, *REMOVED], {(1, 3), (2, 3)}),
    ],
    ids=["content", "time", "last event", "last event and counter", "whole item", "both"],
)
async def test_what_was_done_to_items_is_named(sealed: House, tamper: list[str], named: set[tuple[int, int]]) -> None:
    with sealed.without_triggers() as c:
        for statement in tamper:
            c.execute(sa.text(statement))
    wrong, proof = check(sealed)
    assert {(item, seq) for item, seq, _ in wrong} == named
    assert (proof.broken, proof.holds_to) == ([], proof.series[-1])


async def test_what_is_gone_is_named_by_the_seal_that_is_over_it(sealed: House) -> None:
    with sealed.without_triggers() as c:
        for statement in [*SHORTENED, *REMOVED]:
            c.execute(sa.text(statement))
    wrong, _ = check(sealed)
    assert wrong == [
        (1, 3, "it is missing, and seal 1 is over it"),
        (2, 3, "the whole item is missing, and seal 1 is over it"),
    ]


async def test_an_item_begun_anew_over_a_removed_end_is_found(sealed: House) -> None:
    """Whoever has the application, and with it the key, lets it write on from an earlier event."""
    with sealed.without_triggers() as c:
        c.execute(sa.text(SHORTENED[0]))
        c.execute(sa.text("UPDATE work_item SET seq = 2, state = 'ready', closed_as_of = NULL WHERE id = 1"))
    sealed.people.close(1, KARI, "done", NIGHT)
    seal(sealed)
    wrong, _ = check(sealed)
    assert wrong == [(1, 3, SEALED_OTHERWISE)]


async def test_an_item_that_was_put_in_is_found(sealed: House) -> None:
    forger = replace(sealed, chain=Chain(b"another key"))
    forger.queue("K4")
    seal(sealed)
    wrong, _ = check(sealed)
    assert wrong == [(4, 1, "the link does not follow the one before it")]


@pytest.mark.parametrize(
    ("tamper", "broken", "holds_to"),
    [
        (["UPDATE seal SET at = at - 1 WHERE no = 1"], [(1, "it was changed")], None),
        (["UPDATE seal SET events = 5 WHERE no = 2"], [(2, "it was changed")], 1),
        (["UPDATE seal SET signature = previous WHERE no = 2"], [(2, "it was changed")], 1),
        (["DELETE FROM sealed_head WHERE seal = 1", "DELETE FROM seal WHERE no = 1"], [(1, "it is missing")], None),
        (["UPDATE seal SET previous = 'x' WHERE no = 2"], [(2, "it does not follow the one before it")], 1),
        (["DELETE FROM sealed_head WHERE item_id = 2"], [(1, "the list of what it is over was changed")], None),
        (["UPDATE sealed_head SET digest = 'x' WHERE seal = 2"], [(2, "the list of what it is over was changed")], 1),
    ],
)
async def test_what_was_done_to_seals_is_found(
    sealed: House, tamper: list[str], broken: list[tuple[int, str]], holds_to: int | None
) -> None:
    with sealed.without_triggers() as c:
        for statement in tamper:
            c.execute(sa.text(statement))
    _, proof = check(sealed)
    assert set(broken) <= set(proof.broken)
    assert {no for no, _ in proof.broken} == {no for no, _ in broken}
    assert (proof.holds_to and proof.holds_to.no) == holds_to


async def test_an_item_that_left_the_seal_too_breaks_the_seal(sealed: House) -> None:
    with sealed.without_triggers() as c:
        for statement in [*REMOVED, "DELETE FROM sealed_head WHERE item_id = 2"]:
            c.execute(sa.text(statement))
    assert check(sealed)[1].broken == [(1, "the list of what it is over was changed")]


async def test_nobody_seals_without_the_key(sealed: House) -> None:
    seals.take(sealed.database, Chain(b"another key"))
    assert check(sealed)[1].broken == [(3, "it was changed")]


async def test_a_database_that_was_rewound_is_found_by_a_seal_from_outside(sealed: House) -> None:
    kept = seal(sealed).mark
    with sealed.without_triggers() as c:  # as it was after seal 2
        for table, where in (("event", "item_id = 3 AND seq = 2"), ("sealed_head", "seal = 3"), ("seal", "no = 3")):
            c.execute(sa.text(f"DELETE FROM {table} WHERE {where}"))
        c.execute(sa.text("UPDATE work_item SET seq = 1, state = 'ready', closed_as_of = NULL WHERE id = 3"))
    wrong, proof = check(sealed)
    assert (wrong, proof.broken) == ([], []), "nothing inside it can tell"
    _, proof = check(sealed, kept)
    assert [no for no, _ in proof.broken] == [3]
    assert "the database is older than it" in proof.broken[0][1]
    assert proof.holds_to == proof.series[1]
    sealed.people.close(3, KARI, "another story", NIGHT)
    assert seal(sealed).no == 3
    _, proof = check(sealed, kept)
    assert "the history was written anew" in proof.broken[0][1]


async def test_what_retention_and_erasure_take_leaves_all_proven(sealed: House) -> None:
    sealed.queue("K4")
    kept = seal(sealed).mark
    with sealed.without_triggers() as c:  # of an item that was closed long ago the database allows it
        c.exec_driver_sql("UPDATE event SET salt = NULL, content = NULL WHERE item_id = 1")
    sealed.find(Vernet("K4"), as_of=night(1))
    assert sealed.item(4).state == "cancelled"
    seal(sealed)
    wrong, proof = check(sealed, kept)
    assert (wrong, proof.broken, proof.events_after) == ([], [], 0)


def test_two_rounds_that_seal_at_once_take_one_after_the_other(house: House) -> None:
    house.queue(*(f"K{n}" for n in range(40)))
    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(lambda _: seal(house), range(4)))
    assert {each.no for each in taken} == {1}
    assert (len(house.rows("seal")), len(house.rows("sealed_head"))) == (1, 40)
    assert check(house)[1].broken == []


@pytest.mark.parametrize("statement", ["UPDATE {} SET seal = 9", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["seal", "sealed_head"])
async def test_seals_are_only_added_to(sealed: House, table: str, statement: str) -> None:
    column = "no" if table == "seal" else "seal"
    with pytest.raises(DBAPIError, match="append-only"):
        sealed.sql(statement.format(table).replace("SET seal", f"SET {column}"))


async def test_the_same_seal_is_not_followed_twice(sealed: House) -> None:
    again = "INSERT INTO seal SELECT 9, previous, at, heads, events, root, signature FROM seal WHERE no = 2"
    with pytest.raises(DBAPIError, match=r"(?i)unique"):
        sealed.sql(again)
