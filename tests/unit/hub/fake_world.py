"""An outside world of places, and an automation that moves krav in it: fakes for the hub's own tests."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, auto
from typing import Any

from domain.errors import SystemException
from hub.automation import Action, Arbeid, Effect, Fence, Forslag, Json, Line, Look, Plan, WorkItem
from hub.beslutning import Beslutningstype, Felt, Slag

HOLD_OUT = Beslutningstype(
    "HOLD_OUT", "Hold krav utenfor", "De andre flyttes.", (Felt("krav", "Krav som holdes utenfor", Slag.KRAV),)
)
OTHERS_MONEY = replace(HOLD_OUT, to_personer=True)
PLACES = {"old": Look.NONE, "new": Look.ALL, "half": Look.PARTLY}


class Fault(Enum):
    """What can go wrong with one save."""

    ANSWER_LOST = auto()
    """It takes effect, and the answer never comes."""
    SAVES_HALF = auto()
    """The first half takes effect, then an error."""
    SAVES_LATE = auto()
    """It is answered at once and shows at the second reading."""
    ANSWERED_FOR = auto()
    """Somebody on the way answers that it failed, and it takes effect later all the same."""
    SAVES_NOTHING = auto()
    """It is answered, and nothing happens."""
    HANGS = auto()
    """It takes effect, and the call never ends."""


@dataclass
class World:
    """krav -> place. Everything starts in `old`; the automation moves it to `new`."""

    krav: dict[str, str] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)
    save_faults: list[Exception | Fault | None] = field(default_factory=list)
    """Met one by one, the next time somebody saves; None goes well."""
    plan_faults: list[BaseException | None] = field(default_factory=list)
    look_faults: list[BaseException | Look | None] = field(default_factory=list)
    verify_faults: list[BaseException | None] = field(default_factory=list)
    prepare_faults: list[BaseException | None] = field(default_factory=list)
    hooks: dict[str, Callable[[], Any]] = field(default_factory=dict)
    """Called when a point is reached: prepare, plan, look, act, acted, verify, picture, abandon, closed."""
    reached: Counter[str] = field(default_factory=Counter)
    logins: list[str | None] = field(default_factory=list)
    """Every login, in order."""
    sessions: Counter[str] = field(default_factory=Counter)
    """Accounts that are logged in now."""
    thrown_out: list[str] = field(default_factory=list)
    """Accounts that somebody logged in with while another was logged in with them."""
    late: set[str] = field(default_factory=set)
    shot: bytes | None = None
    """What a picture shows."""
    facts: str = "as found"
    """What a plan stands on besides the places."""
    settle: float = 0.0
    registers: frozenset[str] = frozenset()
    """What answers besides this world whenever something is planned."""
    account: str | None = None
    """Of one lane, as everything from here on: the rest is the world's, and all lanes share it."""

    def place(self, krav: str) -> str:
        return self.krav[krav]

    def move(self, krav: str) -> None:
        """One effect: the krav is in `new`, and it was moved once more."""
        self.krav[krav] = "new"
        self.effects[krav] += 1

    async def reach(self, point: str) -> None:
        self.reached[point] += 1
        outcome = self.hooks[point]() if point in self.hooks else None
        if outcome is not None:
            await outcome

    async def prepare(self, target: str, account: str | None) -> None:
        self.log_out()
        self.logins.append(account)
        await self.reach("prepare")
        meet(self.prepare_faults)
        if account is not None:
            if self.sessions[account]:
                self.thrown_out.append(account)
            self.sessions[account] += 1
            self.account = account

    def log_out(self) -> None:
        if self.account is not None:
            self.sessions[self.account] -= 1
            self.account = None

    async def leave(self, target: str) -> None:
        self.log_out()

    def take_answered(self) -> set[str]:
        return set(self.registers)

    async def picture(self, item: WorkItem) -> tuple[bytes | None, str | None]:
        await self.reach("picture")
        return self.shot, None if self.shot else "there is no browser"

    async def abandon(self) -> None:
        await self.reach("abandon")
        self.log_out()

    async def save(self, krav: Sequence[str]) -> None:
        fault = meet(self.save_faults)
        if fault is Fault.SAVES_NOTHING:
            return
        if fault in (Fault.SAVES_LATE, Fault.ANSWERED_FOR):
            self.late.update(krav)
            if fault is Fault.ANSWERED_FOR:
                raise SystemException("WORLD", "answer", "504")
            return
        for nr in krav[: len(krav) // 2] if fault is Fault.SAVES_HALF else krav:
            self.move(nr)
        if fault is Fault.HANGS:
            await asyncio.Event().wait()
        if fault is not None:
            raise SystemException("WORLD", "answer" if fault is Fault.SAVES_HALF else "send", fault.name)

    def arrive(self) -> None:
        """What was saved late shows from now on."""
        for krav in sorted(self.late):
            self.move(krav)
        self.late.clear()

    def open(self) -> AbstractAsyncContextManager[World]:
        """A lane's own way in."""

        @asynccontextmanager
        async def lane() -> AsyncIterator[World]:
            mine = copy(self)
            try:
                yield mine
            finally:
                await self.reach("closed")
                mine.log_out()

        return lane()


@dataclass
class Move:
    """Save some krav in `new`."""

    world: World
    keys: tuple[str, ...]
    system: str = "WORLD"

    @property
    def settle(self) -> float:
        return self.world.settle

    async def look(self) -> Mapping[str, Look]:
        await self.world.reach("look")
        if meet(self.world.look_faults) is Look.UNKNOWN:
            return dict.fromkeys(self.keys, Look.UNKNOWN)
        return {key: PLACES.get(self.world.place(_krav(key)), Look.UNKNOWN) for key in self.keys}

    async def act(self, keys: Sequence[str], fence: Fence) -> None:
        await self.world.reach("act")
        fence.check()
        await self.world.save([_krav(key) for key in keys])
        await self.world.reach("acted")

    async def verify(self, keys: Sequence[str]) -> Mapping[str, Json]:
        await self.world.reach("verify")
        meet(self.world.verify_faults)
        missing = [key for key in keys if self.world.place(_krav(key)) != "new"]
        self.world.arrive()
        if missing:
            raise SystemException("WORLD", "verify", f"{missing} not there")
        return {key: {"place": "new"} for key in keys}


@dataclass
class MoveAutomation:
    """Moves every krav that stands in `old`: all of an item in one save, or one save for each."""

    separately: bool = False
    knows: str = "move:"
    """Effect keys of this version of the code begin with this."""
    worth: int | None = None
    """Øre; with it, the routine asks for two people."""

    async def find(self, systems: World, as_of: date) -> AsyncIterator[Line]:
        for krav, place in sorted(systems.krav.items()):
            if place == "old":
                yield arbeid(krav)

    async def plan(self, item: WorkItem, systems: World, as_of: date) -> Plan:
        await systems.reach("plan")
        meet(systems.plan_faults)
        held_out = item.beslutning(HOLD_OUT.kode)
        krav = tuple(k for k in item.payload["krav"] if not held_out or k not in held_out.krav("krav"))
        left = tuple(k for k in krav if systems.place(k) != "new")
        if not left:
            return Plan("NOTHING_TO_DO", krav, as_of)
        effects = tuple(Effect(f"move:{k}", "WORLD", {"place": "old"}, {"place": "new"}) for k in left)
        forslag = None if self.worth is None else Forslag("BYM", "SFO", self.worth, "Alt står galt.")
        rates = {"rates": "2026-1"}
        return Plan("MOVED", left, as_of, effects, {}, ("TEST-1",), rates, systems.facts, forslag)

    def actions(self, item: WorkItem, plan: Plan, systems: World) -> Sequence[Action]:
        keys = [effect.key for effect in plan.effects if effect.key.startswith(self.knows)]
        return [Move(systems, tuple(group)) for group in _groups(keys, self.separately)]


def meet(faults: list[Any]) -> Any:
    """What comes next, raised if it is an exception."""
    fault = faults.pop(0) if faults else None
    if isinstance(fault, BaseException):
        raise fault
    return fault


def arbeid(*krav: str, reference: str | None = None, fingerprint: str = "f1", target: str = "WORLD") -> Arbeid:
    reference = reference or f"{target}:" + "+".join(krav)
    return Arbeid(reference, target, tuple(krav), {"krav": list(krav)}, fingerprint, len(krav))


def _krav(key: str) -> str:
    return key.split(":", 1)[1]


def _groups(keys: Sequence[str], separately: bool) -> Iterator[Sequence[str]]:
    if separately:
        yield from ([key] for key in keys)
    elif keys:
        yield keys
