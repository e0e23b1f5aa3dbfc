"""The two stores side by side, each with a fresh database for every measurement."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from itertools import count
from pathlib import Path

from hub.audit import Chain
from hub.automation import Arbeid
from hub.release import ReleaseLevel
from hub.states import State
from hub.storage import migrate, queues, runs, targets
from hub.storage.claims import Claims, Outcome, Wanted
from hub.storage.database import Database
from hub.storage.intake import take_in
from kraftverk.postgres import PostgresServer

QUEUE, TARGET = "bench", "BENCH"
AS_OF = date(2026, 11, 23)
CHAIN = Chain(b"bench" * 8)
LEASE = 60.0
DONE = Outcome(State.COMPLETED, "complete", result="DONE", spent=True)
NewUrl = Callable[[], str]


@contextmanager
def stores() -> Iterator[dict[str, NewUrl]]:
    """Name of a store -> a function that makes a new, empty database and returns its URL."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kraftverk-bench-")))
        postgres = stack.enter_context(PostgresServer())
        numbers = count(1)
        yield {
            "SQLite FULL": lambda: f"sqlite:///{folder / f'{next(numbers)}.db'}",
            "PostgreSQL": lambda: postgres.create(f"bench{next(numbers)}"),
        }


def fresh(url: str) -> Database:
    database = Database(url)
    migrate.upgrade(database)
    queues.ensure(database, QUEUE, ReleaseLevel.LIVE)
    targets.ensure(database, TARGET)
    return database


def tidy(database: Database) -> None:
    """What PostgreSQL does by itself, a minute or two after very many new rows."""
    if database.dialect == "postgresql":
        connection = database.driver_connection()
        connection.execute("VACUUM ANALYZE")
        connection.close()


def add(database: Database, items: int, name: str = "K") -> None:
    work = [Arbeid(f"{name}{i}", TARGET, (f"{name}{i}",), {"krav": f"{name}{i}"}, "f", 1) for i in range(items)]
    run_id = runs.begin(database, QUEUE, "find", AS_OF, "bench", None)
    take_in(database, CHAIN, QUEUE, run_id, work, AS_OF, max_effects=10**9, answer_by=AS_OF)


def drain(url: str, holder: str) -> int:
    """Claim and complete until nothing is ready, as a worker does; how many."""
    database = Database(url)
    claims = Claims(database, CHAIN, LEASE)
    wanted = Wanted(QUEUE, (TARGET,), holder)
    done, held = 0, claims.claim(wanted)
    while held is not None:
        held = claims.finish_and_claim(held, DONE, AS_OF, wanted)
        done += 1
    claims.close()
    database.close()
    return done
