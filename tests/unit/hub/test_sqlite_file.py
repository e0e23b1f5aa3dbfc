"""SQLite makes the file it is told to open: a wrong name in the settings would be a hub without items."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from time import monotonic

import pytest
import sqlalchemy as sa

from hub.storage import migrate
from hub.storage.database import BUSY_TIMEOUT_MS, Database


def test_a_file_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    file = tmp_path / "hub.db"
    database = Database(f"sqlite:///{file}")
    with pytest.raises(migrate.WrongVersion, match=rf"^There is no database at {file}: .*`kraftverk db upgrade`"):
        migrate.check(database)
    assert not file.exists()
    migrate.upgrade(database)
    migrate.check(database)
    assert database.missing_file is None
    database.close()


def test_a_file_that_cannot_be_a_database_is_told_at_once(tmp_path: Path) -> None:
    """Only a database that others hold is waited for."""
    begun = monotonic()
    (tmp_path / "letters.txt").write_text("no database at all " * 100)
    with pytest.raises(sa.exc.DatabaseError, match="file is not a database"):
        migrate.check(Database(f"sqlite:///{tmp_path / 'letters.txt'}"))
    (tmp_path / "folder").mkdir()
    with pytest.raises(sa.exc.OperationalError) as refused:
        migrate.check(Database(f"sqlite:///{tmp_path / 'folder'}"))
    assert isinstance(refused.value.orig, sqlite3.OperationalError)
    assert monotonic() - begun < BUSY_TIMEOUT_MS / 1000
