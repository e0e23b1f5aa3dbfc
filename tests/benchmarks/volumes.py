"""Bulk add, and claiming beside a million items that are done."""

from __future__ import annotations

import time
from statistics import median

from hub.storage import seals
from hub.storage.claims import Claims, Wanted
from hub.storage.database import Database
from tests.benchmarks.stores import AS_OF, CHAIN, DONE, LEASE, QUEUE, TARGET, NewUrl, add, fresh

BULK = 10_000
DONE_ITEMS = 1_000_000
CLAIMS = 300

MANY_DONE = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
    INSERT INTO work_item (id, queue, target, reference, state, krav, payload, fingerprint, as_of, closed_as_of,
                           ordered_by, ready_at, created_at, updated_at, seq)
    SELECT 1000000 + i, '{queue}', '{target}', 'D' || i, 'completed', 'D' || i, '{{}}', 'f', '2026-01-01', '2026-01-01',
           'bench', 0, 0, 0, 3
    FROM n
"""

LAST_EVENTS = "INSERT INTO event (item_id, seq, at, digest, chain) SELECT id, seq, 0, 'digest', 'link' FROM work_item"


def seconds_to_add(new_url: NewUrl) -> float:
    """Seconds to take in a find of 10,000 units of work."""
    database = fresh(new_url())
    start = time.perf_counter()
    add(database, BULK)
    taken = time.perf_counter() - start
    database.close()
    return taken


def slowdown_by_done_items(new_url: NewUrl) -> float:
    """Time of a claim with a million done items, over the time with none."""
    return _seconds_a_claim(new_url, DONE_ITEMS) / _seconds_a_claim(new_url, 0)


def seconds_to_seal(new_url: NewUrl) -> float:
    """Seconds to seal 10,000 items that have changed, beside a million that have not."""
    database = fresh(new_url())
    with database.begin() as c:
        c.exec_driver_sql(MANY_DONE.format(count=DONE_ITEMS, queue=QUEUE, target=TARGET))
        c.exec_driver_sql(LAST_EVENTS)
    if database.dialect == "postgresql":
        _vacuum(database)
    seals.take(database, CHAIN)
    add(database, BULK)
    start = time.perf_counter()
    taken = seals.take(database, CHAIN)
    seconds = time.perf_counter() - start
    if taken is None or taken.heads != BULK:
        raise AssertionError("more or less was sealed than had changed")
    database.close()
    return seconds


def _seconds_a_claim(new_url: NewUrl, done: int) -> float:
    database = fresh(new_url())
    if done:
        with database.begin() as c:
            c.exec_driver_sql(MANY_DONE.format(count=done, queue=QUEUE, target=TARGET))
        if database.dialect == "postgresql":
            _vacuum(database)
    add(database, CLAIMS)
    claims = Claims(database, CHAIN, LEASE)
    wanted = Wanted(QUEUE, (TARGET,), "bench")
    times = []
    for _ in range(CLAIMS):
        start = time.perf_counter()
        held = claims.claim(wanted)
        times.append(time.perf_counter() - start)
        if held is None:
            raise AssertionError("fewer items than claims")
        claims.finish(held, DONE, AS_OF)
    claims.close()
    database.close()
    return median(times)


def _vacuum(database: Database) -> None:
    connection = database.driver_connection()
    connection.execute("VACUUM ANALYZE work_item")
    connection.close()
