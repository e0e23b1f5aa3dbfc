"""Bulk add, and claiming beside a million items that are done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median

from hub.storage import seals
from hub.storage.claims import Claims, Wanted
from tests.benchmarks.stores import AS_OF, CHAIN, DONE, LEASE, QUEUE, TARGET, NewUrl, add, fresh, tidy

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
    """Time of a claim with a million done items, over the time with none. They take turns: both meet what else the
    machine does.
    """
    with ExitStack() as stack:
        beside, alone = (stack.enter_context(_claiming(new_url, done)) for done in (DONE_ITEMS, 0))
        times = [(beside(), alone()) for _ in range(CLAIMS)]
    return median(each for each, _ in times) / median(each for _, each in times)


def seconds_to_seal(new_url: NewUrl) -> float:
    """Seconds to seal 10,000 items that have changed, beside a million that have not."""
    database = fresh(new_url())
    with database.begin() as c:
        c.exec_driver_sql(MANY_DONE.format(count=DONE_ITEMS, queue=QUEUE, target=TARGET))
        c.exec_driver_sql(LAST_EVENTS)
    tidy(database)
    seals.take(database, CHAIN)
    add(database, BULK)
    start = time.perf_counter()
    taken = seals.take(database, CHAIN)
    seconds = time.perf_counter() - start
    if taken is None or taken.heads != BULK:
        raise AssertionError("more or less was sealed than had changed")
    database.close()
    return seconds


@contextmanager
def _claiming(new_url: NewUrl, done: int) -> Iterator[Callable[[], float]]:
    """A database with so many done items; each call claims and completes one more, and tells the claim's seconds."""
    database = fresh(new_url())
    if done:
        with database.begin() as c:
            c.exec_driver_sql(MANY_DONE.format(count=done, queue=QUEUE, target=TARGET))
        tidy(database)
    add(database, CLAIMS)
    claims = Claims(database, CHAIN, LEASE)
    wanted = Wanted(QUEUE, (TARGET,), "bench")

    def claim() -> float:
        start = time.perf_counter()
        held = claims.claim(wanted)
        seconds = time.perf_counter() - start
        if held is None:
            raise AssertionError("fewer items than claims")
        claims.finish(held, DONE, AS_OF)
        return seconds

    yield claim
    claims.close()
    database.close()
