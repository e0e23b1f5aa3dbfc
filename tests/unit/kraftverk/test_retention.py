"""`kraftverk retention` over a real database: counted, carried out, and only by those who may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from config.settings import RetentionSettings
from flows.installation import Installation
from flows.person import system_user
from hub.storage import migrate
from hub.storage.database import Database
from kraftverk.cli import app
from kraftverk.usage import UsageError
from tests.unit.hub.behaviours.house import KARI, House

CLOSED, TODAY = date(2019, 5, 6), date(2025, 1, 1)


@pytest.fixture
def roles() -> set[str]:
    """Of the person at the terminal."""
    return {"power"}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, roles: set[str]) -> Iterator[House]:
    """A hub with one item that was closed long ago."""
    database = Database(f"sqlite:///{tmp_path / 'hub.db'}")
    migrate.upgrade(database)
    made = House(database, tmp_path)
    given = {"retention": RetentionSettings(), "environment": "demo", "accounts": {}}
    settings = SimpleNamespace(**given, roles_of=lambda user: roles, account_of=lambda user: user)
    opened = SimpleNamespace(
        database=database, chain=made.chain, settings=settings, today=TODAY, evidence_dir=made.evidence
    )
    monkeypatch.setattr(Installation, "open", lambda: opened)
    made.queue("K1", as_of=CLOSED)
    made.people.close(1, KARI, "done by hand", CLOSED)
    yield made
    made.close()
    database.close()


def order(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["retention", *arguments])


def test_a_dry_run_counts_and_deletes_nothing(house: House) -> None:
    said = order("--dry-run")
    assert "years = 5: Endringer i fagsystemene" in said.stdout
    assert "(bokføringsloven § 13 andre ledd)" in said.stdout
    assert "oppgaver anonymisert: 1\n" in said.stdout
    assert "Nothing was deleted." in said.stdout
    assert house.item().krav == "K1"
    assert house.rows("queue_event") == []


def test_it_is_carried_out_and_told_in_the_trail(house: House) -> None:
    said = order()
    assert said.exit_code == 0, said
    assert "Deleted: oppgavers innhold 1, oppgaver anonymisert 1, kjøringer 1." in said.stdout
    assert (house.item().krav, house.item().reference) == ("", "slettet:1")
    (told,) = house.rows("queue_event")
    assert (told.actor, told.role, told.action) == (system_user(), "power", "retention")
    assert told.reason == "oppgavers innhold 1, oppgaver anonymisert 1, kjøringer 1"
    assert order().stdout == "Nothing has had its time.\n"


@pytest.mark.parametrize("roles", [{"saksbehandler"}])
def test_only_those_who_may(house: House) -> None:
    said = order()
    assert isinstance(said.exception, UsageError)
    assert "does not have the role «power» or «drift»" in str(said.exception)
    assert house.item().krav == "K1"
