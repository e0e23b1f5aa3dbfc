"""limitation's find: what a proposal stands on, and whose krav is kept out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest

from domain.errors import BusinessException
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from domain.skyldner import Gradering, Person
from flows.facts import FerskKrav, Skyldnere
from flows.foreldelse import ER_FORELDET, IKKE_FORELDET
from flows.limitation import AUTOMATION
from hub.automation import Arbeid, Line, Plan, Varsel, Vernet, WorkItem
from hub.beslutning import Beslutning
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
    """Every krav has the same hendelser."""

    krav: tuple[Krav, ...] = ()
    hendelser: tuple[Hendelse, ...] = ()

    async def list_krav(self, *_: object) -> AsyncIterator[FerskKrav]:
        for krav in self.krav:
            if krav.tilstand is not Tilstand.BETALT:
                yield FerskKrav(krav, self.hendelser)

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]:
        return {krav.kravnr: FerskKrav(krav, self.hendelser) for krav in self.krav if krav.kravnr in kravnumre}


@dataclass
class World:
    """What `flows.systems.Systems` is to limitation. `pax` is the truth, `uttrekk` what the extract says of it."""

    pilen: System = field(default_factory=System)
    procasso: System = field(default_factory=System)
    pax: System = field(default_factory=System)
    uttrekk: tuple[Krav, ...] = ()
    regler: Any = REGLER
    beslutninger: tuple[Beslutning, ...] = ()
    unfinished: frozenset[str] = frozenset()
    versions: dict[str, str] = field(default_factory=dict)

    def read_beslutninger(self, automation: str) -> tuple[Beslutning, ...]:
        return self.beslutninger if automation == "limitation" else ()

    def read_unfinished(self) -> frozenset[str]:
        return self.unfinished

    async def get_krav(self, system: str, kravnr: str) -> FerskKrav:
        return (await self.pilen.get_krav([kravnr]))[kravnr]

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


async def found(world: World, as_of: date = AS_OF) -> list[Line]:
    systems: Any = world
    return [line async for line in AUTOMATION.find(systems, as_of)]


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


# What a person makes of it when something may have moved the limit. Due 1 June 2023, so foreldet since 2 June 2026;
# a payment before that may have been an erkjennelse (FORELD-10).
PAID_A_PART = Hendelse(KRAV.kravnr, date(2024, 5, 1), "INNBETALING", 10_000)


async def decided(kode: str, **data: str) -> World:
    """The krav, with this decision on the facts it is found on."""
    world = World(System((KRAV,), (PAID_A_PART,)))
    (line,) = await found(world)
    assert isinstance(line, Arbeid)
    said = Beslutning(kode, data, "kari", "saksbehandler", "Sett på saken", 0.0, False, line.fingerprint)
    world.beslutninger = (said,)
    return world


async def plan(world: World, as_of: date = AS_OF, *, asked: bool = True) -> Plan:
    """`asked`: of the item in which it was decided, not of a later one."""
    systems: Any = world
    said = world.beslutninger if asked else ()
    item = WorkItem(1, "limitation", "PILEN", "r", 1, {"kravnr": KRAV.kravnr}, 2, as_of, said)
    return await AUTOMATION.plan(item, systems, as_of)


async def test_without_a_decision_a_person_is_asked() -> None:
    with pytest.raises(BusinessException, match="LIMITATION_UNCERTAIN"):
        await plan(World(System((KRAV,), (PAID_A_PART,))))


async def test_a_new_last_day_ends_the_item_and_is_warned_of_when_it_is_near() -> None:
    world = await decided(IKKE_FORELDET.kode, frist="2026-12-31")
    made = await plan(world)
    assert (made.result, made.effects, made.forslag) == ("LIMIT_DECIDED", (), None)
    assert made.data["beslutning"] == {
        "kode": "IKKE_FORELDET",
        "data": {"frist": "2026-12-31"},
        "person": "kari",
        "role": "saksbehandler",
        "at": "1970-01-01T00:00:00+00:00",
    }
    assert "FORELD-12" in made.rules
    day = date(2026, 12, 31)  # 38 days away, a Thursday
    assert await found(world) == [Varsel(KRAV.kravnr, "WARN_INTERRUPT", day, day)]


async def test_a_last_day_far_away_is_nothing_to_tell_and_once_past_it_is_proposed() -> None:
    world = await decided(IKKE_FORELDET.kode, frist="2027-06-01")
    assert await found(world) == []
    (line,) = await found(world, date(2027, 6, 2))
    assert isinstance(line, Arbeid)
    assert line.reference == f"{KRAV.kravnr}:2027-06-01"
    made = await plan(world, date(2027, 6, 2), asked=False)
    assert made.forslag is not None
    assert made.forslag.begrunnelse == (
        "Forfalt 01.06.2023. Siste dag foreldelsen kunne avbrytes, var 01.06.2027, etter en saksbehandlers vurdering "
        "av hendelsene på kravet."
    )


async def test_held_to_be_foreldet_it_is_proposed_for_write_off() -> None:
    world = await decided(ER_FORELDET.kode)
    made = await plan(world)
    assert (made.result, len(made.effects)) == ("PROPOSE_WRITE_OFF", 1)
    assert made.effects[0].undo == f"Sett {KRAV.kravnr} tilbake til åpen i Pilen."
    assert made.forslag is not None
    assert made.forslag.beloep_oere == 99_000 + 3_500 + 21_000
    (line,) = await found(world)
    assert isinstance(line, Arbeid)
    assert line.reference == f"{KRAV.kravnr}:2026-06-01"


@pytest.mark.parametrize(
    ("frist", "code"),
    [
        ("2026-11-22", "DECIDED_DATE_PAST"),
        ("2036-11-24", "DECIDED_LIMIT_TOO_LATE"),
    ],
)
async def test_a_last_day_that_cannot_be_one_is_refused(frist: str, code: str) -> None:
    with pytest.raises(BusinessException, match=code):
        await plan(await decided(IKKE_FORELDET.kode, frist=frist))


@pytest.mark.parametrize("frist", ["2026-11-23", "2036-11-23"])
async def test_today_and_ten_years_from_now_are_last_days(frist: str) -> None:
    assert (await plan(await decided(IKKE_FORELDET.kode, frist=frist))).result == "LIMIT_DECIDED"


@pytest.mark.parametrize(("asked", "code"), [(True, "DECIDED_FACTS_CHANGED"), (False, "LIMITATION_UNCERTAIN")])
async def test_what_has_happened_to_the_krav_since_it_was_found_is_said_and_the_next_find_asks_again(
    asked: bool, code: str
) -> None:
    world = await decided(IKKE_FORELDET.kode, frist="2027-06-01")
    world.pilen.hendelser += (Hendelse(KRAV.kravnr, date(2026, 11, 20), "KLAGE", None),)
    with pytest.raises(BusinessException, match=code):
        await plan(world, asked=asked)


@pytest.mark.parametrize("tilstand", [Tilstand.AAPEN, Tilstand.BETALT])
async def test_who_becomes_protected_while_it_waits_is_seen_though_the_krav_is_paid(tilstand: Tilstand) -> None:
    krav = replace(KRAV, skyldner=PROTECTED, tilstand=tilstand)
    assert await found(World(System((krav,)), unfinished=frozenset({krav.kravnr}))) == [Vernet(krav.kravnr)]
