"""One krav gets new values in the system that owns it: seen, changed and read back by the same fields."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.errors import SystemException
from domain.krav import Krav
from flows.facts import FerskKrav
from flows.fagsystemer import BeforeSave, Fagsystem
from hub.automation import Effect, Fence, Json, Look, WorkItem

Change = Callable[[FerskKrav, BeforeSave], Awaitable[None]]
"""Makes the change from the krav as it was just seen."""


@dataclass
class KravEndring:
    """An action with one effect, whose `before` and `after` name fields of the krav."""

    effect: Effect
    kravnr: str
    fagsystem: Fagsystem
    change: Change
    _seen: FerskKrav | None = None

    @property
    def system(self) -> str:
        return self.fagsystem.name

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.effect.key,)

    @property
    def settle(self) -> float:
        return self.fagsystem.settle

    async def look(self) -> Mapping[str, Look]:
        self._seen = await self._read()
        return {self.effect.key: look_at(self.effect, self._seen)}

    async def act(self, keys: Sequence[str], fence: Fence) -> None:
        assert self._seen is not None, "the runner looks before it acts"
        await self.change(self._seen, fence.check)

    async def verify(self, keys: Sequence[str]) -> Mapping[str, Json]:
        fersk = await self._read()
        if fersk is None or look_at(self.effect, fersk) is not Look.ALL:
            raise SystemException(self.system, "verify", f"{self.effect.key} does not show")
        return {self.effect.key: verdier(fersk.krav, self.effect.after)}

    async def _read(self) -> FerskKrav | None:
        return (await self.fagsystem.get_krav([self.kravnr])).get(self.kravnr)


def look_at(effect: Effect, fersk: FerskKrav | None) -> Look:
    """Whether the krav has the values of the effect; values that are neither the old nor the new ones are UNKNOWN."""
    if fersk is None:
        return Look.UNKNOWN
    now = verdier(fersk.krav, effect.after)
    if now == effect.after:
        return Look.ALL
    if now == effect.before:
        return Look.NONE
    known = all(value in (effect.before[name], effect.after[name]) for name, value in now.items())
    return Look.PARTLY if known else Look.UNKNOWN


def verdier(krav: Krav, felter: Mapping[str, object]) -> Json:
    """These fields of the krav as an effect and a receipt write them: øre, ISO dates, words."""
    return {felt: _som_json(getattr(krav, felt)) for felt in felter}


def krav_effect(kind: str, krav: Krav, system: str, after: Json, undo: str | None) -> Effect:
    """The effect that gives the krav these values; what it has now is kept as `before`."""
    return Effect(f"{kind}:{krav.kravnr}", system, verdier(krav, after), after, undo)


def idempotency_key(item: WorkItem, effect: Effect, versjon: int) -> str:
    """The same for every try at the same effect on the same version of the krav, and for nothing else."""
    words = (item.queue, item.reference, str(item.occasion), effect.key, str(versjon))
    return hashlib.sha256(";".join(words).encode()).hexdigest()[:24]


def _som_json(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)
