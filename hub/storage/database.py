"""One database: SQLite on a laptop, PostgreSQL with many workers. The same tables, the same behaviour."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url

log = logging.getLogger(__name__)
BUSY_TIMEOUT_MS = 30_000
SECONDS_TO_NOTICE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # milliseconds
}
"""How soon a database that has gone without a word is noticed: before a lease runs out, not after TCP's two hours."""


SERVER_NOTICES = {
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
    "idle_in_transaction_session_timeout": 60_000,  # milliseconds
}
"""How soon the server lets go of the rows of a worker that has gone, or stands still, inside a transaction."""


class StoreAway(Exception):
    """The database does not answer. What was under way may or may not have been written."""


class Database:
    """An engine with the settings the hub's promises stand on.

    SQLite: WAL with synchronous=FULL, every transaction begins IMMEDIATE, so that a reader never has to become a
    writer half-way, and what is deleted is overwritten. PostgreSQL: read committed; rows are claimed with SKIP LOCKED.
    Errors of both show the statement and not its values, which are what people wrote.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.dialect = "sqlite" if make_url(url).get_backend_name() == "sqlite" else "postgresql"
        self.engine: Engine = _sqlite(url) if self.dialect == "sqlite" else _postgres(url)
        driver: Any = self.engine.dialect.loaded_dbapi
        self._away = (sa.exc.OperationalError, driver.OperationalError)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Turns the driver's word for a database that is away into `StoreAway`."""
        try:
            yield
        except self._away as error:
            said = str(getattr(error, "orig", error)).partition("\n")[0]
            raise StoreAway(f"the database does not answer: {said}") from error

    @property
    def missing_file(self) -> str | None:
        """The file SQLite would make anew if somebody connected."""
        file = self.engine.url.database
        return file if self.dialect == "sqlite" and file and not Path(file).exists() else None

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

    @contextmanager
    def reshaping(self) -> Iterator[Connection]:
        """A transaction that may make tables anew: SQLite does that by dropping the old one, whatever points at it."""
        with self.engine.connect() as connection:
            self._foreign_keys(connection, "OFF")
            try:
                with connection.begin():
                    yield connection
                    if self.dialect == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise sa.exc.IntegrityError("PRAGMA foreign_key_check", None, ValueError("rows point nowhere"))
            finally:
                self._foreign_keys(connection, "ON")

    def _foreign_keys(self, connection: Connection, on: str) -> None:
        if self.dialect == "sqlite":  # outside a transaction, where alone it has an effect
            cursor: Any = connection.connection.cursor()
            cursor.execute(f"PRAGMA foreign_keys={on}")

    def driver_connection(self) -> Any:
        """A connection of the driver itself, in autocommit, for the hot statements. The caller closes it."""
        pooled = self.engine.raw_connection()
        driver: Any = pooled.driver_connection
        pooled.detach()
        if self.dialect == "postgresql":
            driver.autocommit = True
        return driver

    def one_at_a_time(self, connection: Connection, what: str) -> None:
        """Wait until no other transaction does `what`. SQLite has one writer at a time anyway."""
        if self.dialect == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(what))))

    def insert_many(self, connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert rows of the same columns: PostgreSQL takes ten thousand of them by COPY in a tenth of the time."""
        if self.dialect == "sqlite":
            connection.execute(table.insert(), rows)
            return
        columns = list(rows[0])
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([row[column] for column in columns])

    def insert_missing(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that leaves a row that is there as it is, also when two processes make it known at once. Whether it
        made one, RETURNING tells; `rowcount` does not on PostgreSQL."""
        if self.dialect == "sqlite":
            return sqlite.insert(table).on_conflict_do_nothing()
        return postgresql.insert(table).on_conflict_do_nothing()

    def forget(self) -> None:
        """After an erasure is committed: SQLite's log still holds the pages as they were before it."""
        if self.dialect == "sqlite":
            with closing(self.engine.raw_connection()) as connection:
                in_use, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if in_use:
                log.warning("what was erased stays in the database's log until the next checkpoint")

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
    patience = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    engine = sa.create_engine(url, connect_args=patience, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves; the driver's own is deferred
        cursor = connection.cursor()
        _write_ahead(cursor)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def immediate(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    return engine


def _write_ahead(cursor: Any) -> None:
    """Several who open a new file at once all want to make it WAL, and for that SQLite's own patience does not hold."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            taken = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not taken or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def _postgres(url: str) -> Engine:
    psycopg = make_url(url).set(drivername="postgresql+psycopg")
    options = " ".join(f"-c {name}={value}" for name, value in SERVER_NOTICES.items())
    notices = SECONDS_TO_NOTICE | {"options": options}
    return sa.create_engine(psycopg, connect_args=notices, pool_pre_ping=True, hide_parameters=True)
