"""Bringing a database to the version of this code, and saying plainly when it is not."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from hub.storage.database import Database
from hub.storage.triggers import drop_triggers, triggers

MIGRATIONS = Path(__file__).with_name("migrations")


class WrongVersion(Exception):
    """The database is older or newer than this code. The text is one sentence with the remedy."""


def upgrade(database: Database) -> None:
    """Bring the database to this version, triggers included, in one transaction. Raises WrongVersion if it is newer."""
    with database.reshaping() as connection:
        database.one_at_a_time(connection, "migrate")
        if _version(connection) not in {None, *_known()}:
            raise WrongVersion(_newer(connection))
        for statement in drop_triggers(database.dialect) if _version(connection) else ():
            connection.exec_driver_sql(statement)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        for statement in triggers(database.dialect):
            connection.exec_driver_sql(statement)


def check(database: Database) -> None:
    """Raise WrongVersion unless the database is of this version."""
    with database.read() as connection:
        version = _version(connection)
        if version == ScriptDirectory.from_config(_config()).get_current_head():
            return
        if version is None:
            raise WrongVersion("The database is empty: run `kraftverk db upgrade`.")
        if version in _known():
            raise WrongVersion(
                f"The database is of version {version}, older than this Kraftverk: run `kraftverk db upgrade`."
            )
        raise WrongVersion(_newer(connection))


def _newer(connection: Connection) -> str:
    version = _version(connection)
    return f"The database is of version {version}, which this Kraftverk does not know: install a newer Kraftverk."


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
