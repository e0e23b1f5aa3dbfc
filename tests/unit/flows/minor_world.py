"""One child's krav in Procasso, its guardians in the register, and what was sent to whom: fakes for minors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from connectors.procasso.mapping import Dokument, KravChanges, Notat
from connectors.svarut.forsendelse import Forsendelse
from domain.adressat import Adressat
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from domain.rente import Avregning
from domain.rentetabell import Dagtelling
from domain.skyldner import Gradering, Person
from flows.brev.fakta import Avsender
from flows.facts import FerskKrav, Skyldnere
from flows.minors import AUTOMATION
from flows.regler import Regler
from flows.satser import load_satser
from flows.systems import LETTERS
from hub.automation import Action, Arbeid, Line, Plan, WorkItem
from hub.beslutning import Beslutning

AS_OF = date(2026, 11, 23)
BARN, MOR, FAR = "15891250026", "01817012345", "01827012345"
"""Only the number of the skyldner is judged, so only the child's is a valid one."""
KRAV = Krav(
    kravnr="PR0000001",
    kravtype=Kravtype.SFO,
    fagsystem=Fagsystem.PROCASSO,
    fordringshaver="BYDEL01",
    skyldner=BARN,
    kjennemerke=None,
    ilagt_tidspunkt=datetime(2026, 5, 4, 10, tzinfo=UTC),
    forfall=date(2026, 6, 1),
    hovedstol=120_000,
    kostnader=3_500,
    renter=0,
    saksnr="S1",
    steg="INKASSO",
    tilstand=Tilstand.AAPEN,
    saksflyt=Saksflyt.ORDINAER,
    kid="",
)

REGLER = Regler(load_satser(), Dagtelling.CALENDAR_YEAR, Avregning.INTEREST_FIRST, 90, 90, 14, 3, 5)


class Fence:
    def check(self) -> None:
        """Always ours."""


@dataclass
class Register:
    """Folkeregisteret. `failing`: raised at the next look-up of addresses; `homeless`: has no address for letters."""

    personer: dict[str, Person]
    failing: list[Exception] = field(default_factory=list)
    homeless: set[str] = field(default_factory=set)

    async def get_personer(self, numre: Iterable[str], *, relasjoner: bool = False) -> dict[str, Person]:
        return {nummer: self.personer[nummer] for nummer in numre if nummer in self.personer}

    async def get_adressater(self, numre: Iterable[str]) -> dict[str, Adressat]:
        if self.failing:
            raise self.failing.pop(0)
        found = await self.get_personer(numre)
        return {
            nummer: Adressat(person.foedselsnummer, "Navn Navnesen", ("Veien 1",), "0150", "OSLO")
            for nummer, person in found.items()
            if not person.beskyttet and not person.doed and nummer not in self.homeless
        }


@dataclass
class SvarUt:
    """`day`: what it is there; `days`: when each letter was sent."""

    sent: list[Forsendelse] = field(default_factory=list)
    day: date = AS_OF
    days: list[date] = field(default_factory=list)

    async def find(self, referanse: str) -> list[str]:
        return list(await self.find_days(referanse))

    async def find_days(self, referanse: str) -> dict[str, date]:
        return {f"id-{n}": self.days[n] for n, each in enumerate(self.sent) if each.ekstern_referanse == referanse}

    async def send(self, forsendelse: Forsendelse, *, before_send: Callable[[], None]) -> str:
        before_send()
        self.sent.append(forsendelse)
        self.days.append(self.day)
        return f"id-{len(self.sent) - 1}"


@dataclass
class Procasso:
    """The API, its archive and the screens in one."""

    krav: Krav = KRAV
    hendelser: tuple[Hendelse, ...] = ()
    versjon: int = 1
    settle: float = 0.0
    notater: list[Notat] = field(default_factory=list)
    dokumenter: list[Dokument] = field(default_factory=list)

    @property
    def client(self) -> Procasso:
        return self

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]:
        return {self.krav.kravnr: FerskKrav(self.krav, self.hendelser, self.versjon)}

    def set(self, **changes: Any) -> None:
        self.krav, self.versjon = replace(self.krav, **changes), self.versjon + 1

    async def change_krav(
        self, kravnr: str, versjon: int, changes: KravChanges, *, idempotency_key: str, before_save: Callable[[], None]
    ) -> None:
        before_save()
        assert versjon == self.versjon
        self.set(**changes)

    async def set_saksflyt(self, kravnr: str, til: Saksflyt, fra: date, *, before_save: Callable[[], None]) -> None:
        before_save()
        self.set(saksflyt=til)

    async def list_notater(self, kravnr: str) -> list[Notat]:
        return self.notater

    async def add_notat(self, kravnr: str, referanse: str, tekst: str, key: str) -> None:
        self.notater.append(Notat(referanse, tekst))

    async def list_dokumenter(self, kravnr: str) -> list[Dokument]:
        return self.dokumenter

    async def add_dokument(
        self, kravnr: str, referanse: str, tittel: str, forsendelse: str, pdf: bytes, key: str
    ) -> None:
        self.dokumenter.append(Dokument(forsendelse, tittel, referanse, sha256(pdf).hexdigest(), len(pdf)))


@dataclass
class World:
    """What `flows.systems.Systems` is to minors."""

    procasso: Procasso = field(default_factory=Procasso)
    svarut: SvarUt = field(default_factory=SvarUt)
    folkeregisteret: Register = field(default_factory=lambda: Register(familie()))
    avsender: Avsender = field(
        default_factory=lambda: Avsender("Innkrevingsetaten", ("Postboks 1", "0101 OSLO"), "1", "x.no", "12345678903")
    )
    regler: Regler = REGLER
    settle: dict[str, float] = field(default_factory=lambda: {"PROCASSO": 0.0, "SVARUT": 0.0})
    versions: dict[str, str] = field(default_factory=dict)
    unfinished: frozenset[str] = frozenset()
    now: date = AS_OF
    decided: tuple[Beslutning, ...] = ()
    """What people have decided about foreldelse."""

    def find_beslutning(self, automation: str, fingerprint: str) -> Beslutning | None:
        assert automation == "limitation"
        return next((said for said in reversed(self.decided) if said.fingerprint == fingerprint), None)

    def today(self) -> date:
        return self.now

    def turns(self, day: date) -> None:
        """It is another day, here and in SvarUt."""
        self.now = self.svarut.day = day

    def read_unfinished(self) -> frozenset[str]:
        return self.unfinished

    async def get_skyldnere(self, numre: Iterable[str]) -> Skyldnere:
        return Skyldnere(await self.folkeregisteret.get_personer(numre))

    @property
    def procasso_screens(self) -> Procasso:
        return self.procasso

    def hmac(self, text: str) -> str:
        return sha256(text.encode()).hexdigest()

    def alias(self, foedselsnummer: str) -> str:
        return self.hmac(foedselsnummer)[:16].translate(LETTERS)

    async def find(self, as_of: date = AS_OF) -> list[Line]:
        systems: Any = self._listed()
        return [line async for line in AUTOMATION.find(systems, as_of)]

    async def found(self, as_of: date = AS_OF) -> Arbeid:
        """The work of the one krav."""
        (line,) = [line for line in await self.find(as_of) if isinstance(line, Arbeid)]
        return line

    async def plan(self, item: WorkItem, as_of: date = AS_OF) -> Plan:
        systems: Any = self
        return await AUTOMATION.plan(item, systems, as_of)

    def actions(self, item: WorkItem, plan: Plan) -> dict[str, Action]:
        """By the kind and, of letters, to whom: krav, saksflyt, notat, brev MOR, arkiv MOR."""
        systems: Any = self
        names = {self.alias(nummer): who for nummer, who in ((MOR, "MOR"), (FAR, "FAR"), (BARN, "BARN"))}
        actions = {}
        for action in AUTOMATION.actions(item, plan, systems):
            kind, _, *rest = action.keys[0].split(":")
            actions[" ".join([kind, *(names.get(each, each) for each in rest)])] = action
        return actions

    def _listed(self) -> Any:
        world = self

        class Listing(Procasso):
            async def list_krav(self, *_: object) -> Any:
                yield FerskKrav(world.procasso.krav, world.procasso.hendelser, world.procasso.versjon)

        listed = replace(self)
        listed.procasso = Listing(self.procasso.krav)
        return listed


def person(nummer: str, foedt: date, **more: Any) -> Person:
    return Person(nummer, foedt, more.pop("doed", False), more.pop("gradering", Gradering.UGRADERT), "bosatt", **more)


def familie() -> dict[str, Person]:
    return {
        BARN: person(BARN, date(2012, 9, 15), foreldreansvar=(MOR, FAR)),
        MOR: person(MOR, date(1970, 1, 1)),
        FAR: person(FAR, date(1970, 2, 2)),
    }


def item(
    reference: str = "PR0000001:HOLD_GUARDIANS", occasion: int = 1, beslutninger: tuple[Beslutning, ...] = ()
) -> WorkItem:
    payload = {"kravnr": KRAV.kravnr}
    return WorkItem(1, "minors", "PROCASSO", reference, occasion, payload, 1, AS_OF, beslutninger)


async def carry_out(action: Action) -> None:
    """Look, act on what is missing, read back; as the hub does it."""
    if set((await action.look()).values()) != {"all"}:
        await action.act(action.keys, Fence())
    await action.verify(action.keys)
