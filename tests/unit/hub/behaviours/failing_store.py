"""A statement that the database refuses: its error says which, and not what somebody had written."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.unit.hub.behaviours.house import House


def test_an_error_of_the_database_does_not_hold_what_was_written(house: House) -> None:
    statement = sa.text("INSERT INTO nowhere VALUES (:reason)")
    with pytest.raises(sa.exc.DBAPIError) as raised, house.database.begin() as c:
        c.execute(statement, {"reason": "Ringte Kari, som er syk"})
    assert "INSERT INTO nowhere" in str(raised.value)
    assert "syk" not in str(raised.value)
