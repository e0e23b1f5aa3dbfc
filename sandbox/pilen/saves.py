"""Executing changes: each key once, and the ways a save can go wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.faults import Faults
from sandbox.pilen.problems import Problem
from sandbox.pilen.wire import SYSTEM
from sandbox.world import World


class Change(Protocol):
    """A change that was asked for. Two are equal when their contents are, in whatever order."""

    def check(self, world: World) -> None:
        """Raise `Problem` when it cannot be made."""

    def answer(self, world: World) -> dict[str, Any]:
        """What is answered: how things look once it is made, asked before it is."""

    def saves(self, world: World) -> Sequence[Callable[[], None]]:
        """What makes it, krav by krav."""


@dataclass(slots=True)
class Saves:
    """Executes changes. Whoever calls holds the world's lock.

    Only a request answered with 200 binds its key: after a refusal or a failure the key is free for another try.
    """

    world: World
    faults: Faults
    _answers: dict[str, tuple[Change, dict[str, Any]]] = field(default_factory=dict)

    def execute(self, key: str, change: Change) -> dict[str, Any]:
        """Make the change, at once or (saves_late) in a while, and answer it. Raises `Problem` otherwise."""
        if key in self._answers:
            bound, answer = self._answers[key]
            if bound != change:
                raise Problem("NOEKKEL_BRUKT")
            return answer
        change.check(self.world)
        saves = change.saves(self.world)
        if self.faults.hits(SYSTEM, "saves_half"):
            _run(saves[: len(saves) // 2])
            raise Problem("INTERN_FEIL")
        answer = change.answer(self.world)
        self._save(saves)
        self._answers[key] = (change, answer)
        return answer

    def _save(self, saves: Sequence[Callable[[], None]]) -> None:
        if self.faults.hits(SYSTEM, "saves_late"):
            delay = self.faults.milliseconds(SYSTEM, "saves_late", "saves_late_ms")
            self.world.later(delay, lambda: _run(saves))
        else:
            _run(saves)


def _run(saves: Sequence[Callable[[], None]]) -> None:
    for save in saves:
        save()
