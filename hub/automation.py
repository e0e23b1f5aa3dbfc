"""What an automation says to the hub: the lines `find` yields, the plan, and the actions that carry it out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import cache
from sys import intern
from typing import Any, Protocol, TypeVar

from hub.beslutning import Beslutning

Json = dict[str, Any]
S = TypeVar("S", contravariant=True)


@dataclass(frozen=True, slots=True)
class Arbeid:
    """One unit of work. Ids and HMACs only: never a name, a number of a person or an address."""

    reference: str
    """The occasion in words the business knows (ROUTINES, Common to all, 1)."""
    target: str
    """The system that will be changed: its pause, breaker and hours decide when the item may run."""
    krav: tuple[str, ...]
    payload: Json
    fingerprint: str
    """HMAC of the facts it was found on; an item closed by hand rests until this changes."""
    effects: int
    """How many effects it will have if nothing drops out: what the volume guard counts."""
    saker: tuple[str, ...] = ()
    """Numbers of the cases its krav stand in: callers have those, so it can be searched by them."""
    frist: date | None = None
    """The last day on which doing it still helps, where the law or the routine sets one."""


@dataclass(frozen=True, slots=True)
class Utelatt:
    """A krav left outside, with the reason that goes into the control report."""

    krav: str
    reason: str


@dataclass(frozen=True, slots=True)
class Varsel:
    """A krav somebody must look at before a date."""

    krav: str
    code: str
    last_interrupt_date: date | None = None
    last_safe_workday: date | None = None


@dataclass(frozen=True, slots=True)
class Vernet:
    """A krav of a protected person (VERN-2). Only the count is kept; `krav` lets the hub erase what stood before."""

    krav: str
    also: str | None = None
    """A code it is counted under besides: what somebody must find in the system that owns it, since we name nobody."""


@dataclass(frozen=True, slots=True)
class Memo:
    """What the automation will want to know at its next find: how far it has read a feed, and what it was told there.

    Kept in the same transaction as the other lines of the find, so that nothing a feed told is lost or read twice. Of
    a person only an HMAC may stand in the key. None forgets it.
    """

    key: str
    value: str | None


Line = Arbeid | Utelatt | Varsel | Vernet | Memo


class ProtectedFound(Exception):
    """The skyldner is protected now: the item is cancelled and erased, and nobody is told which it was."""


class Look(StrEnum):
    """What the outside system shows of one effect."""

    NONE = "none"
    PARTLY = "partly"
    ALL = "all"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Effect:
    """One change to one krav in one system, as planned. `key` is stable across attempts and versions of the code."""

    key: str
    system: str
    before: Json
    after: Json
    undo: str | None = None
    """How a person takes it back, or None: «kan ikke angres»."""


@dataclass(frozen=True, slots=True)
class Forslag:
    """What a second person is asked to approve: the list it stands on, what it is worth, and why."""

    fordringshaver: str
    kravtype: str
    beloep_oere: int
    begrunnelse: str
    """In plain Norwegian, of ids, dates and amounts alone."""

    @classmethod
    def of(cls, raw: Json | None) -> Forslag | None:
        """As it stands in a stored plan."""
        if raw is None:
            return None
        liste, kravtype = intern(raw["fordringshaver"]), intern(raw["kravtype"])  # the same few in ten thousand
        return cls(liste, kravtype, raw["beloep_oere"], raw["begrunnelse"])


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done and why: stored before anything is done, and finished as stored once an effect has started."""

    result: str
    krav: tuple[str, ...]
    as_of: date
    effects: tuple[Effect, ...] = ()
    data: Json = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions of rates and policies the decision stood on."""
    fingerprint: str = ""
    forslag: Forslag | None = None
    """Set where the routine asks for two people (VERN-5): nothing is done before one has approved just this plan."""

    @property
    def hash(self) -> str:
        """What an approval is bound to: what will be done and the facts it stands on, whatever day it was planned."""
        bound = (self.result, self.krav, self.effects, self.data, self.forslag, self.fingerprint)
        text = json.dumps(bound, default=asdict, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> str:
        return json.dumps(asdict(self) | {"as_of": self.as_of.isoformat()}, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """A plan of a newer version may say more than we know; whether we can carry it out, its effect keys tell."""
        raw = _known(cls, json.loads(text))
        raw["as_of"] = date.fromisoformat(raw["as_of"])
        raw["krav"], raw["rules"] = tuple(raw["krav"]), tuple(raw["rules"])
        raw["effects"] = tuple(Effect(**_known(Effect, effect)) for effect in raw["effects"])
        raw["forslag"] = Forslag.of(raw.get("forslag"))
        return cls(**raw)


def _known(cls: type, raw: Json) -> Json:
    names = _names(cls)
    return {name: value for name, value in raw.items() if name in names}


@cache
def _names(cls: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(cls))


class Fence(Protocol):
    """Asked right before an act is let go: raises `LeaseLost` when the item may belong to somebody else."""

    def check(self) -> None: ...


class Action(Protocol):
    """One act in one system that brings about one or more effects of a plan."""

    @property
    def system(self) -> str: ...

    @property
    def keys(self) -> tuple[str, ...]: ...

    @property
    def settle(self) -> float:
        """Seconds until a save the system has taken shows when it is read back."""
        ...

    async def look(self) -> Mapping[str, Look]:
        """Read what the system shows of each effect. Changes nothing."""
        ...

    async def act(self, keys: Sequence[str], fence: Fence) -> None:
        """Bring about the effects `keys`. Calls `fence.check()` immediately before the change is sent.

        An exception with `nothing_done` takes back that they have started.
        """
        ...

    async def verify(self, keys: Sequence[str]) -> Mapping[str, Json]:
        """Read the effects back and return a receipt for each; SystemException(phase="verify") if they do not show."""
        ...


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A claimed item, as an automation sees it."""

    id: int
    queue: str
    target: str
    reference: str
    occasion: int
    payload: Json
    attempt: int
    as_of: date
    beslutninger: tuple[Beslutning, ...] = ()
    """What people have decided about it, oldest first; read for `plan` only."""

    def beslutning(self, kode: str) -> Beslutning | None:
        """The newest decision of this kind, or None."""
        return next((said for said in reversed(self.beslutninger) if said.kode == kode), None)


class Automation(Protocol[S]):
    """One routine. `S` is the set of systems it is handed."""

    def find(self, systems: S, as_of: date) -> AsyncIterator[Line]: ...

    async def plan(self, item: WorkItem, systems: S, as_of: date) -> Plan:
        """Decide from fresh facts. Raises BusinessException, SystemException or ProtectedFound."""
        ...

    def actions(self, item: WorkItem, plan: Plan, systems: S) -> Sequence[Action]:
        """The acts that carry out `plan`, in order. A plan of an older version may hold keys no action covers."""
        ...
