"""Saving: idempotency, the locked case, and the ways a save can go wrong."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.faults import Faults
from sandbox.population import Row
from sandbox.procasso.problems import Problem
from sandbox.world import World

SYSTEM = "PROCASSO"


class Save(Protocol):
    """Something to save of one krav."""

    @property
    def kravnr(self) -> str:
        """Whose case must be free."""

    @property
    def content(self) -> tuple[Any, ...]:
        """What tells it from every other save, as JSON can write it."""

    def check(self, row: Row) -> None:
        """Raise `Problem` when the krav as it is now does not allow it."""

    def answer(self) -> dict[str, Any]:
        """What Procasso shows of it once saved; said before it is, so that a late save sounds like any other."""

    def execute(self, *, half: bool = False) -> None:
        """Save; or the first half of its cells, which of a single one is none."""


@dataclass(slots=True)
class Saver:
    """Executes saves. Whoever calls holds the world's lock.

    Only a save that was answered binds its key: after a refusal or a failure the key is free for another try.
    """

    world: World
    faults: Faults
    _answers: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def save(self, key: str, save: Save) -> dict[str, Any]:
        """Save at once or (saves_late) in a while, and answer. Raises `Problem` otherwise."""
        digest = hashlib.sha256(json.dumps(save.content, sort_keys=True).encode()).hexdigest()
        if key in self._answers:
            bound, answer = self._answers[key]
            if bound != digest:
                raise Problem("NOEKKEL_GJENBRUKT")
            return answer
        save.check(self._free(save.kravnr))
        if self.faults.hits(SYSTEM, "saves_half"):
            save.execute(half=True)
            raise Problem("INTERN_FEIL")
        answer = save.answer()
        self._execute(save)
        self._answers[key] = (digest, answer)
        return answer

    def _execute(self, save: Save) -> None:
        if self.faults.hits(SYSTEM, "saves_late"):
            self.world.later(self.faults.milliseconds(SYSTEM, "saves_late", "saves_late_ms"), save.execute)
        else:
            save.execute()

    def _free(self, kravnr: str) -> Row:
        row = known(self.world, kravnr)
        if row["saksnr"] in self.world.locked_cases:
            raise Problem("SAK_OPPTATT", row["saksnr"])
        return row


def known(world: World, kravnr: str) -> Row:
    """The krav, which must be one of Procasso's. Raises `Problem`."""
    row = world.krav.get(kravnr)
    if row is None or row["fagsystem"] != SYSTEM:
        raise Problem("UKJENT_KRAV", kravnr)
    return row
