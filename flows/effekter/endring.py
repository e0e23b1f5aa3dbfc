"""Actions that bring about one effect each: seen, changed, seen again."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.errors import BusinessException, SystemException
from domain.krav import Krav
from flows.facts import FerskKrav
from flows.fagsystemer import BeforeSave, Fagsystem
from hub.automation import Effect, Fence, Json, Look, WorkItem

Change = Callable[[FerskKrav, BeforeSave], Awaitable[None]]
"""Makes the change from the krav as it was just seen."""


@dataclass
class OneEffect(ABC):
    """An action with one effect. What was seen last is what the change is made from, and what the receipt tells."""

    effect: Effect

    @property
    def system(self) -> str:
        return self.effect.system

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.effect.key,)

    @property
    @abstractmethod
    def settle(self) -> float: ...

    @abstractmethod
    async def see(self) -> Look:
        """Read what the system shows of the effect."""

    @abstractmethod
    async def change(self, before_save: BeforeSave) -> None:
        """Bring the effect about."""

    @abstractmethod
    def receipt(self) -> Json:
        """Of what was seen last."""

    async def look(self) -> Mapping[str, Look]:
        return {self.effect.key: await self.see()}

    async def act(self, keys: Sequence[str], fence: Fence) -> None:
        """What fails before the change was let go has changed nothing, and the exception says so."""
        let_go = False

        def before_save() -> None:
            nonlocal let_go
            fence.check()
            let_go = True

        try:
            await self.change(before_save)
        except (BusinessException, SystemException) as error:
            error.nothing_done = error.nothing_done or not let_go
            raise

    async def verify(self, keys: Sequence[str]) -> Mapping[str, Json]:
        if await self.see() is not Look.ALL:
            raise SystemException(self.system, "verify", f"{self.effect.key} does not show")
        return {self.effect.key: self.receipt()}


@dataclass
class KravEndring(OneEffect):
    """One krav gets new values in the system that owns it: `before` and `after` of the effect name its fields."""

    kravnr: str
    fagsystem: Fagsystem
    make: Change
    _seen: FerskKrav | None = None

    @property
    def settle(self) -> float:
        return self.fagsystem.settle

    async def see(self) -> Look:
        self._seen = (await self.fagsystem.get_krav([self.kravnr])).get(self.kravnr)
        return look_at(self.effect, self._seen)

    async def change(self, before_save: BeforeSave) -> None:
        await self.make(self._last_seen, before_save)

    def receipt(self) -> Json:
        return verdier(self._last_seen.krav, self.effect.after)

    @property
    def _last_seen(self) -> FerskKrav:
        assert self._seen is not None, "an unknown krav is neither changed nor read back"
        return self._seen


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
    return {felt: som_json(getattr(krav, felt)) for felt in felter}


def som_json(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)


def krav_effect(kind: str, krav: Krav, system: str, after: Json, undo: str | None) -> Effect:
    """The effect that gives the krav these values; what it has now is kept as `before`."""
    return Effect(f"{kind}:{krav.kravnr}", system, verdier(krav, after), after, undo)


def idempotency_key(item: WorkItem, effect: Effect, versjon: int = 0) -> str:
    """The same for every try at the same effect on the same version of the krav, and for nothing else."""
    words = (item.queue, item.reference, str(item.occasion), effect.key, str(versjon))
    return hashlib.sha256(";".join(words).encode()).hexdigest()[:24]
