"""The hub's behaviours, here on SQLite: fast, with no network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    yield database
    database.close()


@pytest.fixture
def new_database(template: Path, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Databases of this version, as many as are asked for."""
    made: list[Database] = []

    def new() -> Database:
        file = tmp_path / f"hub{len(made)}.db"
        shutil.copy(template, file)
        made.append(Database(f"sqlite:///{file}"))
        return made[-1]

    yield new
    for database in made:
        database.close()


@pytest.fixture
def database(new_database: Callable[[], Database]) -> Database:
    return new_database()


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    house = House(database, tmp_path / "evidence")
    yield house
    house.close()
