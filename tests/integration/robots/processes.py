"""The processes below this one, as Linux tells."""

from __future__ import annotations

import os
from pathlib import Path


def children(parent: int) -> list[int]:
    """The processes below `parent`."""
    found = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *children(int(child))]
    return found


def of_the_browser() -> list[int]:
    return _named("chrom", "headless")


def of_the_driver() -> list[int]:
    return _named("node")


def _named(*words: str) -> list[int]:
    """Those whose program's name holds one of the words."""
    names = {pid: Path(f"/proc/{pid}/comm").read_text() for pid in children(os.getpid())}
    return [pid for pid, name in names.items() if any(word in name for word in words)]
