"""One database: SQLite on a laptop, PostgreSQL with many workers. The same tables, the same behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url

BUSY_TIMEOUT_MS = 30_000


class Database:
    """An engine with the settings the hub's promises stand on.

    SQLite: WAL with synchronous=FULL, and every transaction begins IMMEDIATE, so that a reader never has to become
    a writer half-way. PostgreSQL: read committed; rows are claimed with SKIP LOCKED.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.dialect = "sqlite" if make_url(url).get_backend_name() == "sqlite" else "postgresql"
        self.engine: Engine = _sqlite(url) if self.dialect == "sqlite" else _postgres(url)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: on SQLite it takes no write lock."""
        with self.engine.connect().execution_options(reads_only=True) as connection:
            yield connection

    def driver_connection(self) -> Any:
        """A connection of the driver itself, in autocommit, for the hot statements. The caller closes it."""
        pooled = self.engine.raw_connection()
        driver: Any = pooled.driver_connection
        pooled.detach()
        if self.dialect == "postgresql":
            driver.autocommit = True
        return driver

    @property
    def now(self) -> sa.ColumnElement[float]:
        """The database's own clock, in seconds since 1970."""
        return sa.literal_column(NOW[self.dialect], sa.Double)

    def close(self) -> None:
        self.engine.dispose()


NOW = {
    # the `subsec` modifier of unixepoch is NULL before SQLite 3.42; julianday has milliseconds in every version
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
    "postgresql": "(EXTRACT(EPOCH FROM clock_timestamp())::float8)",
}


def _sqlite(url: str) -> Engine:
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves; the driver's own is deferred
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def immediate(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    return engine


def _postgres(url: str) -> Engine:
    psycopg = make_url(url).set(drivername="postgresql+psycopg")
    return sa.create_engine(psycopg, connect_args={"connect_timeout": 10}, pool_pre_ping=True)
