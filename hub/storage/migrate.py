"""Bringing a database to the version of this code, and saying plainly when it is not.

Whether it is of this version each process asks, and Alembic takes 10 MB and 0.2 s: it is imported only to upgrade.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.storage.database import Database
from hub.storage.triggers import drop_triggers, triggers

MIGRATIONS = Path(__file__).with_name("migrations")


class WrongVersion(Exception):
    """The database is older or newer than this code. The text is one sentence with the remedy."""


def upgrade(database: Database) -> None:
    """Bring the database to this version, triggers included, in one transaction. Raises WrongVersion if it is newer."""
    from alembic import command
    from alembic.config import Config

    with database.reshaping() as connection:
        database.one_at_a_time(connection, "migrate")
        if _version(connection) not in {None, *_known()}:
            raise WrongVersion(_newer(connection))
        for statement in drop_triggers(database.dialect) if _version(connection) else ():
            connection.exec_driver_sql(statement)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        for statement in triggers(database.dialect):
            connection.exec_driver_sql(statement)


def check(database: Database) -> None:
    """Raise WrongVersion unless the database is there, and of this version. Makes no file."""
    if file := database.missing_file:
        raise WrongVersion(
            f"There is no database at {file}: correct `database` in the settings, or make it by `kraftverk db upgrade`."
        )
    with database.read() as connection:
        version = _version(connection)
        if version == max(_known()):
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
    """The last migration that was carried out, as Alembic keeps it; None for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _known() -> set[str]:
    """Every migration there is, by the number in its file's name: «v0001_tables.py» is 0001."""
    return {path.stem[1:5] for path in (MIGRATIONS / "versions").glob("v*.py")}
