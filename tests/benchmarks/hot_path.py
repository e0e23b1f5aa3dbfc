"""claim + complete with attempt and event rows, against a raw loop that commits each claim and each completion."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing import get_context
from statistics import median

from hub.storage.database import Database
from tests.benchmarks.stores import NewUrl, add, drain, fresh

ITEMS = 1200
ROUNDS = 3


def measure(new_url: NewUrl, workers: int) -> tuple[float, float]:
    """Items a second, ours and raw: medians of rounds that take turns."""
    ours, raw = [], []
    for _ in range(ROUNDS):
        url = new_url()
        database = fresh(url)
        add(database, ITEMS)
        _make_raw(database)
        database.close()
        ours.append(_rate(drain, url, workers))
        raw.append(_rate(raw_loop, url, workers))
    return median(ours), median(raw)


def raw_loop(url: str, holder: str) -> int:
    """What a careful person writes by hand: take the next row and commit, mark it done and commit."""
    database = Database(url)
    connection = database.driver_connection()
    postgres = database.dialect == "postgresql"
    mark, locked = ("%s", "FOR UPDATE SKIP LOCKED") if postgres else ("?", "")
    begin, commit = (None, None) if postgres else ("BEGIN IMMEDIATE", "COMMIT")
    pick = f"SELECT id FROM raw WHERE state = 'ready' ORDER BY id LIMIT 1 {locked}"
    take = f"UPDATE raw SET state = 'running', holder = {mark} WHERE id = ({pick}) RETURNING id"
    end = f"UPDATE raw SET state = 'done' WHERE id = {mark}"
    done = 0
    while True:
        row = _committed(connection, begin, commit, take, holder)
        if row is None:
            break
        _committed(connection, begin, commit, end, row[0])
        done += 1
    connection.close()
    database.close()
    return done


def _committed(connection, begin, commit, text, value):
    if begin:
        connection.execute(begin)
    cursor = connection.execute(text, (value,))
    row = cursor.fetchone() if "RETURNING" in text else None
    if commit:
        connection.execute(commit)
    return row


def _make_raw(database: Database) -> None:
    with database.begin() as c:
        c.exec_driver_sql("CREATE TABLE raw (id INTEGER PRIMARY KEY, state TEXT NOT NULL, holder TEXT)")
        c.exec_driver_sql("CREATE INDEX raw_ready ON raw (id) WHERE state = 'ready'")
        rows = ",".join(f"({i}, 'ready')" for i in range(ITEMS))
        c.exec_driver_sql(f"INSERT INTO raw (id, state) VALUES {rows}")


def _rate(loop: Callable[[str, str], int], url: str, workers: int) -> float:
    """Items a second of so many processes at once. Their start-up is not counted: they wait for each other."""
    context = get_context("spawn")
    barrier, results = context.Barrier(workers), context.Queue()
    processes = [context.Process(target=_worker, args=(loop, url, str(n), barrier, results)) for n in range(workers)]
    for process in processes:
        process.start()
    spans = [results.get(timeout=300) for _ in processes]
    for process in processes:
        process.join()
    done = sum(count for count, _, _ in spans)
    if done != ITEMS:
        raise AssertionError(f"{done} of {ITEMS} items done")
    return done / (max(end for _, _, end in spans) - min(start for _, start, _ in spans))


def _worker(loop, url, name, barrier, results):
    barrier.wait()
    start = time.time()
    done = loop(url, name)
    results.put((done, start, time.time()))
