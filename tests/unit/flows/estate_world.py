"""One dead person's krav in Procasso, the register's feed and contacts, and what was sent: fakes for estate-watch."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from connectors.folkeregisteret.client import FeedPositionGone
from domain.adressat import Adressat
from domain.doedsbo import Doedsbo, Kontakt
from domain.krav import Krav, Kravtype, Tilstand
from domain.registerhendelse import Registerhendelse
from domain.skyldner import Gradering, Person
from flows.estate_watch import AUTOMATION
from flows.facts import FerskKrav
from hub.automation import Action, Line, Memo, Plan, WorkItem
from tests.unit.flows.minor_world import KRAV, Procasso
from tests.unit.flows.minor_world import World as MinorWorld

AS_OF = date(2026, 11, 23)
KARI, OLA = "12848547962", "01825517237"
KRAVET = replace(KRAV, skyldner=KARI, kravtype=Kravtype.HUSLEIE)
REFERENCE = f"{KRAVET.kravnr}:ESTATE:2026-10-01"


def person(nummer: str, *, doed: bool, **more: Any) -> Person:
    status = "doed" if doed else "bosatt"
    return Person(nummer, date(1985, 4, 12), doed, more.pop("gradering", Gradering.UGRADERT), status, **more)


def bo(hvem: str = "Eva Arving") -> Doedsbo:
    adressat = Adressat("", "Dødsboet etter Kari Prøve", (f"v/ {hvem}",), "0150", "OSLO")
    return Doedsbo(date(2026, 10, 1), Kontakt(date(2026, 10, 22), "annet", adressat))


@dataclass
class Register:
    """Folkeregisteret. `feed`: the events from number 1 on; `oldest`: the first that is kept; `shown`: the last it
    shows yet, whatever its newest number is."""

    personer: dict[str, Person]
    boer: dict[str, Doedsbo] = field(default_factory=dict)
    feed: list[Registerhendelse] = field(default_factory=list)
    entiteter: dict[str, frozenset[str]] = field(default_factory=dict)
    oldest: int = 1
    shown: int = 1_000
    looked_up: list[str] = field(default_factory=list)

    async def get_personer(self, numre: Iterable[str], *, relasjoner: bool = False) -> dict[str, Person]:
        self.looked_up += numre
        return {nummer: self.personer[nummer] for nummer in numre if nummer in self.personer}

    async def get_doedsboer(self, numre: Iterable[str]) -> dict[str, Doedsbo]:
        doede = [n for n in numre if self.personer[n].doed and not self.personer[n].beskyttet]
        return {n: self.boer.get(n, Doedsbo(date(2026, 10, 1), None)) for n in doede}

    async def get_siste_sekvensnummer(self) -> int:
        return len(self.feed)

    async def read_hendelser(self, fra: int, til: int) -> AsyncIterator[Registerhendelse]:
        if fra < self.oldest:
            raise FeedPositionGone
        for number, hendelse in enumerate(self.feed[fra - 1 : min(til, self.shown)], start=fra):
            yield replace(hendelse, sekvensnummer=number)

    async def get_entiteter(self, dokumenter: Iterable[str]) -> dict[str, frozenset[str]]:
        return {each: self.entiteter[each] for each in dokumenter if each in self.entiteter}


class Listing(Procasso):
    async def list_krav(self, _: object, tilstander: Iterable[Tilstand]) -> AsyncIterator[FerskKrav]:
        if self.krav.tilstand in tilstander:
            yield FerskKrav(self.krav, self.hendelser, self.versjon)


class Nothing:
    """Pilen, without a krav."""

    @property
    def client(self) -> Nothing:
        return self

    async def list_krav(self, *_: object) -> AsyncIterator[FerskKrav]:
        krav: tuple[FerskKrav, ...] = ()
        for each in krav:
            yield each


@dataclass
class Isypa:
    """Its file of last night."""

    krav: dict[str, Krav] = field(default_factory=dict)

    def read_krav(self) -> dict[str, Krav]:
        return self.krav


@dataclass
class World(MinorWorld):
    """What `flows.systems.Systems` is to estate-watch. `memos`: what the finds have asked to have kept."""

    procasso: Procasso = field(default_factory=lambda: Listing(KRAVET))
    folkeregisteret: Any = field(default_factory=lambda: Register({KARI: person(KARI, doed=True)}, {KARI: bo()}))
    pilen: Nothing = field(default_factory=Nothing)
    isypa: Isypa = field(default_factory=Isypa)
    memos: dict[str, str] = field(default_factory=dict)
    unfinished: frozenset[str] = frozenset()

    def read_memos(self) -> dict[str, str]:
        return dict(self.memos)

    def read_unfinished(self) -> frozenset[str]:
        return self.unfinished

    async def read_pax_uttrekk(self) -> list[FerskKrav]:
        return []

    async def find(self, as_of: date = AS_OF) -> list[Line]:
        """A find whose memos are kept. What is returned are its other lines."""
        systems: Any = self
        lines = [line async for line in AUTOMATION.find(systems, as_of)]
        for line in lines:
            if isinstance(line, Memo):
                self.memos.pop(line.key, None)
                if line.value is not None:
                    self.memos[line.key] = line.value
        return [line for line in lines if not isinstance(line, Memo)]

    async def plan(self, item: WorkItem, as_of: date = AS_OF) -> Plan:
        systems: Any = self
        return await AUTOMATION.plan(item, systems, as_of)

    def actions(self, item: WorkItem, plan: Plan) -> dict[str, Action]:
        """By their kind: krav, notat, brev, arkiv."""
        systems: Any = self
        return {action.keys[0].partition(":")[0]: action for action in AUTOMATION.actions(item, plan, systems)}


def item(occasion: int = 1) -> WorkItem:
    return WorkItem(1, "estate-watch", "PROCASSO", REFERENCE, occasion, {"kravnr": KRAVET.kravnr}, 1, AS_OF)
