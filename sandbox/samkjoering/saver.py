"""Saving one thing of one krav: each key once, late, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.faults import Faults
from sandbox.world import World

Answer = dict[str, Any]
Refusal = Callable[[str, str], Exception]


@dataclass(frozen=True, slots=True)
class Save:
    """`content` tells it from every other save. `check` raises what refuses it, and answers whether it is made."""

    content: tuple[Any, ...]
    check: Callable[[], bool]
    answer: Callable[[], Answer]
    execute: Callable[[], None]


@dataclass(slots=True)
class Saver:
    """Whoever calls holds the world's lock. Only a save that was answered binds its key. One thing has no halves."""

    system: str
    world: World
    faults: Faults
    key_used: Callable[[], Exception]
    failed: Callable[[], Exception]
    _answers: dict[str, tuple[tuple[Any, ...], Answer]] = field(default_factory=dict)

    def save(self, key: str, save: Save) -> Answer:
        """Save at once or (saves_late) in a while, and answer. Raises the system's refusal otherwise."""
        if key in self._answers:
            bound, answer = self._answers[key]
            if bound != save.content:
                raise self.key_used()
            return answer
        made = save.check()
        if not made and self.faults.hits(self.system, "saves_half"):
            raise self.failed()
        answer = save.answer()
        if not made:
            self._execute(save)
        self._answers[key] = (save.content, answer)
        return answer

    def _execute(self, save: Save) -> None:
        if not self.faults.hits(self.system, "saves_late"):
            save.execute()
            return

        def unless_made_since() -> None:
            if not save.check():
                save.execute()

        self.world.later(self.faults.milliseconds(self.system, "saves_late", "saves_late_ms"), unless_made_since)
