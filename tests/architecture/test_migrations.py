"""The hub tells a database's version without Alembic, by the names of the migrations: they must be Alembic's own."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from hub.storage.migrate import MIGRATIONS


def test_each_migration_is_named_by_its_revision_and_follows_the_one_before() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    series = [*ScriptDirectory.from_config(config).walk_revisions()][::-1]
    assert series
    assert [each.revision for each in series] == [f"{number + 1:04}" for number in range(len(series))]
    assert [each.down_revision for each in series] == [None, *(each.revision for each in series[:-1])]
    for each in series:
        assert Path(each.path).name.startswith(f"v{each.revision}_")
    assert len(list((MIGRATIONS / "versions").glob("v*.py"))) == len(series)
