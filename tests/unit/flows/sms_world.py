"""Krav in Pilen, the people who owe them, how they are reached, and Altinn: fakes for sms-notice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from connectors.altinn_varsling.client import Feed
from connectors.altinn_varsling.sms import Forsendelsesstatus, Sms
from domain.kontaktinformasjon import Kontaktinformasjon
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from domain.skyldner import Person
from domain.smsvarsel import Smsregler
from flows.brev.fakta import Avsender
from flows.facts import FerskKrav
from flows.sms.fakta import SMS_SENT
from flows.sms_notice import AUTOMATION
from hub.automation import Action, Line, Plan, WorkItem
from tests.unit.flows.minor_world import person

AS_OF = date(2026, 11, 23)
ANE, BEA = "04858012061", "04858015532"
KRAV = Krav(
    kravnr="PI1",
    kravtype=Kravtype.PARKERINGSGEBYR,
    fagsystem=Fagsystem.PILEN,
    fordringshaver="BYM",
    skyldner=ANE,
    kjennemerke="ZZ10001",
    ilagt_tidspunkt=datetime(2026, 10, 20, 10, tzinfo=UTC),
    forfall=date(2026, 11, 10),
    hovedstol=90_000,
    kostnader=0,
    renter=0,
    saksnr="S1",
    steg="FORFALT",
    tilstand=Tilstand.AAPEN,
    saksflyt=Saksflyt.ORDINAER,
    kid="770000016",
)
REFERENCE = "PI1:2026-11-10"


@dataclass
class Pilen:
    krav: dict[str, Krav] = field(default_factory=lambda: {"PI1": KRAV})
    hendelser: dict[str, tuple[Hendelse, ...]] = field(default_factory=dict)

    async def list_krav(self, kravtyper: Any, tilstander: Any) -> AsyncIterator[FerskKrav]:
        for fersk in (await self.get_krav(list(self.krav))).values():
            if fersk.krav.tilstand in tilstander:
                yield fersk

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]:
        return {nr: FerskKrav(self.krav[nr], self.hendelser.get(nr, ())) for nr in kravnumre if nr in self.krav}

    def set(self, kravnr: str, **changes: Any) -> None:
        self.krav[kravnr] = replace(self.krav.get(kravnr, replace(KRAV, kravnr=kravnr)), **changes)


@dataclass
class Folkeregisteret:
    personer: dict[str, Person]

    async def get_personer(self, numre: Iterable[str], *, relasjoner: bool = False) -> dict[str, Person]:
        assert relasjoner, "a verge is asked for"
        return {nummer: self.personer[nummer] for nummer in numre if nummer in self.personer}


@dataclass
class Krr:
    kontakter: dict[str, Kontaktinformasjon]
    asked: list[list[str]] = field(default_factory=list)

    async def get_kontaktinformasjon(self, numre: Iterable[str]) -> dict[str, Kontaktinformasjon]:
        self.asked.append(list(numre))
        return {nummer: self.kontakter[nummer] for nummer in self.asked[-1] if nummer in self.kontakter}


@dataclass
class Altinn:
    """Once for each idempotency_id. `lose`: answers that do not come, after the effect."""

    ordered: dict[str, Sms] = field(default_factory=dict)
    lose: list[Exception] = field(default_factory=list)
    told: list[Forsendelsesstatus] = field(default_factory=list)
    seq: int = 0

    async def order_sms(self, sms: Sms, *, before_send: Callable[[], None]) -> str:
        before_send()
        self.ordered.setdefault(sms.idempotency_id, sms)
        if self.lose:
            raise self.lose.pop()
        return f"id-{sms.idempotency_id}"

    async def get_status(self, shipment_id: str) -> Forsendelsesstatus | None:
        sms = self.ordered.get(shipment_id.removeprefix("id-"))
        return Forsendelsesstatus(shipment_id, sms.referanse, "SMS_Accepted", False) if sms else None

    async def read_feed(self, seq: int) -> Feed:
        return Feed(self.told[seq:], len(self.told))

    def fails(self, reference: str, status: str = "SMS_Failed_TTL", *, feilet: bool = True) -> None:
        self.told.append(Forsendelsesstatus("id", reference, status, feilet))


@dataclass
class World:
    """What `flows.systems.Systems` is to sms-notice. By default nobody is held back."""

    pilen: Pilen = field(default_factory=Pilen)
    folkeregisteret: Folkeregisteret = field(
        default_factory=lambda: Folkeregisteret({n: person(n, date(1980, 5, 4)) for n in (ANE, BEA)})
    )
    krr: Krr = field(default_factory=lambda: Krr({n: kontakt() for n in (ANE, BEA)}))
    altinn: Altinn = field(default_factory=Altinn)
    smsregler: Smsregler = field(default_factory=lambda: Smsregler(3, 0.0, 14))
    avsender: Avsender = field(
        default_factory=lambda: Avsender("Innkrevingsetaten", ("Veien 1",), "1", "x", "12345678911")
    )
    settle: dict[str, float] = field(default_factory=lambda: {"ALTINN": 0.0})
    versions: dict[str, str] = field(default_factory=dict)
    memos: dict[str, str] = field(default_factory=dict)
    sent: dict[str, date] = field(default_factory=dict)
    unfinished: frozenset[str] = frozenset()
    now: date = AS_OF

    def today(self) -> date:
        return self.now

    def read_memos(self) -> dict[str, str]:
        return dict(self.memos)

    def read_completed(self, result: str) -> dict[str, date]:
        assert result == SMS_SENT
        return dict(self.sent)

    def read_unfinished(self) -> frozenset[str]:
        return self.unfinished

    def hmac(self, text: str) -> str:
        return sha256(text.encode()).hexdigest()

    async def find(self, as_of: date = AS_OF) -> list[Line]:
        systems: Any = self
        return [line async for line in AUTOMATION.find(systems, as_of)]

    async def plan(self, reference: str = REFERENCE, as_of: date = AS_OF) -> Plan:
        systems: Any = self
        return await AUTOMATION.plan(item(reference), systems, as_of)

    def action(self, plan: Plan, reference: str = REFERENCE) -> Action:
        systems: Any = self
        (action,) = AUTOMATION.actions(item(reference), plan, systems)
        return action


def kontakt(**changes: Any) -> Kontaktinformasjon:
    fersk = Kontaktinformasjon(False, True, "+4700000001", None, date(2026, 10, 1))
    return replace(fersk, **changes)


def item(reference: str = REFERENCE) -> WorkItem:
    payload = {"kravnr": reference.partition(":")[0]}
    return WorkItem(1, "sms-notice", "ALTINN", reference, 1, payload, 1, AS_OF)
