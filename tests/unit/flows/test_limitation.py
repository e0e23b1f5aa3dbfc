"""limitation's find: what a proposal stands on, and whose krav is kept out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from domain.krav import Fagsystem, Krav, Kravtype, Saksflyt, Tilstand
from domain.skyldner import Gradering, Person
from flows.facts import FerskKrav, Skyldnere
from flows.limitation import AUTOMATION
from hub.automation import Arbeid, Line, Vernet
from tests.unit.flows.minor_world import REGLER

AS_OF = date(2026, 11, 23)
OPEN, PROTECTED = "01817012345", "02827012345"
KRAV = Krav(
    kravnr="PI0000001",
    kravtype=Kravtype.KONTROLLSANKSJON,
    fagsystem=Fagsystem.PILEN,
    fordringshaver="BYM",
    skyldner=OPEN,
    kjennemerke=None,
    ilagt_tidspunkt=datetime(2023, 5, 4, 10, tzinfo=UTC),
    forfall=date(2023, 6, 1),
    hovedstol=99_000,
    kostnader=3_500,
    renter=21_000,
    saksnr="S1",
    steg="INKASSO",
    tilstand=Tilstand.AAPEN,
    saksflyt=Saksflyt.ORDINAER,
    kid="",
)


@dataclass
class System:
    krav: tuple[Krav, ...] = ()

    async def list_krav(self, *_: object) -> AsyncIterator[FerskKrav]:
        for krav in self.krav:
            yield FerskKrav(krav, ())

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]:
        return {krav.kravnr: FerskKrav(krav, ()) for krav in self.krav if krav.kravnr in kravnumre}

    survey_krav = get_krav


@dataclass
class World:
    """What `flows.systems.Systems` is to limitation. `pax` is the truth, `uttrekk` what the extract says of it."""

    pilen: System = field(default_factory=System)
    procasso: System = field(default_factory=System)
    pax: System = field(default_factory=System)
    uttrekk: tuple[Krav, ...] = ()
    regler: Any = REGLER

    async def read_pax_uttrekk(self) -> list[FerskKrav]:
        return [FerskKrav(krav, ()) for krav in self.uttrekk]

    async def get_skyldnere(self, numre: Iterable[str]) -> Skyldnere:
        personer = {
            OPEN: Person(OPEN, date(1970, 1, 1), False, Gradering.UGRADERT, "bosatt"),
            PROTECTED: Person(PROTECTED, date(1970, 1, 1), False, Gradering.FORTROLIG, "bosatt"),
        }
        return Skyldnere({nummer: personer[nummer] for nummer in set(numre)})

    def hmac(self, text: str) -> str:
        return sha256(text.encode()).hexdigest()


async def found(world: World) -> list[Line]:
    systems: Any = world
    return [line async for line in AUTOMATION.find(systems, AS_OF)]


async def work(krav: Krav) -> Arbeid:
    (line,) = await found(World(System((krav,))))
    assert isinstance(line, Arbeid)
    return line


async def test_interest_that_grows_every_night_brings_nothing_back_that_was_rejected() -> None:
    rejected = await work(KRAV)
    assert (await work(replace(KRAV, renter=21_034))).fingerprint == rejected.fingerprint
    for change in ({"hovedstol": 1}, {"kostnader": 0}, {"tilstand": Tilstand.STOPPET}):
        assert (await work(replace(KRAV, **change))).fingerprint != rejected.fingerprint


async def test_a_pax_krav_that_has_got_a_protected_skyldner_since_the_extract_is_only_counted() -> None:
    old = replace(KRAV, kravnr="PX0000001", fagsystem=Fagsystem.PAX)
    world = World(pax=System((replace(old, skyldner=PROTECTED),)), uttrekk=(old,))
    assert await found(world) == [Vernet("PX0000001")]
