"""`kraftverk queues`: the same roles steer here as in the console."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.storage import queues, targets
from kraftverk.queue_commands import app
from kraftverk.usage import UsageError
from tests.unit.hub.behaviours.house import QUEUE
from tests.unit.kraftverk.terminal import installed, order

ACTS = {
    "pause": ("pause", QUEUE),
    "release": ("release", QUEUE),
    "level": ("level", QUEUE, "stikkproeve"),
    "open": ("open", "WORLD"),
    "stop all": ("pause", queues.EVERYTHING),
    "lift the stop": ("release", queues.EVERYTHING),
}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("power", {"pause", "release", "level", "open"}),
        ("drift", {"pause", "release", "open", "stop all", "lift the stop"}),
        ("saksbehandler", set()),
    ],
)
def test_who_may_steer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str, allowed: set[str]) -> None:
    with installed(tmp_path, monkeypatch, [role]) as house:
        targets.ensure(house.database, "WORLD")
        said = {name: order(app, *act, "--reason", "vi ser på noe") for name, act in ACTS.items()}
        assert {name for name, each in said.items() if each.exit_code == 0} == allowed
        refused = [each.exception for name, each in said.items() if name not in allowed]
        assert all(isinstance(error, UsageError) for error in refused)
        assert {row.role for row in house.rows("queue_event")} <= {role}


def test_a_refusal_names_the_roles_that_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with installed(tmp_path, monkeypatch, ["power"]):
        said = order(app, "pause", queues.EVERYTHING, "--reason", "alt står galt")
    assert "the role «drift»" in str(said.exception)
