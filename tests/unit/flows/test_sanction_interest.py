"""sanction-interest: what goes to a person instead of being posted, and what an earlier night leaves alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from domain.errors import BusinessException
from domain.krav import Fagsystem, Hendelse, Kravtype
from domain.skyldner import Gradering, Person
from flows.facts import FerskKrav, Skyldnere
from flows.sanction_interest import AUTOMATION
from hub.automation import Arbeid, WorkItem
from tests.unit.flows.minor_world import AS_OF, KRAV, REGLER

SANKSJON = replace(
    KRAV, kravnr="PI1", kravtype=Kravtype.KONTROLLSANKSJON, fagsystem=Fagsystem.PILEN, renter_beregnet_til=AS_OF
)


@dataclass
class World:
    """What `flows.systems.Systems` is to sanction-interest: Pilen with one krav. Nobody is protected."""

    fersk: FerskKrav
    now: date = AS_OF
    regler: Any = REGLER
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def pilen(self) -> World:
        return self

    def today(self) -> date:
        return self.now

    def read_unfinished(self) -> frozenset[str]:
        return frozenset()

    def hmac(self, text: str) -> str:
        return str(len(text))

    async def list_krav(self, *_: object) -> AsyncIterator[FerskKrav]:
        yield self.fersk

    async def get_krav(self, _system: str, _kravnr: str | Sequence[str] = "") -> FerskKrav:
        return self.fersk

    async def get_skyldnere(self, numre: Iterable[str]) -> Skyldnere:
        return Skyldnere({n: Person(n, date(1970, 1, 1), False, Gradering.UGRADERT, "bosatt") for n in numre})

    async def found(self, as_of: date = AS_OF) -> list[str]:
        systems: Any = self
        lines = [line async for line in AUTOMATION.find(systems, as_of)]
        return [line.reference for line in lines if isinstance(line, Arbeid)]

    async def reason(self, as_of: date = AS_OF) -> str:
        """Why it goes to a person when it is planned."""
        systems: Any = self
        item = WorkItem(1, "sanction-interest", "PILEN", "PI1", 1, {"kravnr": "PI1"}, 1, as_of)
        with pytest.raises(BusinessException) as raised:
            await AUTOMATION.plan(item, systems, as_of)
        return raised.value.code


async def test_nobody_can_tell_the_interest_when_a_payment_has_no_amount() -> None:
    world = World(FerskKrav(SANKSJON, (Hendelse("PI1", date(2026, 9, 1), "INNBETALING", None),)))
    assert await world.found() == [f"PI1:{AS_OF}"]
    assert await world.reason() == "PAYMENT_AMOUNT_MISSING"


async def test_interest_of_a_day_that_has_not_come_is_a_slip_that_a_person_mends() -> None:
    world = World(FerskKrav(replace(SANKSJON, renter_beregnet_til=date(2027, 11, 23)), ()))
    assert await world.found() == [f"PI1:{AS_OF}"]
    assert await world.reason() == "INTEREST_DATE_AHEAD"


async def test_an_earlier_night_run_again_leaves_alone_what_a_later_one_has_posted() -> None:
    world = World(FerskKrav(SANKSJON, ()))
    assert await world.found(date(2026, 11, 20)) == []
