"""What a run looks like to whoever waits for it: a bar that moves, or, where no terminal shows it, a line a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

EVERY = 1.0
"""Seconds."""
LOOKING = "finding the work"
ON_ITS_WAY = ("ready", "deferred", "running")


class RunProgress:
    """Lines printed to the same console meanwhile stay above the bar."""

    def __init__(self, out: Console, what: str) -> None:
        self._out = out
        self._what = what
        self._said = ""
        self._next = 0.0
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = Progress(*columns, TimeElapsedColumn(), console=out, transient=True, disable=not out.is_terminal)
        self._task = self._bar.add_task(f"{what}: {LOOKING}", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, states: Callable[[], Mapping[str, int]], beside: str = "") -> None:
        """`states`: asked, once a second at most, how many items there are in each. `beside`: what else to say."""
        if monotonic() < self._next:
            return
        self._next = monotonic() + EVERY
        counted = {state: n for state, n in sorted(states().items()) if n}
        words = (", ".join(f"{n} {state}" for state, n in counted.items()) or LOOKING) + beside
        total = sum(counted.values())
        done = total - sum(counted.get(state, 0) for state in ON_ITS_WAY)
        self._bar.update(self._task, description=f"{self._what}: {words}", total=total or None, completed=done)
        if not self._out.is_terminal and words != self._said:
            self._out.print(f"  {words}")
        self._said = words
