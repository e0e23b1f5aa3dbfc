"""From an empty database to this version, and a plain sentence when the versions differ."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from hub.release import ReleaseLevel
from hub.storage import migrate, queues, schema, targets
from hub.storage.database import Database
from hub.storage.migrate import WrongVersion
from hub.storage.triggers import TRIGGERS
from tests.unit.hub.behaviours.house import House

BRIN = {"ix_event_at"}
"""Indexes of PostgreSQL's own kind."""
NEXT_VERSION = '''"""a version that is not there yet"""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("work_item", recreate="auto") as table:
        table.add_column(sa.Column("colour", sa.Text(), nullable=True))
        table.alter_column("fingerprint", nullable=True)
    {then}
'''


def version_two(monkeypatch: pytest.MonkeyPatch, folder: Path, then: str = "pass") -> None:
    """As if this code had one migration more."""
    shutil.copytree(migrate.MIGRATIONS, folder / "migrations")
    (folder / "migrations" / "versions" / "v0002.py").write_text(NEXT_VERSION.replace("{then}", then))
    monkeypatch.setattr(migrate, "MIGRATIONS", folder / "migrations")


def triggers_of(database: Database) -> set[str]:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[database.dialect]
    with database.read() as c:
        return {name for (name,) in c.exec_driver_sql(query)}


def shape(database: Database) -> dict[str, Any]:
    """Every table with its columns, keys, checks and indexes, as the database has them."""
    inspector = sa.inspect(database.engine)

    def named(things: Sequence[Any]) -> list[str]:
        return sorted(_said(thing) for thing in things)

    return {
        table: {
            "columns": [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(table)],
            "primary key": inspector.get_pk_constraint(table),
            "unique": named(inspector.get_unique_constraints(table)),
            "foreign keys": named(inspector.get_foreign_keys(table)),
            "checks": named(inspector.get_check_constraints(table)),
            "indexes": named(inspector.get_indexes(table)),
        }
        for table in schema.metadata.tables
    }


def _said(thing: Any) -> str:
    """The same words for the same thing: a condition of an index is an object of its own each time."""
    return str({k: _said(v) for k, v in sorted(thing.items())}) if isinstance(thing, dict) else str(thing)


def test_an_empty_database_says_what_to_do(empty_database: Database) -> None:
    with pytest.raises(WrongVersion, match=r"^The database is empty: run `kraftverk db upgrade`\.$"):
        migrate.check(empty_database)
    migrate.upgrade(empty_database)
    migrate.check(empty_database)


def test_upgrading_twice_changes_nothing(empty_database: Database) -> None:
    migrate.upgrade(empty_database)
    before, triggers = shape(empty_database), triggers_of(empty_database)
    migrate.upgrade(empty_database)
    assert (shape(empty_database), triggers_of(empty_database)) == (before, triggers)


def test_the_migrations_make_what_the_code_expects(empty_database: Database, database: Database) -> None:
    """`database` was migrated; the empty one is made straight from the metadata."""
    schema.metadata.create_all(empty_database.engine)
    assert shape(database) == shape(empty_database)
    with database.read() as c:
        opts = {"include_object": lambda _thing, name, *_: database.dialect == "postgresql" or name not in BRIN}
        assert compare_metadata(MigrationContext.configure(c, opts=opts), schema.metadata) == []
    assert triggers_of(database) == {trigger.name for trigger in TRIGGERS}


def test_two_that_upgrade_at_once_both_succeed(empty_database: Database) -> None:
    others = [Database(empty_database.engine.url.render_as_string(hide_password=False)) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(migrate.upgrade, others))
    for other in others:
        migrate.check(other)
        other.close()


def test_an_older_database_is_named_and_brought_forward_with_its_triggers(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    house.queue("K1")
    before = triggers_of(house.database)
    version_two(monkeypatch, tmp_path)
    with pytest.raises(WrongVersion, match="is of version 0001, older than this Kraftverk: run `kraftverk db upgrade`"):
        migrate.check(house.database)
    migrate.upgrade(house.database)
    migrate.check(house.database)
    assert triggers_of(house.database) == before
    with pytest.raises(DBAPIError, match="not a transition"):
        house.sql("UPDATE work_item SET state = 'awaiting_approval'")
    with pytest.raises(DBAPIError, match="never deleted"):
        house.sql("DELETE FROM work_item")


def test_a_migration_that_breaks_leaves_the_database_as_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    house.queue("K1")
    before, triggers = shape(house.database), triggers_of(house.database)
    with monkeypatch.context() as patch:
        version_two(patch, tmp_path, then="raise RuntimeError('half way')")
        with pytest.raises(RuntimeError, match="half way"):
            migrate.upgrade(house.database)
    migrate.check(house.database)
    assert (shape(house.database), triggers_of(house.database)) == (before, triggers)
    assert house.states() == {"ready": 1}


def test_a_newer_database_is_refused_and_left_alone(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        version_two(patch, tmp_path)
        migrate.upgrade(house.database)
    newer = "^The database is of version 0002, which this Kraftverk does not know: install a newer Kraftverk.$"
    with pytest.raises(WrongVersion, match=newer):
        migrate.check(house.database)
    with pytest.raises(WrongVersion, match=newer):
        migrate.upgrade(house.database)


def test_the_settings_the_promises_stand_on(empty_database: Database) -> None:
    with empty_database.begin() as c:
        if empty_database.dialect == "sqlite":
            asked = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            values = [c.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
            assert values == ["wal", 2, 1, 1]
            assert c.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
        else:
            assert c.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"


def test_the_database_keeps_the_time(database: Database) -> None:
    with database.read() as c:
        told = c.execute(sa.select(database.now)).scalar_one()
    assert abs(told - time.time()) < 5.0


def test_what_is_made_known_twice_keeps_what_it_has(database: Database) -> None:
    queues.ensure(database, "move", ReleaseLevel.LIVE)
    targets.ensure(database, "PAX", ("robot1",))
    targets.block(database, "PAX", "refused")
    queues.ensure(database, "move", ReleaseLevel.DRY)
    targets.ensure(database, "PAX", ("robot1", "robot2"))
    with database.read() as c:
        queue, target = queues.get(c, "move"), targets.every(c)[0]
    assert queue is not None
    assert queue.release_level == "drift"
    assert target.blocked == "refused"
