"""The console in this process, over SQLite: fast, with no browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.storage.database import Database
from tests.unit.console.desk import Desk
from tests.unit.hub.conftest import new_database, shelf, template

__all__ = ["new_database", "shelf", "template"]


@pytest.fixture
def desk(new_database: Iterator[Database], tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(new_database(), tmp_path / "evidence")  # type: ignore[operator]
    yield desk
    desk.close()
