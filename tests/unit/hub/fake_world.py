"""An outside world of one dictionary, and an automation over it: fakes for the hub's own tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

from domain.errors import SystemException
from hub.automation import Action, Arbeid, Effect, Fence, Json, Line, Look, Plan, WorkItem


@dataclass
class World:
    """krav -> where it stands. Everything starts in `old`; the automation moves it to `new`."""

    krav: dict[str, str] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)
    failures: list[Exception] = field(default_factory=list)
    """Raised one by one, the next time somebody acts; after the effect when it is an `AnswerLost`."""
    plan_failures: list[Exception] = field(default_factory=list)
    prepared: list[str | None] = field(default_factory=list)
    pictures: int = 0

    async def prepare(self, target: str, account: str | None) -> None:
        self.prepared.append(account)

    async def picture(self, target: str) -> tuple[bytes | None, str | None]:
        self.pictures += 1
        return None, "there is no browser"

    async def abandon(self) -> None:
        return None

    def open(self):  # type: ignore[no-untyped-def]
        @asynccontextmanager
        async def systems() -> AsyncIterator[World]:
            yield self

        return systems()


class AnswerLost(SystemException):
    def __init__(self) -> None:
        super().__init__("WORLD", "send", "the answer was lost")


@dataclass
class Move:
    world: World
    keys: tuple[str, ...]
    system: str = "WORLD"
    settle: float = 0.0

    async def look(self) -> Mapping[str, Look]:
        places = {"old": Look.NONE, "new": Look.ALL, "half": Look.PARTLY}
        return {key: places.get(self.world.krav[key.removeprefix("move:")], Look.UNKNOWN) for key in self.keys}

    async def act(self, keys: Sequence[str], fence: Fence) -> None:
        fence.check()
        failure = self.world.failures.pop(0) if self.world.failures else None
        if failure and not isinstance(failure, AnswerLost):
            raise failure
        for key in keys:
            krav = key.removeprefix("move:")
            self.world.krav[krav] = "new"
            self.world.effects[krav] += 1
        if failure:
            raise failure

    async def verify(self, keys: Sequence[str]) -> Mapping[str, Json]:
        if any(self.world.krav[key.removeprefix("move:")] != "new" for key in keys):
            raise SystemException("WORLD", "verify", "not there")
        return {key: {"place": "new"} for key in keys}


class MoveAutomation:
    """Moves every krav that stands in `old`."""

    async def find(self, systems: World, as_of: date) -> AsyncIterator[Line]:
        for krav, place in sorted(systems.krav.items()):
            if place == "old":
                yield arbeid(krav)

    async def plan(self, item: WorkItem, systems: World, as_of: date) -> Plan:
        if systems.plan_failures:
            raise systems.plan_failures.pop(0)
        krav = tuple(item.payload["krav"])
        left = tuple(k for k in krav if systems.krav[k] != "new")
        if not left:
            return Plan("NOTHING_TO_DO", krav, as_of)
        effects = tuple(Effect(f"move:{k}", "WORLD", {"place": "old"}, {"place": "new"}) for k in left)
        return Plan("MOVED", left, as_of, effects, rules=("TEST-1",))

    def actions(self, item: WorkItem, plan: Plan, systems: World) -> Sequence[Action]:
        return (
            [Move(systems, tuple(effect.key for effect in plan.effects if effect.key.startswith("move:")))]
            if plan.effects
            else []
        )


def arbeid(*krav: str, reference: str | None = None, fingerprint: str = "f1") -> Arbeid:
    return Arbeid(
        reference or "WORLD:" + "+".join(krav), "WORLD", tuple(krav), {"krav": list(krav)}, fingerprint, len(krav)
    )
