"""claims-sync and payments-sync side by side: money waits for no question about the krav, nobody hidden is missed."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from domain.errors import BusinessException
from domain.innfordring import Side
from domain.skyldner import Gradering
from flows import claims_sync, payments_sync
from flows.samkjoering.handlinger import actions_of
from hub.automation import Action, Arbeid, Line, Look, Memo, ProtectedFound, Vernet, WorkItem
from tests.unit.flows.claims_world import FIRST_DAY, ONE, OTHER, Office

CLAIMS, PAYMENTS = claims_sync.AUTOMATION, payments_sync.AUTOMATION
Automation = claims_sync.ClaimsSync | payments_sync.PaymentsSync
ITEM = WorkItem(1, "claims-sync", "PROCASSO", f"{ONE}:PILEN:v1", 1, {"kravnr": ONE}, 1, FIRST_DAY)


async def shared() -> Office:
    """A morning on which both krav are handed over, and one on which there is nothing more to tell."""
    office = Office()
    for _ in range(2):
        await office.morning()
    return office


async def find(office: Office, automation: Automation) -> list[Line]:
    return [line async for line in automation.find(office.systems, FIRST_DAY) if not isinstance(line, Memo)]


async def planned(office: Office, automation: Automation) -> list[str]:
    plan = await automation.plan(ITEM, office.systems, FIRST_DAY)
    return [effect.key.partition(":")[0] for effect in plan.effects]


async def test_money_is_planned_by_itself_so_what_waits_about_the_krav_holds_none_back() -> None:
    office = await shared()
    office.world.change_krav(ONE, renter="20.00", tilstand="KLAGE")
    office.pay(Side.PILEN, ONE, 10_050)
    assert await planned(office, CLAIMS) == ["beloep", "status"]
    assert await planned(office, PAYMENTS) == ["innbetaling"]
    assert [line.reference.split(":")[:2] for line in await find(office, CLAIMS) if isinstance(line, Arbeid)] == [
        [ONE, "PILEN"]
    ]
    (money,) = await find(office, PAYMENTS)
    assert isinstance(money, Arbeid)
    assert (money.krav, money.target, money.effects) == ((ONE,), "PROCASSO", 1)


async def test_a_krav_that_differs_in_nothing_but_money_is_nothing_to_claims_sync_and_the_other_way_about() -> None:
    office = await shared()
    office.pay(Side.PILEN, ONE, 10_050)
    office.world.change_krav(OTHER, tilstand="KLAGE")
    found = {automation: await find(office, automation) for automation in (CLAIMS, PAYMENTS)}
    assert [[line.krav for line in lines if isinstance(line, Arbeid)] for lines in found.values()] == [
        [(OTHER,)],
        [(ONE,)],
    ]


@pytest.mark.parametrize("automation", [CLAIMS, PAYMENTS])
async def test_who_becomes_protected_while_work_of_hers_waits_is_seen_though_there_is_no_news_of_the_krav(
    automation: Automation,
) -> None:
    office = await shared()
    office.kari = replace(office.kari, gradering=Gradering.FORTROLIG)
    assert await find(office, automation) == []
    office.unfinished = frozenset({ONE})
    assert await find(office, automation) == [Vernet(ONE)]


async def test_so_is_one_whose_krav_is_neither_shared_nor_to_be() -> None:
    office = Office()
    office.world.change_krav(ONE, tilstand="BETALT")
    office.kari = replace(office.kari, gradering=Gradering.FORTROLIG)
    office.unfinished = frozenset({ONE})
    assert await find(office, CLAIMS) == [Vernet(ONE), Vernet(OTHER)]


async def begun() -> tuple[Office, Action]:
    """The hand-over of a krav, looked at and about to be made."""
    office = Office()
    plan = await CLAIMS.plan(ITEM, office.systems, FIRST_DAY)
    hand_over = actions_of(ITEM, plan, office.systems)[0]
    assert await hand_over.look() == {f"overlever:{ONE}": Look.NONE}
    return office, hand_over


async def test_nobody_who_has_become_protected_is_handed_over_to_collection() -> None:
    office, hand_over = await begun()
    office.kari = replace(office.kari, gradering=Gradering.STRENGT_FORTROLIG)
    with pytest.raises(ProtectedFound):
        await hand_over.act(hand_over.keys, SimpleNamespace(check=lambda: None))
    assert office.world.effects() == []


async def test_nor_anybody_who_has_died() -> None:
    office, hand_over = await begun()
    office.kari = replace(office.kari, doed=True)
    with pytest.raises(BusinessException, match="ESTATE") as raised:
        await hand_over.act(hand_over.keys, SimpleNamespace(check=lambda: None))
    assert raised.value.nothing_done
    assert office.world.effects() == []


@pytest.mark.parametrize("automation", [CLAIMS, PAYMENTS])
async def test_an_item_can_be_searched_by_its_case(automation: Automation) -> None:
    office = await shared()
    office.world.change_krav(ONE, renter="20.00")
    office.pay(Side.PILEN, ONE, 10_050)
    (line,) = [line for line in await find(office, automation) if isinstance(line, Arbeid)]
    assert line.saker == (f"S{ONE[2:]}",)
