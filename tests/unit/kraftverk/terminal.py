"""Commands given at a terminal, over a real database and the demo's settings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from flows.installation import Installation
from flows.person import system_user
from hub.storage import migrate
from hub.storage.database import Database
from tests.unit.hub.behaviours.house import NIGHT, House
from tests.unit.kraftverk.environments import demo


@contextmanager
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, roles: Collection[str]) -> Iterator[House]:
    """The hub of an installation in which the person at the terminal has these roles, and no other."""
    settings = demo(folder).model_copy(update={"roles": {system_user(): list(roles)}})
    database = Database(settings.database)
    migrate.upgrade(database)
    house = House(database, folder)
    opened = SimpleNamespace(database=database, chain=house.chain, settings=settings, today=NIGHT)
    monkeypatch.setattr(Installation, "open", lambda: opened)
    yield house
    house.close()
    database.close()


def order(app: Typer, *arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
