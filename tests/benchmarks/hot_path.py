"""claim + complete with attempt and event rows, against loops that commit each claim and each completion."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from statistics import median

from hub.storage.database import Database
from tests.benchmarks.stores import NewUrl, add, drain, fresh

ITEMS = 2000
ROUNDS = 6


def measure(new_url: NewUrl, workers: int) -> tuple[float, float, float]:
    """Items a second: ours, raw with the same rows, raw without them. Medians of rounds in which each is the first,
    the second and the last in turn: who writes first to a new database makes its files grow for the others."""
    rates: list[list[float]] = [[], [], []]
    for number in range(ROUNDS):
        url = new_url()
        database = fresh(url)
        add(database, ITEMS)
        _make_raw(database)
        database.close()
        loops: tuple[Callable[[str, str], int], ...] = (
            drain,
            partial(raw_loop, table="raw_full", rows=True),
            partial(raw_loop, table="raw_bare", rows=False),
        )
        for turn in range(len(loops)):
            which = (number + turn) % len(loops)
            rates[which].append(_rate(loops[which], url, workers))
    ours, full, bare = map(median, rates)
    return ours, full, bare


def raw_loop(url: str, holder: str, *, table: str, rows: bool) -> int:
    """What a careful person writes by hand: take the next row and commit, mark it done and commit; with an attempt and
    two events for each, if asked for."""
    database = Database(url)
    connection = database.driver_connection()
    postgres = database.dialect == "postgresql"
    locked = "FOR UPDATE SKIP LOCKED" if postgres else ""
    pick = f"SELECT id FROM {table} WHERE state = 'ready' ORDER BY id LIMIT 1 {locked}"
    take = f"UPDATE {table} SET state = 'running', holder = ? WHERE id = ({pick}) RETURNING id"
    end = f"UPDATE {table} SET state = 'done' WHERE id = ?"
    execute = partial(_execute, connection, postgres)
    done = 0
    while True:
        with _transaction(connection, postgres, rows):
            row = execute(take, holder).fetchone()
            if row is not None and rows:
                execute("INSERT INTO raw_attempt (id, holder, began) VALUES (?, ?, ?)", row[0], holder, time.time())
                execute("INSERT INTO raw_event (id, at, what) VALUES (?, ?, ?)", row[0], time.time(), "claim")
        if row is None:
            break
        with _transaction(connection, postgres, rows):
            execute(end, row[0])
            if rows:
                execute("UPDATE raw_attempt SET ended = ?, outcome = ? WHERE id = ?", time.time(), "done", row[0])
                execute("INSERT INTO raw_event (id, at, what) VALUES (?, ?, ?)", row[0], time.time(), "complete")
        done += 1
    connection.close()
    database.close()
    return done


def _execute(connection, postgres, text, *values):
    return connection.execute(text.replace("?", "%s") if postgres else text, values)


@contextmanager
def _transaction(connection, postgres, several) -> Iterator[None]:
    """A single statement is a transaction of its own."""
    if several:
        connection.execute("BEGIN" if postgres else "BEGIN IMMEDIATE")
    yield
    if several:
        connection.execute("COMMIT")


def _make_raw(database: Database) -> None:
    key = "INTEGER PRIMARY KEY" if database.dialect == "sqlite" else "INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    rows = ",".join(f"({i}, 'ready')" for i in range(ITEMS))
    with database.begin() as c:
        for table in ("raw_full", "raw_bare"):
            c.exec_driver_sql(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, state TEXT NOT NULL, holder TEXT)")
            c.exec_driver_sql(f"CREATE INDEX {table}_ready ON {table} (id) WHERE state = 'ready'")
            c.exec_driver_sql(f"INSERT INTO {table} (id, state) VALUES {rows}")
        c.exec_driver_sql(
            "CREATE TABLE raw_attempt (id INTEGER PRIMARY KEY, holder TEXT, began DOUBLE PRECISION,"
            " ended DOUBLE PRECISION, outcome TEXT)"
        )
        c.exec_driver_sql(f"CREATE TABLE raw_event (no {key}, id INTEGER NOT NULL, at DOUBLE PRECISION, what TEXT)")


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
