"""The hub's behaviours, here on SQLite: fast, with no network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from hub import drain
from hub.storage import migrate
from hub.storage.database import Database
from tests.unit.hub.behaviours.house import House


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of this version, to copy."""
    file = tmp_path_factory.mktemp("template") / "hub.db"
    database = Database(f"sqlite:///{file}")
    migrate.upgrade(database)
    database.close()
    return file


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[Database]:
    file = tmp_path / "empty.db"
    file.touch()
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def shelf() -> list[Database]:
    """Databases that are free: one that has been used before knows its statements by heart."""
    return []


@pytest.fixture
def new_database(
    template: Path, shelf: list[Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Database]]:
    """Databases of this version with nothing in them, as many as are asked for."""
    taken: list[Database] = []

    def new() -> Database:
        taken.append(shelf.pop() if shelf else unsynchronised(tmp_path_factory.mktemp("database") / "hub.db"))
        file = Path(str(taken[-1].engine.url.database))
        for old in file.parent.glob("hub.db*"):
            old.unlink()
        shutil.copy(template, file)
        return taken[-1]

    yield new
    for database in taken:
        database.close()
        shelf.append(database)


def unsynchronised(file: Path) -> Database:
    """No test here takes the power away: nobody waits for the disk."""
    database = Database(f"sqlite:///{file}")
    event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    return database


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
