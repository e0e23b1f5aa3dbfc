"""Slettereglene over a hundred thousand old items, and how long a worker beside them waits at the most."""

from __future__ import annotations

import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hub.retention import Terms
from hub.storage.claims import Claims, Wanted
from hub.storage.database import Database
from hub.storage.retention import AT_ONCE, Retention
from tests.benchmarks.stores import AS_OF, CHAIN, DONE, LEASE, QUEUE, TARGET, NewUrl, add, fresh

ITEMS = 100_000
PAUSE = 0.02
"""Seconds between two items of the worker: it waits for pages most of the time."""
CLAIMS = 300
"""Of the worker when it is alone."""
CLOSED, A_YEAR_LATER, LONG_AFTER = date(2019, 5, 6), date(2020, 6, 1), date(2025, 1, 1)

N = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
OLD_ITEMS = (
    """
    INSERT INTO work_item (id, queue, target, reference, state, result, krav, payload, fingerprint, as_of, closed_as_of,
                           ordered_by, ready_at, created_at, updated_at, attempts, seq)
    {n} SELECT 1000000 + i, '{queue}', '{target}', 'D' || i, 'completed', 'DONE', 'D' || i, '{{"krav": "D"}}', 'f' || i,
               '{day}', '{day}', 'bench', 0, 0, 0, 1, 3 FROM n""",
    """
    INSERT INTO attempt (item_id, no, run_id, holder, started_at, ended_at, outcome, message)
    {n} SELECT 1000000 + i, 1, 1, 'bench', 0, 0, 'complete', 'said' FROM n""",
    """
    INSERT INTO event (item_id, seq, at, digest, chain, salt, content)
    {n} SELECT 1000000 + i, seq, 0, 'd', 'c', 's', '{{"action":"claim","actor":"bench","role":"maskin"}}'
        FROM n, (SELECT 1 AS seq UNION SELECT 2 UNION SELECT 3) AS s""",
    """
    INSERT INTO step (item_id, seq, attempt, kind, key, data, at)
    {n} SELECT 1000000 + i, seq, 1, kind, 'DONE', '{{}}', 0
        FROM n, (SELECT 1 AS seq, 'plan' AS kind UNION SELECT 2, 'started' UNION SELECT 3, 'done') AS s""",
    "INSERT INTO item_key (key, item_id) {n} SELECT 'D' || i, 1000000 + i FROM n",
)


@dataclass(frozen=True, slots=True)
class Emptying:
    content: float
    """Seconds to take away the content of all of them."""
    everything: float
    """And then to anonymise them."""
    lock: float
    """Seconds of the longest transaction."""
    waited: float
    """Seconds the worker took at the most, to finish an item and claim the next, meanwhile; and alone."""
    alone: float


def measure(new_url: NewUrl) -> Emptying:
    url = new_url()
    database = fresh(url)
    with database.begin() as c:
        for statement in OLD_ITEMS:
            n = N.format(count=ITEMS)
            c.exec_driver_sql(statement.format(n=n, queue=QUEUE, target=TARGET, day=CLOSED))
    add(database, ITEMS)  # more than the worker gets through
    if database.dialect == "postgresql":
        connection = database.driver_connection()
        connection.execute("VACUUM ANALYZE")
        connection.close()
    alone = max(_work(url, threading.Event(), CLAIMS))
    worker = _Worker(url)
    worker.start()
    locks: list[float] = []
    content, everything = (_seconds(database, today, locks) for today in (A_YEAR_LATER, LONG_AFTER))
    worker.stop()
    database.close()
    return Emptying(content, everything, max(locks), max(worker.times), alone)


def _seconds(database: Database, today: date, locks: list[float]) -> float:
    def rest(seconds: float) -> None:
        locks.append(seconds)
        time.sleep(seconds)

    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        done = Retention(database, Terms(), today, {}, Path(folder)).carry_out(rest)
    if ITEMS not in done.counts.values():
        raise AssertionError(f"{done} of {ITEMS}, {AT_ONCE} at once")
    return time.perf_counter() - start


class _Worker(threading.Thread):
    """Carries out items until it is told to stop."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url, self._enough = url, threading.Event()
        self.times: list[float] = []

    def run(self) -> None:
        self.times = _work(self._url, self._enough)

    def stop(self) -> None:
        self._enough.set()
        self.join()


def _work(url: str, enough: threading.Event, most: int | None = None) -> list[float]:
    """Seconds of each item."""
    database = Database(url)
    claims, wanted = Claims(database, CHAIN, LEASE), Wanted(QUEUE, (TARGET,), "bench")
    times: list[float] = []
    held = claims.claim(wanted)
    while held is not None and not enough.is_set() and len(times) != most:
        start = time.perf_counter()
        held = claims.finish_and_claim(held, DONE, AS_OF, wanted)
        times.append(time.perf_counter() - start)
        time.sleep(PAUSE)
    if held is not None:
        claims.finish(held, DONE, AS_OF)
    claims.close()
    database.close()
    return times
