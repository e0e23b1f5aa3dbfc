"""The chain of events: what was changed, taken away or moved is found."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from domain.errors import SystemException
from hub.audit import Chain
from hub.storage.proof import prove
from tests.unit.hub.behaviours.house import KARI, NIGHT, House


def broken(house: House, chain: Chain | None = None) -> list[tuple[int, int, str]]:
    with house.database.read() as c:
        return prove(c, chain or house.chain).broken


@pytest.fixture
async def history(house: House) -> House:
    """Two items; the first has six events."""
    house.queue("K1", "K2")
    house.world.look_faults = [SystemException("WORLD", "answer", "500")]
    await house.drain()
    assert [len(house.rows("event", item_id=n)) for n in (1, 2)] == [5, 3]
    return house


async def test_an_untouched_history_holds(history: House) -> None:
    with history.database.read() as c:
        proof = prove(c, history.chain)
    assert (proof.items, proof.events, proof.broken) == (2, 8, [])


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (
            "UPDATE event SET content = REPLACE(content, 'retry', 'x') WHERE seq = 3",
            "the content was changed",
        ),
        ("UPDATE event SET digest = 'x' WHERE item_id = 1 AND seq = 3", "the link does not follow the one before it"),
        ("UPDATE event SET chain = 'x' WHERE item_id = 1 AND seq = 3", "the link does not follow the one before it"),
        ("DELETE FROM event WHERE item_id = 1 AND seq = 3", "event 3 is missing"),
        ("DELETE FROM event WHERE item_id = 1 AND seq = 1", "event 1 is missing"),
        ("DELETE FROM event WHERE item_id = 1 AND seq = 5", "the newest events are missing"),
        ("DELETE FROM event WHERE item_id = 2", "the newest events are missing"),
        ("UPDATE event SET item_id = 2, seq = 4 WHERE item_id = 1 AND seq = 5", "the link does not follow"),
    ],
)
async def test_what_was_done_to_the_history_is_found(history: House, tamper: str, found: str) -> None:
    with history.without_triggers() as c:
        c.execute(sa.text(tamper))
    assert any(found in what for _, _, what in broken(history)), broken(history)


async def test_two_events_that_changed_places_are_found(history: House) -> None:
    with history.without_triggers() as c:
        for old, new in ((2, 90), (3, 2), (90, 3)):
            c.execute(sa.text(f"UPDATE event SET seq = {new} WHERE item_id = 1 AND seq = {old}"))
    assert {seq for _, seq, _ in broken(history)} >= {2, 3}


async def test_nobody_forges_a_link_without_the_key(history: House) -> None:
    forger = Chain(b"another key")
    last = history.rows("event", item_id=1)[-1]
    link = forger.link(1, 6, last.chain, {"action": "approve", "actor": "kari"})
    with history.without_triggers() as c:
        c.execute(
            sa.text("INSERT INTO event (item_id, seq, at, digest, chain) VALUES (1, 6, 0, :digest, :chain)"),
            {"digest": link.digest, "chain": link.chain},
        )
    assert (1, 6, "the link does not follow the one before it") in broken(history)


async def test_content_that_retention_has_emptied_breaks_nothing(history: House) -> None:
    with history.without_triggers() as c:
        c.exec_driver_sql("UPDATE event SET salt = NULL, content = NULL WHERE item_id = 1")
    assert broken(history) == []


async def test_what_people_do_is_chained_too(history: House) -> None:
    history.queue("K3")
    history.people.close(3, KARI, "done in PAX", NIGHT)
    assert broken(history) == []
    told = history.rows("event", item_id=3)[-1].content
    for word in ('"actor":"kari"', '"role":"power"', '"from":"ready"', '"to":"handled_manually"', "done in PAX"):
        assert word in told
