"""How long to wait, as a table."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.retry import CallPolicy, RetryAfterUnit, parse_retry_after

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "unit", "seconds"),
    [
        ("2", "seconds", 2.0),
        ("2", "milliseconds", 0.002),
        ("1500", "milliseconds", 1.5),
        (" 3 ", "seconds", 3.0),
        ("Sun, 01 Mar 2026 12:00:07 GMT", "seconds", 7.0),
        ("Sun, 01 Mar 2026 12:00:07 GMT", "milliseconds", 7.0),
        ("Sun, 01 Mar 2026 11:59:00 GMT", "seconds", 0.0),
        (None, "seconds", 0.0),
        ("", "seconds", 0.0),
        ("soon", "seconds", 0.0),
        ("-5", "seconds", 0.0),
        ("1.5", "seconds", 0.0),
        ("²", "seconds", 0.0),
        ("Sun, 01 Mar 2026 12:00:07", "seconds", 0.0),
    ],
)
def test_retry_after(value: str | None, unit: RetryAfterUnit, seconds: float) -> None:
    assert parse_retry_after(value, unit, NOW) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "limits",
    [{"whole_call": 20.0, "pool": 10.0, "connect": 5.0}, {"tries": 0}],
)
def test_limits_that_contradict_each_other_are_refused(limits: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        CallPolicy(**limits)  # type: ignore[arg-type]
