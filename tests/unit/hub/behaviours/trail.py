"""The trail is read backwards, whole and in order, and the chain is proven for what a period touched."""

from __future__ import annotations

import math

import pytest

from domain.errors import BusinessException
from hub.automation import Vernet
from hub.storage import proof, queues, trail
from hub.storage.trail import PEOPLE, Entry, Search
from tests.unit.hub.behaviours.house import KARI, NIGHT, OLA, QUEUE, House, night
from tests.unit.hub.fake_world import arbeid

MONTH = 30 * 86400.0
Told = tuple[int, int]
ORDER: list[Told] = [(1, 1), (2, 1), (1, 2), (1, 3), (2, 2), (2, 3), (1, 4), (1, 5), (2, 4)]
"""Item and number of each event of an item, in the order they happened."""


async def lived(house: House) -> None:
    """Two items a month ago; since then people have acted, and a queue was paused."""
    house.queue("K1", "K2")
    house.world.plan_faults = [BusinessException("ESTATE"), BusinessException("MINOR")]
    await house.drain()
    with house.without_triggers() as c:
        c.exec_driver_sql(f"UPDATE event SET at = at - {MONTH}")
        c.exec_driver_sql(f"UPDATE work_item SET created_at = created_at - {MONTH}")
    house.people.take(1, KARI)
    house.people.comment(1, OLA, '"actor":"kari" said so')
    house.people.close(2, KARI, "done", NIGHT)
    queues.pause(house.database, QUEUE, "person", OLA, "down")
    with house.without_triggers() as c:
        for age, (item, seq) in enumerate(reversed(ORDER), 1):  # a quick machine does two things in one millisecond
            c.exec_driver_sql(f"UPDATE event SET at = at - {age / 100} WHERE item_id = {item} AND seq = {seq}")


def search(house: House, wanted: Search | None = None, limit: int = 50, patience: float = math.inf) -> list[Entry]:
    """All pages, one after the other."""
    out: list[Entry] = []
    after = None
    while True:
        with house.database.read() as c:
            found = trail.search(c, wanted or Search(), after, limit, patience)
        out += found.entries
        if found.more is None:
            return out
        after = found.more


def ids(entries: list[Entry]) -> list[Told]:
    return [(each.item_id, each.seq) for each in entries]


async def test_everything_is_told_once_the_newest_first(house: House) -> None:
    await lived(house)
    told = search(house)
    # paused; K2 closed; K1 commented and taken; then each was stopped, begun and found, a month ago
    assert ids(told) == [(0, 1), (2, 4), (1, 5), (1, 4), (2, 3), (2, 2), (1, 3), (1, 2), (2, 1), (1, 1)]
    assert [each.at for each in told] == sorted((each.at for each in told), reverse=True)


@pytest.mark.parametrize("limit", [1, 2, 3, 9, 10])
async def test_page_by_page_nothing_is_lost_or_told_twice(house: House, limit: int) -> None:
    await lived(house)
    assert ids(search(house, limit=limit)) == ids(search(house))


async def test_a_search_that_has_taken_its_time_is_gone_on_with(house: House) -> None:
    await lived(house)
    with house.database.read() as c:
        found = trail.search(c, Search(action="claim"), None, 50, patience=-1.0)
    assert (found.entries, found.more is None) == ([], False), "nothing of the last hour, and it goes further back"
    assert ids(search(house, Search(action="claim"), patience=-1.0)) == [(2, 2), (1, 2)]
    assert ids(search(house, patience=-1.0)) == ids(search(house))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Search(role=PEOPLE), [(0, 1), (2, 4), (1, 5), (1, 4)]),
        (Search(actors=["KAR"]), [(2, 4), (1, 4)]),
        (Search(actors=["ola"], role="power"), [(0, 1), (1, 5)]),
        (Search(actors=["%"]), []),
        (Search(actors=["nobody", "kari"]), [(2, 4), (1, 4)]),
        (Search(role="saksbehandler"), []),
        (Search(action="business"), [(2, 3), (1, 3)]),
        (Search(action="pause"), [(0, 1)]),
        (Search(queue="other"), []),
        (Search(items=[2]), [(2, 4), (2, 3), (2, 2), (2, 1)]),
        (Search(items=[]), []),
        (Search(items=[1], role=PEOPLE), [(1, 5), (1, 4)]),
    ],
)
async def test_only_what_is_asked_for(house: House, wanted: Search, expected: list[Told]) -> None:
    await lived(house)
    assert ids(search(house, wanted, limit=3)) == expected


async def test_a_period_has_its_first_instant_and_not_its_last(house: House) -> None:
    await lived(house)
    newest, *_, oldest = search(house)
    between = search(house, Search(since=oldest.at + 1.0, until=newest.at))
    assert ids(between)[0] == (2, 4)
    assert (1, 1) not in ids(between)
    assert ids(search(house, Search(until=oldest.at))) == []
    assert (1, 1) in ids(search(house, Search(since=oldest.at, until=oldest.at + 1.0)))


async def test_too_much_for_a_file_is_said(house: House) -> None:
    await lived(house)
    with house.database.read() as c:
        assert len(list(trail.everything(c, Search(), 10))) == 10
        with pytest.raises(OverflowError):
            list(trail.everything(c, Search(), 9))


def test_what_was_erased_is_a_time_and_a_place(house: House) -> None:
    house.find(arbeid("K1"))
    house.find(Vernet("K1"), as_of=night(1))
    assert [each.told for each in search(house)] == [None, None]


async def test_the_chain_is_proven_for_whole_items(house: House) -> None:
    await lived(house)
    since = search(house)[3].at
    with house.database.read() as c:
        recent = proof.prove(c, house.chain, since, math.inf)
        nothing = proof.prove(c, house.chain, -math.inf, since - 2 * MONTH)
    assert (recent.items, recent.events, recent.broken, recent.more) == (2, 9, [], False), "from their first event"
    assert (nothing.items, nothing.events) == (0, 0)


async def test_what_is_wrong_is_found_and_what_is_erased_is_counted(house: House) -> None:
    await lived(house)
    with house.without_triggers() as c:
        c.exec_driver_sql("UPDATE event SET content = REPLACE(content, 'kari', 'ola') WHERE item_id = 2 AND seq = 4")
        c.exec_driver_sql("UPDATE event SET salt = NULL, content = NULL WHERE item_id = 1 AND seq = 2")
    with house.database.read() as c:
        found = proof.prove(c, house.chain, -math.inf, math.inf)
    assert found.broken == [(2, 4, "the content was changed")]
    assert found.erased == 1


async def test_a_proof_goes_on_where_it_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "CHUNK", 1)
    await lived(house)
    with house.database.read() as c:
        first = proof.prove(c, house.chain, -math.inf, math.inf, patience=-1.0)
        rest = proof.prove(c, house.chain, -math.inf, math.inf, first.last)
    assert (first.items, first.last, first.more) == (1, 1, True)
    assert (rest.items, rest.last, rest.more) == (1, 2, False)
