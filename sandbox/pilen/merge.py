"""Sammenslåing: moving krav into a case, with version check, idempotency and the ways a save can go wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.faults import Faults
from sandbox.pilen.problems import Problem
from sandbox.pilen.requests import Merge
from sandbox.pilen.wire import krav
from sandbox.population import Row
from sandbox.world import World

SYSTEM = "PILEN"


@dataclass(slots=True)
class Merger:
    """Executes merges. Whoever calls holds the world's lock.

    Only a request answered with 200 binds its key: after a refusal or a failure the key is free for another try.
    """

    world: World
    faults: Faults
    _answers: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def merge(self, key: str, request: Merge) -> dict[str, Any]:
        """Move the krav, at once or (saves_late) in a while, and answer with them. Raises `Problem` otherwise."""
        if key in self._answers:
            digest, answer = self._answers[key]
            if digest != request.digest:
                raise Problem("NOEKKEL_BRUKT")
            return answer
        self._refuse(request)
        if self.faults.hits(SYSTEM, "saves_half"):
            self._save(request.saksnr, list(request.versjoner)[: len(request.versjoner) // 2])
            raise Problem("INTERN_FEIL")
        answer = self._execute(request)
        self._answers[key] = (request.digest, answer)
        return answer

    def _execute(self, request: Merge) -> dict[str, Any]:
        kravnumre = list(request.versjoner)
        answer = self._answer(request)
        if self.faults.hits(SYSTEM, "saves_late"):
            delay = self.faults.milliseconds(SYSTEM, "saves_late", "saves_late_ms")
            self.world.later(delay, lambda: self._save(request.saksnr, kravnumre))
        else:
            self._save(request.saksnr, kravnumre)
        return answer

    def _answer(self, request: Merge) -> dict[str, Any]:
        """What the krav look like once saved; said before it is, so that a late save sounds like any other."""
        rows = [
            krav({**self.world.krav[kravnr], "saksnr": request.saksnr}, versjon + 1)
            for kravnr, versjon in request.versjoner.items()
        ]
        return {"saksnr": request.saksnr, "krav": rows}

    def _save(self, saksnr: str, kravnumre: list[str]) -> None:
        for kravnr in kravnumre:
            before = self.world.krav[kravnr]["saksnr"]
            self.world.change_krav(kravnr, saksnr=saksnr)
            self.world.effect(SYSTEM, "merge", kravnr, saksnr=saksnr, fra=before)

    def _refuse(self, request: Merge) -> None:
        in_case = [
            row for row in self.world.krav.values() if row["fagsystem"] == SYSTEM and row["saksnr"] == request.saksnr
        ]
        if not in_case:
            raise Problem("SAK_UKJENT", request.saksnr)
        rows = [self._known(kravnr) for kravnr in request.versjoner]
        for locked in {request.saksnr, *(row["saksnr"] for row in rows)}.intersection(self.world.locked_cases):
            raise Problem("SAK_LAAST", locked)
        stale = [kravnr for kravnr, versjon in request.versjoner.items() if versjon != self.world.versjon(kravnr)]
        if stale:
            raise Problem("VERSJON", ", ".join(stale))
        parties = {_parties(row) for row in in_case}
        foreign = [row["kravnr"] for row in rows if _parties(row) not in parties]
        if foreign:
            raise Problem("FORSKJELLIG_SKYLDNER", ", ".join(foreign))

    def _known(self, kravnr: str) -> Row:
        row = self.world.krav.get(kravnr)
        if row is None or row["fagsystem"] != SYSTEM:
            raise Problem("KRAV_UKJENT", kravnr)
        return row


def _parties(row: Row) -> tuple[str, str]:
    return row["skyldner"], row["fordringshaver"]
