"""parking-merge: what a person decides about a group, and whose krav is seen though it is no candidate any more.

Three kontrollsanksjoner of one person in three cases of Pilen, the oldest S9120. Each is 900.00 and nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from domain.errors import BusinessException
from domain.krav import Fagsystem, Krav, Kravtype, Tilstand
from domain.skyldner import Gradering, Person
from flows.facts import FerskKrav, Skyldnere
from flows.parking_merge import ANNEN_MAALSAK, AUTOMATION, HOLD_UTENFOR
from hub.automation import Arbeid, Line, Plan, Utelatt, Vernet, WorkItem
from hub.beslutning import Beslutning
from tests.unit.flows.minor_world import KRAV as ANY_KRAV

AS_OF = date(2026, 11, 23)
KARI = "01817328004"
K1, K2, K3 = (
    replace(
        ANY_KRAV,
        kravnr=f"PI{n}",
        kravtype=Kravtype.KONTROLLSANKSJON,
        fagsystem=Fagsystem.PILEN,
        skyldner=KARI,
        saksnr=sak,
        hovedstol=90_000,
        kostnader=0,
    )
    for n, sak in ((1, "S9120"), (2, "S10034"), (3, "S10035"))
)


@dataclass
class Pilen:
    krav: list[Krav] = field(default_factory=lambda: [K1, K2, K3])

    async def list_krav(self, _: object, tilstander: Iterable[Tilstand]) -> AsyncIterator[FerskKrav]:
        for krav in self.krav:
            if krav.tilstand in tilstander:
                yield FerskKrav(krav, ())

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]:
        return {krav.kravnr: FerskKrav(krav, ()) for krav in self.krav if krav.kravnr in kravnumre}


@dataclass
class World:
    """What `flows.systems.Systems` is to parking-merge."""

    pilen: Pilen = field(default_factory=Pilen)
    uttrekk: list[Krav] = field(default_factory=list)
    gradering: Gradering = Gradering.UGRADERT
    beslutninger: tuple[Beslutning, ...] = ()
    unfinished: frozenset[str] = frozenset()
    versions: dict[str, str] = field(default_factory=dict)

    async def read_pax_uttrekk(self) -> list[FerskKrav]:
        return [FerskKrav(krav, ()) for krav in self.uttrekk]

    async def get_skyldnere(self, numre: Iterable[str]) -> Skyldnere:
        return Skyldnere({n: Person(n, date(1973, 1, 1), False, self.gradering, "bosatt") for n in set(numre)})

    def read_beslutninger(self, automation: str) -> tuple[Beslutning, ...]:
        return self.beslutninger if automation == "parking-merge" else ()

    def read_unfinished(self) -> frozenset[str]:
        return self.unfinished

    def hmac(self, text: str) -> str:
        return sha256(text.encode()).hexdigest()

    async def find(self, as_of: date = AS_OF) -> list[Line]:
        systems: Any = self
        return [line async for line in AUTOMATION.find(systems, as_of)]

    async def plan(self, *said: Beslutning, as_of: date = AS_OF) -> Plan:
        systems: Any = self
        (group,) = [line for line in await World().find() if isinstance(line, Arbeid)]
        item = WorkItem(1, "parking-merge", "PILEN", group.reference, 1, group.payload, 2, as_of, said)
        return await AUTOMATION.plan(item, systems, as_of)


def hold(krav: str, til: str = "2026-12-31") -> Beslutning:
    return made(HOLD_UTENFOR.kode, krav=krav, til=til)


def into(sak: str) -> Beslutning:
    return made(ANNEN_MAALSAK.kode, sak=sak)


def made(kode: str, **data: str) -> Beslutning:
    return Beslutning(kode, data, "kari", "saksbehandler", "Avklart", 0.0, to_personer=False)


async def test_the_rest_of_the_group_is_merged_when_one_is_held_out() -> None:
    plan = await World().plan(hold("PI3"))
    assert (plan.result, plan.krav, plan.data["sum_oere"]) == ("MERGED", ("PI1", "PI2"), 180_000)
    assert [effect.key for effect in plan.effects] == ["merge:PI2"]
    (kept,) = plan.data["beslutninger"]
    assert (kept["kode"], kept["person"], plan.rules[-1]) == ("HOLD_UTENFOR", "kari", "MERGE-9")


async def test_one_that_is_left_alone_is_nothing_to_merge() -> None:
    plan = await World().plan(hold("PI2;PI3"))
    assert (plan.result, plan.effects) == ("NOTHING_TO_DO", ())
    assert plan.data["beslutninger"][0]["data"]["krav"] == "PI2;PI3"


async def test_what_is_held_out_is_in_no_new_group_until_its_day_has_passed() -> None:
    world = World(beslutninger=(hold("PI3"),))
    told, group = await world.find()
    assert told == Utelatt("PI3", "HELD_OUT")
    assert isinstance(group, Arbeid)
    assert group.krav == ("PI1", "PI2")
    assert await world.find(date(2026, 12, 31)) == [told, group], "the day itself is within"
    (whole,) = await world.find(date(2027, 1, 1))
    assert isinstance(whole, Arbeid)
    assert whole.krav == ("PI1", "PI2", "PI3")


async def test_the_newest_word_on_a_krav_counts() -> None:
    world = World(beslutninger=(hold("PI3"), hold("PI3", til="2026-11-22")))
    (whole,) = await world.find()
    assert isinstance(whole, Arbeid)
    assert whole.krav == ("PI1", "PI2", "PI3")


async def test_another_case_is_the_target() -> None:
    plan = await World().plan(into("S10035"))
    assert plan.data["maalsak"] == "S10035"
    assert [(effect.key, effect.after) for effect in plan.effects] == [
        ("merge:PI1", {"saksnr": "S10035"}),
        ("merge:PI2", {"saksnr": "S10035"}),
    ]
    assert plan.rules[-1] == "MERGE-10"


async def test_both_can_be_decided() -> None:
    plan = await World().plan(into("S10034"), hold("PI3"))
    assert (plan.krav, plan.data["maalsak"], plan.rules[-2:]) == (("PI1", "PI2"), "S10034", ("MERGE-9", "MERGE-10"))


async def test_a_case_whose_krav_has_dropped_out_is_refused() -> None:
    world = World(Pilen([K1, K2, replace(K3, tilstand=Tilstand.BETALT)]))
    with pytest.raises(BusinessException, match="DECIDED_CASE_GONE"):
        await world.plan(into("S10035"))
    with pytest.raises(BusinessException, match="DECIDED_CASE_GONE"):
        await World().plan(into("S10035"), hold("PI3"))


async def test_a_day_that_has_passed_is_refused_but_not_one_that_was_followed() -> None:
    with pytest.raises(BusinessException, match="DECIDED_DATE_PAST"):
        await World().plan(hold("PI3", til="2026-11-22"))
    plan = await World().plan(hold("PI3", til="2026-11-22"), into("S9120"))
    assert plan.krav == ("PI1", "PI2", "PI3")


async def test_who_becomes_protected_while_it_waits_is_seen_though_the_krav_is_paid() -> None:
    paid = replace(K1, tilstand=Tilstand.BETALT)
    in_pax = replace(paid, kravnr="PX1", fagsystem=Fagsystem.PAX)
    world = World(Pilen([paid]), [in_pax], Gradering.FORTROLIG, unfinished=frozenset({"PI1", "PX1", "PI9"}))
    assert await world.find() == [Vernet("PX1"), Vernet("PI1")]
    world.gradering = Gradering.UGRADERT
    assert await world.find() == []
