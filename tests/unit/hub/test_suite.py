"""The suite itself: no behaviour is left out, and none hides another of the same name."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.unit.hub.behaviours import every

FOLDER = Path(__file__).with_name("behaviours")


def test_every_behaviour_is_collected_once() -> None:
    written = [
        node.name
        for file in FOLDER.glob("*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    assert sorted(written) == sorted(set(written)), "two of the same name: one would hide the other"
    assert set(written) == {name for name in vars(every) if name.startswith("test_")}
