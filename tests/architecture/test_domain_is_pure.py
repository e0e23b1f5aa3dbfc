"""The law is pure functions: no input or output, no clock, no log. The date of today is an argument."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

MAY_IMPORT = {
    "__future__",
    "bisect",
    "calendar",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "domain",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "holidays",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "stdnum",
    "types",
    "typing",
    "zoneinfo",
}
"""A list of what is let in: a module that reads the world is kept out without having been thought of."""

CLOCKS = {"now", "today", "utcnow"}
INPUT_AND_OUTPUT = {"input", "open", "print"}


def offences(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=module, level=0) if module:
                modules = [module]
            case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCKS:
                yield f"line {node.lineno}: reads the clock with {name}()"
                continue
            case ast.Call(func=ast.Name(id=name)) if name in INPUT_AND_OUTPUT:
                yield f"line {node.lineno}: calls {name}()"
                continue
            case _:
                continue
        for module in modules:
            if module.partition(".")[0] not in MAY_IMPORT:
                yield f"line {node.lineno}: imports {module}"


def test_domain_reads_neither_world_nor_clock(root: Path) -> None:
    sources = sorted((root / "domain").rglob("*.py"))
    assert sources, "domain/ is missing"
    found = [
        f"{path.relative_to(root)}, {offence}" for path in sources for offence in offences(path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "import httpx",
        "import sqlalchemy",
        "import logging",
        "import time",
        "import os.path",
        "from pathlib import Path",
        "import datetime\ndatetime.date.today()",
        "from datetime import datetime\ndatetime.now(tz)",
        "from datetime import datetime\ndatetime.utcnow()",
        "open('rates.csv')",
        "def f():\n    import random",
    ],
)
def test_an_impure_line_is_found(source: str) -> None:
    assert list(offences(source))


@pytest.mark.parametrize(
    "source", ["from datetime import date\ndate(2026, 1, 1)", "from domain.oere import parse_oere"]
)
def test_a_pure_line_passes(source: str) -> None:
    assert not list(offences(source))
